/**
 * What Sheaf looks up or changes across tenants, all of it: which tenants a background job has work
 * for, and which tenant something belongs to before that is known. The work itself is done for one
 * tenant at a time, with `Database.forTenant`, which fills in the tenant.
 *
 * Only three other files reach the rows of all tenants: persons.ts finds the users of a token,
 * tenants.ts reads and changes tenants themselves, and schema-builder/builder.ts hands Prisma's
 * client to the plugin of the schema. The map of imports allows it to nobody else.
 */
import type { Database } from '../platform/database/database.ts';
import { prismaOf } from '../platform/database/prisma-access.ts';

/** What belongs to a tenant. */
export interface OfTenant {
  readonly tenantId: string;
}

/** A campaign of a tenant. */
export interface CampaignOfTenant extends OfTenant {
  readonly campaignId: string;
}

/**
 * Calls `work` for one thing after the other until the signal aborts. When it fails for some, the
 * others get their turn all the same; the first error is thrown at the end.
 */
export async function forEachOf<T extends OfTenant>(
  things: readonly T[],
  signal: AbortSignal,
  work: (thing: T) => Promise<unknown>,
): Promise<void> {
  let first: { error: unknown } | null = null;
  for (const thing of things) {
    if (signal.aborted) break;
    try {
      await work(thing);
    } catch (error) {
      first ??= { error };
    }
  }
  if (first !== null) throw first.error;
}

