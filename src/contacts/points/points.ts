/**
 * The e-mails and phones of contacts: points at which a person is reached, each with its label and
 * who said it. The primary one of each kind is also in the columns `email`, `phone` and `phoneE164`
 * of the contact, which all that reads and writes single values uses; the database keeps it among
 * the points.
 *
 * The room: this file says which point is the primary one, reads and stores lists; emails.ts reads
 * addresses as people type them, inputs.ts and schema.ts are lists in the API.
 */
import { type Selectable, sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import { columnTypes } from '../../platform/database/columns.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { valuesTable } from '../../platform/database/values-table.ts';
import { lowerEmail } from '../../platform/input.ts';
import { toE164 } from '../phone.ts';

/** Points of one kind that a contact may have. */
export const MAX_POINTS = 20;

/** An e-mail or a phone in the list of a contact; the list's order is that of the primary one first. */
export type ContactPoint = Pick<
  Selectable<TenantTables['contact_point']>,
  'kind' | 'key' | 'value' | 'label' | 'source'
>;

/** What a contact needs of its points to be found and reached. */
export interface PrimaryPoints {
  email: string | null;
  phone: string | null;
  phoneE164: string | null;
}

/** An e-mail as it is compared; the same as the SQL function of this name. */
export function emailKey(email: string): string {
  return lowerEmail(email);
}

/** A phone as it is compared; the same as the SQL function of this name. */
function phoneKey(phone: string, e164: string | null): string {
  return e164 ?? `?${lowerEmail(phone)}`;
}

/** The number in E.164 that the key of a phone stands for; null if it is no number. */
export function e164Of(key: string): string | null {
  return key.startsWith('+') ? key : null;
}

/** What somebody says of a point besides its value. */
type PointDetails = Pick<ContactPoint, 'label' | 'source'>;

/** An address as a point. */
export function emailPoint(value: string, details: PointDetails): ContactPoint {
  return { kind: 'EMAIL', key: emailKey(value), value, ...details };
}

/** A phone as a point; without a country code it is taken to be from `country`. */
export function phonePoint(value: string, country: string, details: PointDetails): ContactPoint {
  return { kind: 'PHONE', key: phoneKey(value, toE164(value, country)), value, ...details };
}

/** Each point once, at its first place; at most MAX_POINTS. */
export function distinctPoints(points: readonly ContactPoint[]): ContactPoint[] {
  const first = new Map<string, ContactPoint>();
  for (const point of points) if (!first.has(point.key)) first.set(point.key, point);
  return [...first.values()].slice(0, MAX_POINTS);
}

/**
 * The primary point of a list of one kind: the first, but of phones the first that is a number, so
 * that an "n/a" hides nothing.
 */
export function primaryOf(points: readonly ContactPoint[]): ContactPoint | null {
  return (
    points.find(({ kind, key }) => kind === 'EMAIL' || e164Of(key) !== null) ?? points[0] ?? null
  );
}

/** The columns of a contact that follow from its points, which are given the primary one first. */
export function primaryColumns(points: readonly ContactPoint[]): PrimaryPoints {
  const email = primaryOf(points.filter(({ kind }) => kind === 'EMAIL'));
  const phone = primaryOf(points.filter(({ kind }) => kind === 'PHONE'));
  return {
    email: email?.value ?? null,
    phone: phone?.value ?? null,
    phoneE164: phone === null ? null : e164Of(phone.key),
  };
}

/** The points of several contacts as those of one, which is to have this e-mail and phone. */
export function joinedPoints(
  all: readonly ContactPoint[],
  { email, phone }: Pick<PrimaryPoints, 'email' | 'phone'>,
): ContactPoint[] {
  return (['EMAIL', 'PHONE'] as const).flatMap((kind) => {
    const own = all.filter((point) => point.kind === kind);
    const primary = own.filter(({ value }) => value === (kind === 'EMAIL' ? email : phone));
    return distinctPoints([...primary, ...own]);
  });
}

/** The e-mails among points, as they were entered. */
export function emailsOf(points: readonly ContactPoint[]): string[] {
  return points.filter(({ kind }) => kind === 'EMAIL').map(({ value }) => value);
}

/** The numbers among points, in E.164. */
export function numbersOf(points: readonly ContactPoint[]): string[] {
  return points.flatMap(({ kind, key }) => (kind === 'PHONE' ? (e164Of(key) ?? []) : []));
}

/** A point with its contact, and whether it is the primary one of its kind. */
export interface StoredPoint extends ContactPoint {
  contactId: string;
  isPrimary: boolean;
}

/** The points of contacts by the contacts' ids, each contact's primary ones first. */
export const pointsOfContacts = prepare((p: { ids: string[] }) => {
  const key = sql.ref('contact_point.key');
  const isPrimary = sql<boolean>`coalesce(${key} = case "contact_point"."kind" when 'EMAIL'
    then "emailKey"("contact"."email") else "phoneKey"("contact"."phone", "contact"."phoneE164") end, false)`;
  return query
    .selectFrom('contact_point')
    .innerJoin('contact', 'contact.id', 'contact_point.contactId')
    .select([
      'contact_point.contactId',
      'contact_point.kind',
      'contact_point.key',
      'contact_point.value',
      'contact_point.label',
      'contact_point.source',
    ])
    .select(isPrimary.as('isPrimary'))
    .where('contact_point.contactId', '=', anyOf(p.ids))
    .orderBy('contact_point.kind')
    .orderBy(isPrimary, 'desc')
    .orderBy('contact_point.position')
    .orderBy('contact_point.key');
});

/** The points of contacts by the contacts' ids; those without points are missing. */
export async function readPoints(
  database: TenantQueries,
  contactIds: readonly string[],
): Promise<Map<string, ContactPoint[]>> {
  if (contactIds.length === 0) return new Map();
  const rows = await database.runPrepared(pointsOfContacts, { ids: [...new Set(contactIds)] });
  const points = rows.map(({ isPrimary: _, ...point }) => point);
  const byContact = Map.groupBy(points, ({ contactId }) => contactId);
  return new Map(
    [...byContact].map(([id, of]) => [id, of.map(({ contactId: _, ...point }) => point)]),
  );
}

const COLUMNS = ['contactId', 'kind', 'key', 'value', 'label', 'source', 'position'] as const;
const TYPES = {
  ...columnTypes('contact_point', ['contactId', 'key', 'value', 'label', 'position']),
  kind: '"ContactPointKind"',
  source: '"ContactPointSource"',
};

/**
 * Stores the lists of contacts, whole and in their order, in two statements. The contacts are
 * locked, or new, and their columns are already what `primaryColumns` says.
 */
export async function storePoints(
  tx: TenantTransaction,
  lists: ReadonlyMap<string, readonly ContactPoint[]>,
): Promise<void> {
  if (lists.size === 0) return;
  const rows = [...lists].flatMap(([contactId, points]) =>
    points.map((point, position) => ({ contactId, ...point, position })),
  );
  const table = valuesTable<(typeof rows)[number]>(rows, TYPES);
  const listed = query
    .selectFrom(table)
    .select('v.key')
    .whereRef('v.contactId', '=', sql.ref('contact_point.contactId'))
    .whereRef('v.kind', '=', sql.ref('contact_point.kind'))
    .whereRef('v.key', '=', sql.ref('contact_point.key'));
  await tx.run(
    query
      .deleteFrom('contact_point')
      .where('contactId', '=', anyOf([...lists.keys()]))
      .where(({ not, exists }) => not(exists(listed))),
  );
  if (rows.length === 0) return;
  await tx.run(
    query
      .insertInto('contact_point')
      .columns([...COLUMNS])
      .expression(query.selectFrom(table).select(COLUMNS.map((column) => `v.${column}` as const)))
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'contactId', 'kind', 'key']).doUpdateSet((eb) => ({
          value: eb.ref('excluded.value'),
          label: eb.ref('excluded.label'),
          source: eb.ref('excluded.source'),
          position: eb.ref('excluded.position'),
        })),
      ),
  );
}
