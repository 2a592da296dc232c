/** What a tenant has set for its campaigns. */
import { z } from 'zod';
import { noticedCache } from '../platform/cache/noticed-cache.ts';
import type { TenantQueries } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { name, wholeNumber } from '../platform/input.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { MINUTE } from '../platform/time.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { CAMPAIGN_WORDS_CHANGED } from './topics.ts';
import type { Words } from './words/usual-words.ts';
import { templateLanguages, wordOf, wordsOf } from './words/words.ts';

const DEFAULT_RETRIES = 2;
const MAX_RETRIES = 10;
const MAX_WORDS = 100;
const WORD_LENGTH = 60;

const words = z
  .array(
    name(WORD_LENGTH).pipe(
      z.string().refine((word) => wordOf(word) !== '', 'Expected a word with letters or digits.'),
    ),
  )
  .max(MAX_WORDS, `Expected at most ${MAX_WORDS} words.`)
  .optional();

/** The input of updateCampaignSettings. */
export const UpdateCampaignSettings = z
  .object({
    maxRetries: wholeNumber(0, MAX_RETRIES)
      .optional()
      .describe(
        `How often a message that failed may be sent again: from 0 to ${MAX_RETRIES}. Unchanged if omitted.`,
      ),
    stopWords: words.describe(
      "Words that opt out. An empty list restores the usual ones in your templates' languages. Unchanged if omitted.",
    ),
    startWords: words.describe(
      "Words that opt in again. An empty list restores the usual ones in your templates' languages. Unchanged if omitted.",
    ),
  })
  .refine(
    ({ stopWords = [], startWords = [] }) => {
      const stop = stopWords.map(wordOf);
      return !startWords.some((word) => stop.includes(wordOf(word)));
    },
    { path: ['startWords'], message: 'Expected no word that opts both out and in.' },
  )
  .describe('What to change in the settings of campaigns. What is omitted stays as it is.');

/** The settings of a tenant. */
export interface CampaignSettings {
  maxRetries: number;
  /** Words that opt out: those that the tenant has set, or the usual ones. */
  stopWords: readonly string[];
  startWords: readonly string[];
}

const STORED = ['maxRetries', 'stopWords', 'startWords'] as const;
const DEFAULTS = { maxRetries: DEFAULT_RETRIES, stopWords: [], startWords: [] };

/** Reads the settings of a tenant; the usual values where it has set none. */
export async function readSettings(
  database: Pick<TenantQueries, 'run'>,
): Promise<CampaignSettings> {
  const [stored = DEFAULTS] = await database.run(
    query.selectFrom('campaign_settings').select(STORED),
  );
  const [row] = await database.run(query.selectNoFrom(templateLanguages().as('languages')));
  const { stop, start } = wordsOf(
    { stop: stored.stopWords, start: stored.startWords },
    row?.languages ?? [],
  );
  return { maxRetries: stored.maxRetries, stopWords: stop, startWords: start };
}

const comparedWords = perProcess((platform) =>
  noticedCache<Words>(platform, {
    name: 'campaign-words',
    kind: 'CAMPAIGNS',
    ttlMs: MINUTE,
    topic: CAMPAIGN_WORDS_CHANGED,
    keyOf: ({ id }) => id,
  }),
);

/** The words that opt out and in of a tenant, as they are compared; cached. */
export async function readWords(platform: Platform, tenantId: string): Promise<Words> {
  const words = await comparedWords(platform).get(tenantId, async () => {
    const { stopWords, startWords } = await readSettings(platform.database.forTenant({ tenantId }));
    return { stop: stopWords.map(wordOf), start: startWords.map(wordOf) };
  });
  return words ?? { stop: [], start: [] };
}

/** Changes the settings of the viewer's tenant. */
export async function updateCampaignSettings(
  platform: Platform,
  viewer: Viewer,
  changes: z.output<typeof UpdateCampaignSettings>,
) {
  const settings = await platform.database
    .forTenant(viewer)
    .change(['campaign settings', viewer.tenantId], async (tx) => {
      await tx.run(
        query
          .insertInto('campaign_settings')
          .values({ ...DEFAULTS, ...changes })
          .onConflict((conflict) =>
            conflict.column('tenantId').doUpdateSet((eb) => ({
              maxRetries: changes.maxRetries ?? eb.ref('campaign_settings.maxRetries'),
              stopWords: changes.stopWords ?? eb.ref('campaign_settings.stopWords'),
              startWords: changes.startWords ?? eb.ref('campaign_settings.startWords'),
            })),
          ),
      );
      CAMPAIGN_WORDS_CHANGED.publishAfterCommit(platform, tx, [viewer.tenantId]);
      return readSettings(tx);
    });
  return { settings };
}