/** All tenants, in the order of their ids. */
export async function allTenants(database: Database): Promise<OfTenant[]> {
  const tenants = await prismaOf(database).tenant.findMany({
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return tenants.map(({ id: tenantId }) => ({ tenantId }));
}

/** Tenants that have contacts whose warmness changes by this moment. */
export async function tenantsWithDueWarmness(database: Database, by: Date): Promise<OfTenant[]> {
  const tenants = await prismaOf(database).contact.groupBy({
    by: ['tenantId'],
    where: { warmnessNextChangeAt: { lte: by } },
    orderBy: { tenantId: 'asc' },
  });
  return tenants;
}

/** How many contacts all tenants have, and how many of those have an organization. */
export async function countContacts(
  database: Database,
): Promise<{ contacts: number; withOrganization: number }> {
  const { _count: count } = await prismaOf(database).contact.aggregate({
    _count: { _all: true, organizationId: true },
  });
  return { contacts: count._all, withOrganization: count.organizationId };
}

/**
 * At most `max` tenants whose CRM has been connected since before this moment and has had no sync
 * since, nor has one under way.
 */
export function tenantsNotSyncedSince(
  database: Database,
  before: Date,
  max: number,
): Promise<OfTenant[]> {
  return prismaOf(database).$queryRaw<OfTenant[]>`
    select c."tenantId" from crm_connection c
    where c."connectedAt" <= ${before} and not exists (
      select from crm_sync s where s."tenantId" = c."tenantId" and s.provider = c.provider and (
        s."createdAt" > ${before} or s.status in ('QUEUED', 'RUNNING')))
    order by c."tenantId" limit ${max}`;
}

/**
 * Of these tenants, those without a full sync since their last moment for one. Such a moment comes
 * every `hours`, for each tenant at another time.
 */
export function tenantsWithoutFullSync(
  database: Database,
  tenantIds: readonly string[],
  hours: number,
): Promise<OfTenant[]> {
  return prismaOf(database).$queryRaw<OfTenant[]>`
    select t."tenantId" from (
      select id as "tenantId", (hashtextextended(id::text, 0) & 1048575) % (${hours}::int * 3600) as shift
      from unnest(${tenantIds}::uuid[]) as asked(id)) t
    where not exists (
      select from crm_sync s where s."tenantId" = t."tenantId" and s."full" and s."createdAt" >= to_timestamp(
        floor((extract(epoch from statement_timestamp()) - t.shift) / (${hours}::int * 3600)) * (${hours}::int * 3600) + t.shift))`;
}

/**
 * Deletes the syncs that ended and were started before this moment. Each tenant keeps its last
 * completed one, from which the next one starts.
 */
export async function deleteSyncsBefore(database: Database, before: Date): Promise<void> {
  await prismaOf(database).$executeRaw`
    delete from crm_sync s where s."createdAt" < ${before}
      and s.status in ('COMPLETED', 'FAILED') and exists (
      select from crm_sync later where later."tenantId" = s."tenantId" and later.provider = s.provider
        and later.status = 'COMPLETED' and later."createdAt" > s."createdAt")`;
}

/** The moments before which files with contacts, and what is left of them, are deleted. */
export interface OldFiles {
  uploads: Date;
  /** Problems of imports hold cells of the file. */
  problems: Date;
  imports: Date;
  exports: Date;
}

/** Deletes old files of contacts, except for one that is being imported. */
export async function deleteContactFiles(
  database: Database,
  { uploads, problems, imports, exports }: OldFiles,
): Promise<void> {
  const prisma = prismaOf(database);
  await prisma.$executeRaw`
    delete from contact_upload u where u."createdAt" < ${uploads} and not exists (
      select from contact_import i where i."tenantId" = u."tenantId" and i."uploadId" = u.id
        and i.status in ('QUEUED', 'RUNNING'))`;
  await prisma.$executeRaw`
    delete from contact_import_problem p using contact_import i
    where i."tenantId" = p."tenantId" and i.id = p."importId" and i."createdAt" < ${problems}`;
  await prisma.$executeRaw`
    delete from contact_import where "createdAt" < ${imports} and status in ('COMPLETED', 'FAILED')`;
  await prisma.$executeRaw`delete from contact_export where "createdAt" < ${exports}`;
}

/**
 * The tenant that has connected a WhatsApp number, by WhatsApp's own id of it, and the id of the
 * account that the number is known to belong to; null if none has.
 */
export function tenantOfNumber(
  database: Database,
  phoneNumberId: string,
): Promise<(OfTenant & { accountId: string | null }) | null> {
  return prismaOf(database).whatsappNumber.findUnique({
    where: { phoneNumberId },
    select: { tenantId: true, accountId: true },
  });
}

/**
 * The WhatsApp numbers of an account with their tenants, or only the one with these digits if they
 * are not null. As long as no number is known to be the account's, those of which no account is
 * known are taken, if they are one tenant's.
 */
export function numbersOfAccount(
  database: Database,
  accountId: string,
  digits: string | null,
): Promise<(OfTenant & { id: string })[]> {
  return prismaOf(database).$queryRaw<(OfTenant & { id: string })[]>`
    select n."tenantId", n.id from whatsapp_number n
    where (${digits}::text is null or regexp_replace(n."displayPhoneNumber", '[^0-9]', '', 'g') = ${digits}::text)
      and (n."accountId" = ${accountId} or n."accountId" is null
        and not exists (select from whatsapp_number k where k."accountId" = ${accountId})
        and 1 = (select count(distinct u."tenantId") from whatsapp_number u where u."accountId" is null))
    order by n."tenantId", n.id`;
}

/** Tenants that have events from WhatsApp in their inbox. */
export async function tenantsWithEvents(database: Database): Promise<OfTenant[]> {
  const tenants = await prismaOf(database).webhookInbox.groupBy({ by: ['tenantId'] });
  return tenants;
}

/** Tenants whose contacts' response rates have yet to follow their events. */
export async function tenantsWithResponseChanges(database: Database): Promise<OfTenant[]> {
  const tenants = await prismaOf(database).responseChange.groupBy({ by: ['tenantId'] });
  return tenants;
}

/**
 * Tenants that have running campaigns, or messages claimed before this moment of which nothing has
 * been heard.
 */
export async function tenantsToSettle(database: Database, before: Date): Promise<OfTenant[]> {
  const prisma = prismaOf(database);
  const late = await prisma.sendQueue.groupBy({
    by: ['tenantId'],
    where: {
      status: 'SENDING',
      whatsappMessageId: null,
      sendingAt: { not: null, lt: before },
    },
  });
  const running = await prisma.campaign.groupBy({ by: ['tenantId'], where: { status: 'RUNNING' } });
  const ids = new Set([...late, ...running].map(({ tenantId }) => tenantId));
  return [...ids].map((tenantId) => ({ tenantId }));
}

const CAMPAIGN_KEY = { tenantId: true, campaignId: true } as const;

/** Completed campaigns whose figures have not moved since this moment and are not frozen yet. */
export function campaignsToFreeze(database: Database, before: Date): Promise<CampaignOfTenant[]> {
  return prismaOf(database).campaignFigures.findMany({
    where: {
      frozenAt: null,
      OR: [{ thawedAt: null }, { thawedAt: { lte: before } }],
      campaign: { status: 'COMPLETED', completedAt: { lte: before } },
    },
    select: CAMPAIGN_KEY,
  });
}

/** Campaigns whose figures may still move and whose events are all there to be recounted. */
export function campaignsToRecount(database: Database): Promise<CampaignOfTenant[]> {
  return prismaOf(database).campaignFigures.findMany({
    where: {
      frozenAt: null,
      eventsDroppedAt: null,
      campaign: { status: { in: ['RUNNING', 'PAUSED', 'COMPLETED'] } },
    },
    select: CAMPAIGN_KEY,
  });
}

/** Campaigns with frozen figures that were started before this moment. */
export function frozenCampaigns(
  database: Database,
  startedBefore: Date,
): Promise<CampaignOfTenant[]> {
  return prismaOf(database).campaignFigures.findMany({
    where: { frozenAt: { not: null }, campaign: { startedAt: { lt: startedBefore } } },
    select: CAMPAIGN_KEY,
  });
}

/** The `max` tenants whose intakes were started last, newest first. */
export function tenantsWithNewestIntakes(database: Database, max: number): Promise<OfTenant[]> {
  return prismaOf(database).$queryRaw<OfTenant[]>`
    select tenant.id as "tenantId" from tenant cross join lateral (
      select "startedAt" from intake_progress where "tenantId" = tenant.id
      order by "startedAt" desc limit 1
    ) as newest order by newest."startedAt" desc limit ${max}`;
}

/** Tenants with executions that have ended and are not in the kept figures of workflows yet. */
export function tenantsWithUncountedExecutions(database: Database): Promise<OfTenant[]> {
  // Raw SQL: Prisma makes a parameter of the condition, and a partial index is then not used.
  return prismaOf(database).$queryRaw<OfTenant[]>`
    select "tenantId" from workflow_execution where not counted and "finishedAt" is not null group by "tenantId"`;
}
