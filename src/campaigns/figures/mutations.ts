/** `recountCampaign`. */
import { builder } from '../../schema-builder/builder.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { CampaignIdInput } from '../campaign-mutations.ts';
import { statsLoader } from '../loaders.ts';
import { recountCampaign } from './recount.ts';
import { CampaignStatsType } from './schema.ts';

const RecountCampaignPayload = payloadType<{ campaignId: string; drift: number }>(
  'RecountCampaignPayload',
  (t) => ({
    stats: t.field({
      type: CampaignStatsType,
      nullable: true,
      resolve: ({ campaignId }, _args, context) =>
        campaignId === undefined ? null : statsLoader(context).load(campaignId),
    }),
    drift: t.int({
      nullable: true,
      description: 'Sum of the absolute differences over all counters.',
      resolve: ({ drift }) => drift ?? null,
    }),
  }),
);

builder.mutationField('recountCampaign', (t) =>
  t.field({
    type: RecountCampaignPayload,
    description:
      'Recounts a campaign from its raw messages; answers how far the kept counters were off.',
    args: { input: t.arg({ type: CampaignIdInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, recountCampaign(context.platform, context.viewer, input)),
  }),
);
