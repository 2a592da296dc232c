/**
 * The kept figures of contacts: warmness with its parts, lastContactedAt, lastActivityAt, and when
 * time changes them. They are computed anew, set-based, in the transaction that changes what they
 * are made of. Whoever changes that locks first: the organizations, then the contacts, each in the
 * order of their ids.
 */
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import { listsChanged } from '../../platform/database/list-versions.ts';
import {
  prepare,
  type TenantQueries,
  type TenantTransaction,
} from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { lockOrganizations } from '../organizations/organizations.ts';
import { ACTIVE_DAYS, type WarmnessInputs, warmnessOf } from './warmness.ts';

const FIGURE_TYPES = {
  warmnessScore: 'int',
  warmnessBase: 'int',
  warmnessActivity: 'int',
  warmnessRelationship: 'int',
  warmnessEngagement: 'int',
  warmnessNextChangeAt: 'timestamptz',
  lastContactedAt: 'timestamptz',
  lastActivityAt: 'timestamptz',
} as const;
type Figure = keyof typeof FIGURE_TYPES;
const FIGURES = Object.keys(FIGURE_TYPES) as Figure[];

/** The figures of a contact; moments in milliseconds since 1970. */
type Figures = Record<Figure, number | null>;

interface FigureInputs extends WarmnessInputs {
  id: string;
  now: number;
  lastContactedAt: number | null;
  /** What is stored, in the order of FIGURES. */
  stored: (number | null)[];
}

type Locked = Selectable<TenantTables['contact']>;

const organizationsOf = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('contact')
    .select('organizationId')
    .distinct()
    .where('id', '=', anyOf(p.ids))
    .where('organizationId', 'is not', null),
);
const lockRows = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('contact')
    .selectAll()
    .where('id', '=', anyOf(p.ids))
    .orderBy('id')
    .forNoKeyUpdate(),
);

/**
 * Locks contacts, their organizations and `others` before, against each other's changes; those that
 * do not exist are missing in the answer.
 */
export async function lockContacts(
  tx: TenantTransaction,
  ids: readonly string[],
  others: readonly string[] = [],
) {
  const wanted = [...new Set(ids)];
  let organizationIds = [
    ...(await tx.runPrepared(organizationsOf, { ids: wanted })).map(
      ({ organizationId }) => organizationId ?? '',
    ),
    ...others,
  ];
  for (;;) {
    const organizations = await lockOrganizations(tx, organizationIds);
    const contacts: Locked[] = await tx.runPrepared(lockRows, { ids: wanted });
    const moved = contacts.flatMap(({ organizationId }) =>
      organizationId === null || organizations.has(organizationId) ? [] : [organizationId],
    );
    if (moved.length === 0) return { contacts, organizations };
    // It moved between the two statements, which is rare; a deadlock that may come of this is
    // resolved by trying again.
    organizationIds = [...organizationIds, ...moved];
  }
}

function milliseconds(moment: RawBuilder<unknown>): RawBuilder<number | null> {
  return sql<number | null>`floor(extract(epoch from ${moment}) * 1000)::float8`;
}

/**
 * What the figures of contacts are made of at `now`, the database's own time when null, and the
 * figures that are stored.
 */
