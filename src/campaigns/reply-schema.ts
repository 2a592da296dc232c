/** Messages that people sent: replies to a campaign's message, and those of a contact. */
import { Contact } from '../contacts/schema.ts';
import { parsePage } from '../platform/database/keyset.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import type { Context } from '../schema-builder/context.ts';
import { groupLoader, pagesOf, rowLoader } from '../schema-builder/loaders.ts';
import { asNode, nodeType } from '../schema-builder/nodes.ts';
import { CampaignMessage } from './message-schema.ts';
import {
  countOfContacts,
  countOfReplies,
  messagesOfContacts,
  NEWEST_MESSAGE_FIRST,
  receivedById,
  repliesTo,
} from './replies.ts';

const database = ({ platform, viewer }: Context) => platform.database.forTenant(viewer);

/** Loads received messages by id. */
export const receivedLoader = rowLoader(
  (context, ids) => database(context).runPrepared(receivedById, { ids }),
  (row) => asNode('ReceivedMessage', row),
);
const repliesLoader = pagesOf({
  read: (context, { ids, page }) => database(context).run(repliesTo(ids, page)),
  parentOf: ({ parentId }) => parentId,
});
const contactMessagesLoader = pagesOf({
  read: (context, { ids, page }) => database(context).run(messagesOfContacts(ids, page)),
  parentOf: ({ parentId }) => parentId,
});
const replyCountLoader = groupLoader(
  (context, ids) => database(context).run(countOfReplies(ids)),
  ({ parentId }) => parentId,
);
const contactMessageCountLoader = groupLoader(
  (context, ids) => database(context).run(countOfContacts(ids)),
  ({ parentId }) => parentId,
);

export const ReceivedMessage = nodeType('Message', {
  ...membersOnly,
  name: 'ReceivedMessage',
  description: 'A WhatsApp message that somebody sent to one of your numbers.',
  load: receivedLoader,
  closedToClients: true,
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was sent.' }),
    type: t.exposeString('type', {
      nullable: true,
      description:
        'What WhatsApp calls its kind, such as text, button, interactive, image or reaction. Null for a message from before kinds were kept.',
    }),
    text: t.exposeString('text', {
      nullable: true,
      description:
        'What the person wrote or tapped: the text, the title of a button or of an entry of a list, the caption of media or the emoji of a reaction, at most 4,096 characters. Null if there is none.',
    }),
  }),
});
const ReceivedMessageConnection = connectionOf(ReceivedMessage);

builder.objectField(CampaignMessage, 'replies', (t) =>
  t.field({
    type: ReceivedMessageConnection,
    description:
      'What the recipient replied, newest first: messages that quote this one, and those that quote none within 30 days of it (the setting CAMPAIGN_REPLY_WINDOW_DAYS).',
    args: pageArguments(t.arg),
    resolve: async ({ uuid }, args, context) => ({
      ...(await repliesLoader(context).load({
        id: uuid,
        page: parsePage(args, NEWEST_MESSAGE_FIRST),
        filter: undefined,
      })),
      count: async () => (await replyCountLoader(context).load(uuid))[0]?.count ?? 0,
    }),
  }),
);

builder.objectField(Contact, 'messages', (t) =>
  t.field({
    type: ReceivedMessageConnection,
    description:
      'The WhatsApp messages that the contact sent to your numbers, newest first, from whatever number or user id WhatsApp knows the contact by.',
    args: pageArguments(t.arg),
    resolve: async ({ uuid }, args, context) => ({
      ...(await contactMessagesLoader(context).load({
        id: uuid,
        page: parsePage(args, NEWEST_MESSAGE_FIRST),
        filter: undefined,
      })),
      count: async () => (await contactMessageCountLoader(context).load(uuid))[0]?.count ?? 0,
    }),
  }),
);
