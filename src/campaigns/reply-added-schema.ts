/** `campaignReplyAdded`: each new reply to the messages of a campaign. */
import { RequestError } from '../platform/errors.ts';
import { parseId } from '../platform/input.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { campaignMessageLoader } from './loaders.ts';
import { CampaignMessage } from './message-schema.ts';
import { ReceivedMessage, receivedLoader } from './reply-schema.ts';
import { type CampaignReplyRow, repliesFrom } from './reply-stream.ts';

const CampaignReply = builder.objectRef<CampaignReplyRow>('CampaignReply').implement({
  ...membersOnly,
  description: 'That somebody replied to a message of a campaign.',
  fields: (t) => ({
    number: t.exposeInt('number', {
      description:
        'Its place among the replies of the campaign, in the order in which they became known: 1, 2 and so on.',
    }),
    message: t.field({
      type: CampaignMessage,
      nullable: true,
      description: 'The message that was replied to. Null if it has been deleted since.',
      resolve: ({ sendId }, _args, context) => campaignMessageLoader(context).load(sendId),
    }),
    reply: t.field({
      type: ReceivedMessage,
      nullable: true,
      description: 'What the recipient sent. Null if it has been deleted since.',
      resolve: ({ replyId }, _args, context) => receivedLoader(context).load(replyId),
    }),
  }),
});

builder.subscriptionField('campaignReplyAdded', (t) =>
  t.field({
    type: CampaignReply,
    description:
      'Each new reply to the messages of a campaign, once for each message that it counts for, in the order in which they become known and without gaps. It starts with the newest one, if there is one. NOT_FOUND if your tenant has no such campaign.',
    args: { campaignId: t.arg.id({ required: true, description: 'Whose replies to follow.' }) },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['Campaign'], 'campaignId', args.campaignId);
      const replies = await repliesFrom(platform, viewer, id);
      if (replies === null) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
      return replies;
    },
    resolve: (row) => row,
  }),
);