const inputsById = prepare((p: { ids: string[]; now: string | null }) => {
  const now = sql`coalesce(${p.now}::timestamptz, date_trunc('milliseconds', statement_timestamp()))`;
  const begin = sql`(${now} - ${`${ACTIVE_DAYS * 24} hours`}::interval)`;
  const occurredAt = sql.ref('activity.occurredAt');
  const typed = (type: string) =>
    sql<boolean>`coalesce(bool_or(${sql.ref('activity.type')} = ${type}::"ActivityType"), false)`;
  const ofContact = query
    .selectFrom('activity')
    .whereRef('activity.contactId', '=', sql.ref('contact.id'));
  const past = ofContact.where(sql<boolean>`${occurredAt} <= ${now}`);
  const newest = (activities: typeof past) =>
    milliseconds(sql`(${activities.select(sql`max(${occurredAt})`.as('newest'))})`);
  return query
    .selectFrom('contact')
    .innerJoinLateral(
      past
        .where(sql<boolean>`${occurredAt} > ${begin}`)
        .select([
          sql<number>`count(*)::int`.as('recentCount'),
          typed('MEETING').as('recentMeeting'),
          typed('CALL').as('recentCall'),
        ])
        .select([
          typed('EMAIL').as('recentEmail'),
          milliseconds(sql`min(${occurredAt})`).as('oldestRecentAt'),
        ])
        .as('recent'),
      (join) => join.onTrue(),
    )
    .select([
      'contact.id',
      'contact.email',
      'contact.phone',
      'contact.organizationId',
      'contact.jobTitle',
      'contact.leadStatus',
      'contact.responseRate',
    ])
    .select([
      'recent.recentCount',
      'recent.recentMeeting',
      'recent.recentCall',
      'recent.recentEmail',
      'recent.oldestRecentAt',
    ])
    .select((eb) => [
      milliseconds(now).as('now'),
      newest(past).as('lastActivityAt'),
      newest(
        past.where(sql<boolean>`${sql.ref('activity.type')} in ('CALL', 'EMAIL', 'MEETING')`),
      ).as('lastContactedAt'),
      milliseconds(
        sql`(${ofContact.where(sql<boolean>`${occurredAt} > ${now}`).select(sql`min(${occurredAt})`.as('next'))})`,
      ).as('nextActivityAt'),
      sql<number>`(${eb
        .selectFrom('deal')
        .select(sql`coalesce(sum(${sql.ref('deal.value')}), 0)::float8`.as('value'))
        .whereRef('deal.contactId', '=', 'contact.id')
        .where('deal.status', 'in', ['OPEN', 'WON'])})`.as('dealValue'),
      sql<(number | null)[]>`array[${sql.join(FIGURES.map(storedFigure))}]::float8[]`.as('stored'),
    ])
    .where('contact.id', '=', anyOf(p.ids))
    .$castTo<FigureInputs>();
});

function storedFigure(figure: Figure): RawBuilder<unknown> {
  const column = sql.ref(`contact.${figure}`);
  return FIGURE_TYPES[figure] === 'int' ? sql`${column}` : milliseconds(column);
}

function figuresOf(inputs: FigureInputs): Figures {
  const warmness = warmnessOf(inputs, inputs.now);
  return {
    warmnessScore: warmness.score,
    warmnessBase: warmness.base,
    warmnessActivity: warmness.activity,
    warmnessRelationship: warmness.relationship,
    warmnessEngagement: warmness.engagement,
    warmnessNextChangeAt: warmness.nextChangeAt,
    lastContactedAt: inputs.lastContactedAt,
    lastActivityAt: inputs.lastActivityAt,
  };
}

async function changedFigures(database: TenantQueries, ids: string[], now: Date | undefined) {
  const inputs = await database.runPrepared(inputsById, { ids, now: now?.toISOString() ?? null });
  return inputs
    .map((one) => ({ id: one.id, now: one.now, stored: one.stored, figures: figuresOf(one) }))
    .filter(({ stored, figures }) =>
      FIGURES.some((figure, index) => figures[figure] !== stored[index]),
    );
}

/**
 * Computes the figures of contacts that the caller has locked, and stores those that differ. Two
 * statements.
 */
export async function refreshFigures(
  tx: TenantTransaction,
  ids: readonly string[],
  now?: Date,
): Promise<void> {
  const changed = await changedFigures(tx, [...ids], now);
  if (changed.length === 0) return;
  const column = (figure: Figure) => {
    const values = changed.map(({ figures }) => figures[figure]);
    return FIGURE_TYPES[figure] === 'int'
      ? sql`${values}::int[]`
      : sql`${values.map((value) => value && new Date(value).toISOString())}::timestamptz[]`;
  };
  const values = sql`unnest(${changed.map(({ id }) => id)}::uuid[], ${changed.map((row) => new Date(row.now).toISOString())}::timestamptz[], ${sql.join(FIGURES.map(column))})`;
  const names = sql`v(id, "warmnessComputedAt", ${sql.join(FIGURES.map((figure) => sql.ref(figure)))})`;
  await tx.run(
    query
      .updateTable('contact')
      .from(values.as<'v'>(names))
      .set(
        Object.fromEntries(
          [...FIGURES, 'warmnessComputedAt'].map((figure) => [figure, sql.ref(`v.${figure}`)]),
        ) as object,
      )
      .where(sql<boolean>`${sql.ref('contact.id')} = v.id`),
  );
  listsChanged(tx, 'CONTACT', 'ORGANIZATION');
}

/** Those of these contacts whose stored figures are not what they would be now; locks nothing. */
export async function findStale(
  database: TenantQueries,
  ids: string[],
  now?: Date,
): Promise<string[]> {
  return (await changedFigures(database, ids, now)).map(({ id }) => id);
}
