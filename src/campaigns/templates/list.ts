/**
 * The templates of a number's account, as WhatsApp listed them last. They are asked for once they
 * are needed, again after WhatsApp has reported a change of one, and whenever somebody asks.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { idOf } from '../../platform/input.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { SecretError } from '../../platform/secrets.ts';
import { HOUR, MINUTE, SECOND } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { openToken } from '../whatsapp/access-token.ts';
import { whatsAppHttp } from '../whatsapp/client.ts';
import { listTemplates, type TemplateList } from './fetch.ts';
import { type ListedTemplate, readTemplate } from './listed.ts';

/** After this time a list is asked for again when it is used. */
const MAX_AGE_MS = HOUR;
/** How long WhatsApp is not asked again of itself after it could not be asked. */
const PAUSE_MS = MINUTE;
const MAX_PAUSES = 10_000;

interface NumberKey {
  tenantId: string;
  numberId: string;
}

/** Why a list could not be read, for a person; null if it was read or is recent enough. */
export type ListProblem = string | null;

class Listings {
  readonly #platform: Platform;
  readonly #running = new Map<string, Promise<ListProblem>>();
  readonly #failures = new Map<string, { until: number; problem: string }>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Asks WhatsApp, or joins somebody who is asking. */
  refresh(key: NumberKey): Promise<ListProblem> {
    const name = `${key.tenantId}/${key.numberId}`;
    const running = this.#running.get(name);
    if (running) return running;
    const asking = askWhatsApp(this.#platform, key)
      .then((problem) => {
        this.#failures.delete(name);
        if (this.#failures.size >= MAX_PAUSES) this.#failures.clear();
        if (problem !== null) this.#failures.set(name, { until: Date.now() + PAUSE_MS, problem });
        return problem;
      })
      .finally(() => this.#running.delete(name));
    this.#running.set(name, asking);
    return asking;
  }

  /** Why WhatsApp could not be asked a moment ago; null if it could or nobody tried. */
  recentProblem({ tenantId, numberId }: NumberKey): ListProblem {
    const failure = this.#failures.get(`${tenantId}/${numberId}`);
    return failure && failure.until > Date.now() ? failure.problem : null;
  }
}

const listings = perProcess((platform) => new Listings(platform));

/** Asks WhatsApp for the templates of a number and stores them. */
function refreshList(platform: Platform, key: NumberKey): Promise<ListProblem> {
  return listings(platform).refresh(key);
}

/**
 * Sees to it that a number's templates are listed, not older than `maxAgeMs`, nor than a change that
 * WhatsApp has reported. Returns why they could not be read; older ones may still be there then.
 */
export async function ensureListed(
  platform: Platform,
  key: NumberKey,
  maxAgeMs = MAX_AGE_MS,
): Promise<ListProblem> {
  const isStale = sql<boolean>`("templatesListedAt" is null
    or "templatesChangedAt" >= "templatesListedAt"
    or "templatesListedAt" < clock_timestamp() - make_interval(secs => ${maxAgeMs / SECOND}::float8))`;
  const [number] = await platform.database
    .forTenant(key)
    .run(
      query
        .selectFrom('whatsapp_number')
        .select(isStale.as('isStale'))
        .where('id', '=', key.numberId),
    );
  if (!number?.isStale) return null;
  return listings(platform).recentProblem(key) ?? refreshList(platform, key);
}

/** As exact as the columns that it is compared with. */
const ASKED_AT = sql<string>`date_trunc('milliseconds', clock_timestamp())`;

async function askWhatsApp(platform: Platform, key: NumberKey): Promise<ListProblem> {
  const { tenantId, numberId } = key;
  const database = platform.database.forTenant(key);
  const [number] = await database.run(
    query
      .selectFrom('whatsapp_number')
      .select(['phoneNumberId', 'accessToken', ASKED_AT.as('askedAt')])
      .where('id', '=', numberId),
  );
  if (!number) return 'The number is gone.';
  const { phoneNumberId, accessToken: sealed, askedAt } = number;
  let list: TemplateList;
  try {
    list = await listTemplates(
      {
        apiUrl: platform.config.WHATSAPP_API_URL,
        phoneNumberId,
        accessToken: openToken(platform.config, { tenantId, phoneNumberId, sealed }),
        http: whatsAppHttp(platform),
      },
      platform.stopping,
    );
  } catch (error) {
    if (error instanceof SecretError) return error.message;
    throw error;
  }
  if (list.kind === 'unavailable') {
    const reason = list.message;
    platform.log.warn(
      { number: numberId, reason },
      'the templates of a number could not be listed',
    );
    return reason;
  }
  const { accountId } = list;
  const templates = list.templates.flatMap((template) => readTemplate(template) ?? []);
  await database.transaction((tx) =>
    storeList(tx, { numberId, accountId, askedAt, templates: unique(templates) }),
  );
  return null;
}

function unique(templates: readonly ListedTemplate[]): ListedTemplate[] {
  return [...new Map(templates.map((one) => [`${one.name}\n${one.language}`, one])).values()];
}

interface Listing {
  numberId: string;
  accountId: string;
  askedAt: string;
  templates: readonly ListedTemplate[];
}

/** Replaces what was listed before, unless that is newer. */
async function storeList(
  tx: TenantTransaction,
  { numberId, accountId, askedAt, templates }: Listing,
): Promise<void> {
  const newer = await tx.run(
    query
      .updateTable('whatsapp_number')
      .set({ accountId, templatesListedAt: askedAt })
      .where('id', '=', numberId)
      .where((eb) =>
        eb.or([eb('templatesListedAt', 'is', null), eb('templatesListedAt', '<', askedAt)]),
      )
      .returning('id'),
  );
  if (newer.length === 0) return;
  const listed =
    sql<StoredTemplate>`jsonb_to_recordset(${JSON.stringify(templates)}::jsonb)`.as<'l'>(
      sql`l(name text, language text, status text, reason text, category text, quality text,
      "hasNames" boolean, components jsonb)`,
    );
  await tx.runWithNewPlan(
    query
      .insertInto('whatsapp_template')
      .columns(['accountId', 'listedAt', ...LISTED])
      .expression(
        query
          .selectFrom(listed)
          .select([
            sql<string>`${accountId}::text`.as('accountId'),
            sql<string>`${askedAt}::timestamptz`.as('listedAt'),
          ])
          .select(LISTED.map((column) => `l.${column}` as const)),
      )
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'accountId', 'name', 'language']).doUpdateSet((eb) => ({
          listedAt: eb.ref('excluded.listedAt'),
          category: eb.ref('excluded.category'),
          components: eb.ref('excluded.components'),
          hasNames: eb.ref('excluded.hasNames'),
          // What WhatsApp reported since the list was asked for is newer.
          status: unlessReported('statusAt', 'status', askedAt),
          reason: sql<string | null>`case
            when "whatsapp_template"."statusAt" >= ${askedAt}::timestamptz
              or "whatsapp_template"."status" = excluded."status" and excluded."reason" is null
            then "whatsapp_template"."reason" else excluded."reason" end`,
          quality: unlessReported('qualityAt', 'quality', askedAt),
        })),
      ),
  );
  await tx.run(
    query
      .deleteFrom('whatsapp_template')
      .where('accountId', '=', accountId)
      .where((eb) => eb.or([eb('listedAt', 'is', null), eb('listedAt', '<', askedAt)]))
      .where((eb) => eb.or([eb('statusAt', 'is', null), eb('statusAt', '<', askedAt)])),
  );
}

