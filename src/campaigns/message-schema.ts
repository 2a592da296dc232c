/** The messages of campaigns. */
import { MESSAGE_STATUSES } from '../contacts/index.ts';
import { contactLoader } from '../contacts/loaders.ts';
import { Contact } from '../contacts/schema.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { nodeType } from '../schema-builder/nodes.ts';
import { Campaign } from './campaign-schema.ts';
import { TEMPLATE_NAME_LENGTH } from './inputs.ts';
import { campaignMessageLoader, messageCountLoader, messagesLoader } from './loaders.ts';
import { parseMessageList } from './messages.ts';

const MessageStatus = enumOf('MessageStatus', MESSAGE_STATUSES, {
  description: 'How far a message has got, as WhatsApp reports it.',
  values: {
    QUEUED: 'Waiting to be sent, or being sent at this moment.',
    SENT: 'WhatsApp has accepted the message; its delivery is not reported yet.',
    DELIVERED: 'The message has reached the phone.',
    READ: 'The recipient has read the message.',
    FAILED: 'The message was not sent or not delivered; `errorMessage` says why.',
  },
});

/** The message of a campaign to one contact; closed to portal users. */
export const CampaignMessage = nodeType('SendQueue', {
  ...membersOnly,
  name: 'CampaignMessage',
  description: 'The message of a campaign to one contact.',
  load: campaignMessageLoader,
  closedToClients: true,
  fields: (t) => ({
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'The recipient; null once the person was erased.',
      resolve: ({ contactId }, _args, context) =>
        contactId === null ? null : contactLoader(context).load(contactId),
    }),
    phone: t.exposeString('phone', {
      nullable: true,
      description:
        'The phone number that the message goes to, in E.164 format such as +16505551234, as it was at launch. Null if the contact had no usable number.',
    }),
    templateName: t.exposeString('templateName', {
      description: 'The name of the template that the message is made from.',
    }),
    status: t.expose('status', {
      type: MessageStatus,
      description: 'How far the message has got.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description:
        'Why the message failed, or why the last attempt failed while another is planned. Null if nothing went wrong.',
    }),
    sentAt: t.expose('sentAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the message was sent. Null if it was not.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the message reached the phone: the earliest moment that WhatsApp reports. Null if delivery is not reported.',
    }),
    readAt: t.expose('readAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the message was first read. Null if it was not, or if the recipient does not share this.',
    }),
    repliedAt: t.expose('repliedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the recipient first replied: with a message that quotes this one, or with any other message to the same number within 30 days of this one (the setting CAMPAIGN_REPLY_WINDOW_DAYS). Null if there is no reply.',
    }),
  }),
});

builder.objectField(Campaign, 'messages', (t) =>
  t.field({
    type: connectionOf(CampaignMessage),
    description:
      'The messages of the campaign, one for each contact, in the order in which they are queued. Empty before launch.',
    args: {
      ...pageArguments(t.arg),
      templateName: t.arg.string({
        ...maxLength(TEMPLATE_NAME_LENGTH),
        description: 'Only messages made from the template of this name. Any template if omitted.',
      }),
      status: t.arg({
        type: MessageStatus,
        description: 'Only messages with this status. Any status if omitted.',
      }),
    },
    resolve: async ({ uuid }, args, context) => {
      const { page, filter } = parseMessageList(args);
      return {
        ...(await messagesLoader(context).load({ id: uuid, page, filter })),
        count: () => messageCountLoader(context).load({ id: uuid, filter }),
      };
    },
  }),
);
