/**
 * Acts on what WhatsApp reports of templates, numbers and accounts: keeps it, pauses the campaigns
 * that can no longer be sent, and tells the owners of the tenant. What is older than what is known
 * changes nothing, nor does what is reported again.
 */

import { sql } from 'kysely';
import { notify } from '../../notifications/index.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Timestamp } from '../../platform/time.ts';
import { numbersOfAccount } from '../../tenancy/index.ts';
import { changeStatus } from '../status.ts';
import { sentLanguage } from '../templates/rows.ts';
import type { Notice, QualityNotice, RestrictionNotice, TemplateNotice } from './notices.ts';

/** Templates with these statuses cannot be sent. */
const UNUSABLE = new Set(['PAUSED', 'DISABLED', 'REJECTED', 'DELETED']);

/** What was reported, to the tenant whose numbers it is about. */
interface Told {
  title: string;
  body: string;
  /** Why campaigns pause; null if they go on. */
  statusReason: string | null;
}

/** Acts on a notice for every tenant with a number that it is about; returns how many there are. */
export async function applyNotice(platform: Platform, notice: Notice): Promise<number> {
  const digits = notice.kind === 'template' ? null : notice.digits;
  const numbers = await numbersOfAccount(platform.database, notice.accountId, digits);
  const byTenant = Map.groupBy(numbers, ({ tenantId }) => tenantId);
  for (const [tenantId, ofTenant] of byTenant)
    await platform.database
      .forTenant({ tenantId })
      .transaction((tx) =>
        applyTo(platform, tx, { notice, numberIds: ofTenant.map(({ id }) => id) }),
      );
  return byTenant.size;
}

interface Application {
  notice: Notice;
  numberIds: readonly string[];
}

async function applyTo(
  platform: Platform,
  tx: TenantTransaction,
  { notice, numberIds }: Application,
): Promise<void> {
  // Before the numbers, as everybody locks them.
  const campaignIds = await lockRunning(tx, notice, numberIds);
  const told = await keep(tx, notice, numberIds);
  if (told === null) return;
  const { title, body, statusReason } = told;
  const paused = statusReason === null ? [] : campaignIds;
  for (const id of paused) await changeStatus(platform, tx, { id, status: 'PAUSED', statusReason });
  const [first] = paused;
  await notify(platform, tx, {
    to: { role: 'OWNER' },
    title,
    body:
      paused.length === 0
        ? body
        : `${body} ${paused.length === 1 ? 'A campaign was' : `${paused.length} campaigns were`} paused.`,
    subject: first === undefined ? null : { type: 'Campaign', id: first },
  });
}

/** Locks the running campaigns of the numbers, or of the template if the notice is about one. */
async function lockRunning(
  tx: TenantTransaction,
  notice: Notice,
  numberIds: readonly string[],
): Promise<string[]> {
  const running = query
    .selectFrom('campaign')
    .select('campaign.id')
    .where('campaign.whatsAppNumberId', '=', anyOf(numberIds))
    .where('campaign.status', '=', 'RUNNING')
    .orderBy('campaign.id')
    .forUpdate();
  const rows = await tx.run(
    notice.kind === 'template'
      ? running.where(
          'campaign.id',
          'in',
          query
            .selectFrom('campaign_template')
            .innerJoin('campaign', 'campaign.id', 'campaign_template.campaignId')
            .innerJoin('whatsapp_number', 'whatsapp_number.id', 'campaign.whatsAppNumberId')
            .select('campaign_template.campaignId')
            .where('campaign.whatsAppNumberId', '=', anyOf(numberIds))
            .where('campaign_template.templateName', '=', notice.name)
            .where(sentLanguage(), '=', notice.language),
        )
      : running,
  );
  return rows.map(({ id }) => id);
}

/** Keeps what was reported; null if that is no news. */
function keep(
  tx: TenantTransaction,
  notice: Notice,
  numberIds: readonly string[],
): Promise<Told | null> {
  switch (notice.kind) {
    case 'template':
      return keepTemplate(tx, notice, numberIds);
    case 'quality':
      return keepQuality(tx, notice, numberIds);
    default:
      return keepRestriction(tx, notice, numberIds);
  }
}

