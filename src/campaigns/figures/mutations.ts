/** `recountCampaign`. */
import { mutation, payloadType } from '../../schema-builder/mutations.ts';
import { CampaignId } from '../inputs.ts';
import { statsLoader } from '../loaders.ts';
import { recountCampaign } from './recount.ts';
import { CampaignStatsType } from './schema.ts';

mutation('recountCampaign', {
  description:
    'Counts a campaign again from its individual messages and corrects its kept counters. The server checks them every hour, so this is rarely needed. UNSUPPORTED if the events of the campaign were deleted because of their age.',
  input: CampaignId,
  payload: payloadType<{ campaignId: string; drift: number }>('RecountCampaignPayload', (t) => ({
    stats: t.field({
      type: CampaignStatsType,
      nullable: true,
      description: 'The figures after recounting. Null if there are `userErrors`.',
      resolve: ({ campaignId }, _args, context) =>
        campaignId === undefined ? null : statsLoader(context).load(campaignId),
    }),
    drift: t.int({
      nullable: true,
      description:
        'How far the kept counters were off: the sum of the absolute differences over all counters. Anything but 0 is a bug of the server. Null if there are `userErrors`.',
      resolve: ({ drift }) => drift ?? null,
    }),
  })),
  rule: recountCampaign,
});
