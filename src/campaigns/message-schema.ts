/** The messages of campaigns. */
import { contactLoader } from '../contacts/loaders.ts';
import { Contact } from '../contacts/schema.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionType, forwardArguments } from '../schema-builder/connections.ts';
import { isClient } from '../schema-builder/context.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { Node, registerNode } from '../schema-builder/nodes.ts';
import { Campaign } from './campaign-schema.ts';
import { TEMPLATE_NAME_LENGTH } from './inputs.ts';
import { campaignMessageLoader, messageCountLoader, messagesLoader } from './loaders.ts';
import { parseMessageList } from './messages.ts';
import { type CampaignMessageNode, messageNode } from './nodes.ts';
import { type CampaignMessageRow, MESSAGE_STATUSES } from './rows.ts';

const MessageStatus = builder.enumType('MessageStatus', { values: MESSAGE_STATUSES });

const CampaignMessage = builder.objectRef<CampaignMessageNode>('CampaignMessage').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id'),
    contact: t.field({
      type: Contact,
      nullable: true,
      resolve: ({ contactId }, _args, context) => contactLoader(context).load(contactId),
    }),
    phone: t.exposeString('phone', { nullable: true }),
    templateName: t.exposeString('templateName'),
    status: t.expose('status', { type: MessageStatus }),
    errorMessage: t.exposeString('errorMessage', { nullable: true }),
    sentAt: t.expose('sentAt', { type: 'DateTime', nullable: true }),
    deliveredAt: t.expose('deliveredAt', { type: 'DateTime', nullable: true }),
    readAt: t.expose('readAt', { type: 'DateTime', nullable: true }),
    repliedAt: t.expose('repliedAt', { type: 'DateTime', nullable: true }),
  }),
});
const CampaignMessageConnection = connectionType<CampaignMessageRow, CampaignMessageNode>(
  'CampaignMessage',
  CampaignMessage,
  messageNode,
);

registerNode('CampaignMessage', async (context, id) =>
  isClient(context.viewer) ? null : campaignMessageLoader(context).load(id),
);

builder.objectField(Campaign, 'messages', (t) =>
  t.field({
    type: CampaignMessageConnection,
    description: 'Who got which template, and how it went.',
    args: {
      ...forwardArguments(t.arg),
      templateName: t.arg.string({ ...maxLength(TEMPLATE_NAME_LENGTH) }),
      status: t.arg({ type: MessageStatus }),
    },
    resolve: async ({ uuid }, args, context) => {
      const key = { campaignId: uuid, list: parseMessageList(args) };
      return {
        ...(await messagesLoader(context).load(key)),
        count: () => messageCountLoader(context).load(key),
      };
    },
  }),
);