type StoredTemplate = Omit<ListedTemplate, 'components'> & { components: string };
const LISTED = [
  'name',
  'language',
  'status',
  'reason',
  'category',
  'quality',
  'hasNames',
  'components',
] as const;

function unlessReported(at: 'statusAt' | 'qualityAt', column: 'status' | 'quality', since: string) {
  const [own, listed] = [sql.ref(`whatsapp_template.${column}`), sql.ref(`excluded.${column}`)];
  return sql<string | null>`case when ${sql.ref(`whatsapp_template.${at}`)} >= ${since}::timestamptz
    then ${own} else ${listed} end`;
}

/** The input of refreshWhatsAppTemplates. */
export const RefreshWhatsAppTemplates = z
  .object({
    whatsAppNumberId: idOf('WhatsAppNumber').describe('The number whose templates to ask for.'),
  })
  .describe('Which templates to ask WhatsApp for.');

/** Asks WhatsApp for a number's templates now; UNSUPPORTED if it does not list them. */
export async function refreshWhatsAppTemplates(
  platform: Platform,
  viewer: Viewer,
  { whatsAppNumberId: numberId }: z.output<typeof RefreshWhatsAppTemplates>,
): Promise<{ id: string }> {
  const [number] = await platform.database
    .forTenant(viewer)
    .run(query.selectFrom('whatsapp_number').select('id').where('id', '=', numberId));
  if (!number) throw notFound(['whatsAppNumberId']);
  const problem = await refreshList(platform, { tenantId: viewer.tenantId, numberId });
  if (problem !== null)
    throw userError(
      'UNSUPPORTED',
      ['whatsAppNumberId'],
      `WhatsApp does not list the templates of this number: ${problem}`,
    );
  return number;
}
