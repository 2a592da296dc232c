/**
 * The audience of a campaign that is not launched yet: whom it would send which template, and whom
 * not. It is counted as the launch itself counts, once for each state of what it depends on: 50,000
 * contacts take up to 0.8 s in the database, reading what was counted 1 ms.
 */
import type { Kind } from '../platform/database/kinds.ts';
import { currentReads } from '../platform/database/statements.ts';
import { versionOf } from '../platform/database/versions.ts';
import { perProcess } from '../platform/platform.ts';
import { MINUTE } from '../platform/time.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { groupLoader } from '../schema-builder/loaders.ts';
import { ANALYSIS_WEIGHT, weighs } from '../schema-builder/weights.ts';
import { Campaign } from './campaign-schema.ts';
import {
  type AudienceCount,
  countAudiences,
  NO_PHONE,
  OPTED_OUT,
  SAME_PERSON,
  SAME_PHONE,
} from './sending/queue.ts';

const MAX_BYTES = 2 * 1_048_576;

/** What an audience depends on. */
const KINDS = ['CAMPAIGNS', 'CONTACTS', 'CONSENT'] as const satisfies readonly Kind[];

const counted = perProcess(({ caches }) =>
  caches.create<AudienceCount[]>({
    name: 'campaign-audiences',
    ttlMs: 10 * MINUTE,
    maxBytes: MAX_BYTES,
    revive: (json) => json as AudienceCount[],
  }),
);

const audienceLoader = groupLoader(
  async (context, ids) => {
    const { platform, viewer } = context;
    const versions = await platform.database.versions.read(viewer.tenantId, {
      kinds: KINDS,
      epochs: [],
      packages: [],
    });
    // Of what the cache has under these versions, no statement says that it was read.
    for (const kind of KINDS) currentReads()?.kinds.add(kind);
    const at = KINDS.map((kind) => versionOf(kind, versions));
    const key = `${viewer.tenantId}:${at.join('.')}:${[...ids].sort().join()}`;
    const rows = await counted(platform).get(key, () =>
      platform.database
        .forTenant(viewer)
        .transaction((tx) => tx.runWithNewPlan(countAudiences(ids))),
    );
    return rows ?? [];
  },
  ({ campaignId }) => campaignId,
);

const REASONS = ['NO_PHONE', 'OPTED_OUT', 'SAME_PHONE', 'SAME_PERSON'] as const;
type Reason = (typeof REASONS)[number];
const BY_MESSAGE: ReadonlyMap<string, Reason> = new Map([
  [NO_PHONE, 'NO_PHONE'],
  [OPTED_OUT, 'OPTED_OUT'],
  [SAME_PHONE, 'SAME_PHONE'],
  [SAME_PERSON, 'SAME_PERSON'],
]);

const LeftOutReason = enumOf('CampaignLeftOutReason', REASONS, {
  description: 'Why a contact of a campaign gets no message.',
  values: {
    NO_PHONE: 'The contact has no phone number in international format.',
    OPTED_OUT: 'The contact wants no campaign messages.',
    SAME_PHONE: 'Another contact of the campaign has the same phone number.',
    SAME_PERSON: 'Another contact of the campaign is the same person on WhatsApp.',
  },
});

interface Part {
  templateName: string;
  total: number;
  sendable: number;
}
const AudienceOfTemplate = builder.objectRef<Part>('CampaignAudienceTemplate').implement({
  ...membersOnly,
  description: 'The share of a template in the audience of a campaign.',
  fields: (t) => ({
    templateName: t.exposeString('templateName', {
      description: 'How WhatsApp knows the template, in whatever language.',
    }),
    total: t.exposeInt('total', { description: 'The contacts that this template falls to.' }),
    sendable: t.exposeInt('sendable', { description: 'Those of them who get a message.' }),
  }),
});

interface LeftOut {
  reason: Reason;
  count: number;
}
const AudienceLeftOut = builder.objectRef<LeftOut>('CampaignAudienceLeftOut').implement({
  ...membersOnly,
  description: 'How many contacts of a campaign are left out for one reason.',
  fields: (t) => ({
    reason: t.expose('reason', { type: LeftOutReason, description: 'Why they are left out.' }),
    count: t.exposeInt('count', { description: 'How many contacts it is true of, at least 1.' }),
  }),
});

interface Audience {
  total: number;
  sendable: number;
  templates: Part[];
  leftOut: LeftOut[];
}

function audienceOf(counts: readonly AudienceCount[]): Audience {
  const sum = (of: readonly AudienceCount[]) => of.reduce((all, { count }) => all + count, 0);
  const sendable = ({ reason }: AudienceCount) => reason === null;
  const templates = [...Map.groupBy(counts, ({ templateName }) => templateName)].map(
    ([templateName, of]) => ({ templateName, total: sum(of), sendable: sum(of.filter(sendable)) }),
  );
  const leftOut = REASONS.flatMap((reason) => {
    const count = sum(counts.filter((one) => BY_MESSAGE.get(one.reason ?? '') === reason));
    return count === 0 ? [] : [{ reason, count }];
  });
  return { total: sum(counts), sendable: sum(counts.filter(sendable)), templates, leftOut };
}

const CampaignAudience = builder.objectRef<Audience>('CampaignAudience').implement({
  ...membersOnly,
  description: 'Whom a campaign would send to if it started now.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'All contacts of the campaign.' }),
    sendable: t.exposeInt('sendable', { description: 'Those of them who get a message.' }),
    templates: t.field({
      type: [AudienceOfTemplate],
      description: 'The same by template. A template to which no contact falls is missing.',
      resolve: ({ templates }) => templates,
    }),
    leftOut: t.field({
      type: [AudienceLeftOut],
      description: 'How many get no message, by reason: each contact by the first that applies.',
      resolve: ({ leftOut }) => leftOut,
    }),
  }),
});

builder.objectField(Campaign, 'audience', (t) =>
  t.field({
    ...weighs(ANALYSIS_WEIGHT),
    type: CampaignAudience,
    nullable: true,
    description:
      'Whom the campaign would send to by what is known now. Null once it has started; `stats` and `messages` tell then.',
    resolve: async ({ uuid, status }, _args, context) =>
      status === 'DRAFT' || status === 'SCHEDULED'
        ? audienceOf(await audienceLoader(context).load(uuid))
        : null,
  }),
);