async function keepTemplate(
  tx: TenantTransaction,
  { accountId, at, name, language, status, reason = null, quality }: TemplateNotice,
  numberIds: readonly string[],
): Promise<Told | null> {
  // What else has changed of the template is read when it is needed.
  await tx.run(
    query
      .updateTable('whatsapp_number')
      .set({ accountId, templatesChangedAt: sql<string>`clock_timestamp()` })
      .where('id', '=', anyOf(numberIds)),
  );
  const key = { accountId, name, language };
  const [column, news] =
    status === undefined
      ? (['qualityAt', { quality: quality ?? null, qualityAt: at }] as const)
      : (['statusAt', { status, reason, statusAt: at }] as const);
  const [before] = await tx.run(
    query
      .selectFrom('whatsapp_template')
      .select(['status', 'quality', column])
      .where((eb) => eb.and(key))
      .forUpdate(),
  );
  const written = await tx.run(
    query
      .insertInto('whatsapp_template')
      .values({ ...key, ...news })
      .onConflict((conflict) =>
        conflict
          .columns(['tenantId', 'accountId', 'name', 'language'])
          .doUpdateSet(news)
          .where((eb) =>
            eb.or([
              eb(`whatsapp_template.${column}`, 'is', null),
              eb(`whatsapp_template.${column}`, '<=', at),
            ]),
          ),
      )
      .returning('name'),
  );
  const isRepeated =
    before?.[column] != null &&
    new Date(before[column]).getTime() === new Date(at).getTime() &&
    (status === undefined ? before.quality === quality : before.status === status);
  if (written.length === 0 || isRepeated) return null;
  return templateNews({ name, language, status, reason, quality }, before);
}

type TemplateState = Partial<Record<'status' | 'reason' | 'quality', string | null>>;

/** What is told of a template; null if nobody has to know. */
function templateNews(
  { name, language, status, reason, quality }: { name: string; language: string } & TemplateState,
  before: TemplateState | undefined,
): Told | null {
  const template = `the template ${name} (${language})`;
  if (status == null)
    return before?.quality === quality
      ? null
      : {
          title: `The quality of the template ${name} is ${quality}`,
          body: `WhatsApp reports that the quality of ${template} is ${quality}.`,
          statusReason: null,
        };
  // Nobody has to be told of the first approval, nor of one more.
  if (status === 'APPROVED' && (!before?.status || before.status === status)) return null;
  const why = reason == null ? '' : `: ${reason.replace(/\.$/, '')}`;
  const body = `WhatsApp reports that ${template} is ${status}${why}.`;
  const statusReason = UNUSABLE.has(status) ? body : null;
  return { title: `The template ${name} is ${status}`, body, statusReason };
}

/** Writes what is newer to numbers; returns how they are shown to people. */
async function writeNumbers(
  tx: TenantTransaction,
  numberIds: readonly string[],
  { accountId, at, column, values }: NumberNews,
): Promise<string | null> {
  const written = await tx.run(
    query
      .updateTable('whatsapp_number')
      .set({ ...values, accountId, [column]: at })
      .where('id', '=', anyOf(numberIds))
      .where((eb) => {
        const differs = (Object.entries(values) as [keyof typeof values, never][]).map(
          ([name, value]) => eb(name, 'is distinct from', value),
        );
        // Two reports may be of the same second.
        return eb.or([
          eb(column, 'is', null),
          eb(column, '<', at),
          eb.and([eb(column, '=', at), eb.or(differs)]),
        ]);
      })
      .returning('displayPhoneNumber'),
  );
  if (written.length === 0) return null;
  return written.map(({ displayPhoneNumber }) => displayPhoneNumber).join(', ');
}

interface NumberNews {
  accountId: string;
  at: Timestamp;
  column: 'qualityAt' | 'restrictionAt';
  values: {
    isFlagged?: boolean;
    messagingLimit?: string;
    restriction?: string | null;
    restrictedUntil?: Timestamp | null;
  };
}

async function keepQuality(
  tx: TenantTransaction,
  { accountId, at, event, isFlagged, messagingLimit }: QualityNotice,
  numberIds: readonly string[],
): Promise<Told | null> {
  const values = {
    ...(isFlagged === undefined ? {} : { isFlagged }),
    ...(messagingLimit === undefined ? {} : { messagingLimit }),
  };
  if (Object.keys(values).length === 0) return null;
  const shown = await writeNumbers(tx, numberIds, { accountId, at, column: 'qualityAt', values });
  if (shown === null) return null;
  const limit = messagingLimit === undefined ? '' : ` Its messaging limit is ${messagingLimit}.`;
  return {
    title: `The WhatsApp number ${shown}: ${event}`,
    body: `WhatsApp reports ${event} of the number ${shown}.${limit}`,
    statusReason: null,
  };
}

async function keepRestriction(
  tx: TenantTransaction,
  { accountId, at, restriction, until, stops }: RestrictionNotice,
  numberIds: readonly string[],
): Promise<Told | null> {
  const values = { restriction, restrictedUntil: until };
  const shown = await writeNumbers(tx, numberIds, {
    accountId,
    at,
    column: 'restrictionAt',
    values,
  });
  if (shown === null) return null;
  if (restriction === null)
    return {
      title: `The WhatsApp number ${shown} is no longer restricted`,
      body: `WhatsApp reports that the account of ${shown} is no longer restricted.`,
      statusReason: null,
    };
  const ends = until === null ? '' : ` until ${until}`;
  const body = `${restriction}${ends}. It is the account of the number ${shown}.`;
  return {
    title: `The WhatsApp number ${shown} is restricted`,
    body,
    statusReason: stops ? body : null,
  };
}
