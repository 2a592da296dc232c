/** Reads what the figures of contacts are computed from, and the figures as stored: one statement. */
import { type RawBuilder, sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import { columnTypes } from '../../platform/database/columns.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { FIGURES, type Figure, type FigureInputs } from './figures.ts';
import { ACTIVE_DAYS } from './warmness.ts';

const FIGURE_TYPES = columnTypes('contact', FIGURES);

const OCCURRED_AT = sql.ref('activity.occurredAt');
const TYPE = sql.ref('activity.type');

/** The inputs of contacts at `now`, or at the database's own time; locks nothing. */
export function readFigureInputs(
  database: TenantQueries,
  ids: readonly string[],
  now: Date | undefined,
): Promise<FigureInputs[]> {
  return database.runPrepared(inputsById, { ids: [...ids], now: now?.toISOString() ?? null });
}

const inputsById = prepare((p: { ids: string[]; now: string | null }) => {
  const now = sql`coalesce(${p.now}::timestamptz, date_trunc('milliseconds', statement_timestamp()))`;
  const past = activitiesOfContact().where(sql<boolean>`${OCCURRED_AT} <= ${now}`);
  const future = activitiesOfContact().where(sql<boolean>`${OCCURRED_AT} > ${now}`);
  const contacting = past.where(sql<boolean>`${TYPE} in ('CALL', 'EMAIL', 'MEETING')`);
  const newest = sql`max(${OCCURRED_AT})`;
  const oldest = sql`min(${OCCURRED_AT})`;
  return query
    .selectFrom('contact')
    .innerJoinLateral(recentActivities(past, now).as('recent'), (join) => join.onTrue())
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
    .select([
      milliseconds(now).as('now'),
      milliseconds(sql`(${past.select(newest.as('at'))})`).as('lastActivityAt'),
      milliseconds(sql`(${contacting.select(newest.as('at'))})`).as('lastContactedAt'),
      milliseconds(sql`(${future.select(oldest.as('at'))})`).as('nextActivityAt'),
      sql<number>`(${dealsOfContact()})`.as('dealValue'),
      sql<(number | null)[]>`array[${sql.join(FIGURES.map(storedFigure))}]::float8[]`.as('stored'),
    ])
    .where('contact.id', '=', anyOf(p.ids))
    .$castTo<FigureInputs>();
});

function activitiesOfContact() {
  return query.selectFrom('activity').whereRef('activity.contactId', '=', sql.ref('contact.id'));
}

/** Counts and types of the activities that are recent at `now`. */
function recentActivities(past: ReturnType<typeof activitiesOfContact>, now: RawBuilder<unknown>) {
  const begin = sql`(${now} - ${`${ACTIVE_DAYS * 24} hours`}::interval)`;
  const hasType = (type: string) =>
    sql<boolean>`coalesce(bool_or(${TYPE} = ${type}::"ActivityType"), false)`;
  return past
    .where(sql<boolean>`${OCCURRED_AT} > ${begin}`)
    .select([
      sql<number>`count(*)::int`.as('recentCount'),
      hasType('MEETING').as('recentMeeting'),
      hasType('CALL').as('recentCall'),
      hasType('EMAIL').as('recentEmail'),
      milliseconds(sql`min(${OCCURRED_AT})`).as('oldestRecentAt'),
    ]);
}

/** The value of the contact's open and won deals together. */
function dealsOfContact() {
  return query
    .selectFrom('deal')
    .select(sql`coalesce(sum(${sql.ref('deal.value')}), 0)::float8`.as('value'))
    .whereRef('deal.contactId', '=', sql.ref('contact.id'))
    .where('deal.status', 'in', ['OPEN', 'WON']);
}

function storedFigure(figure: Figure): RawBuilder<unknown> {
  const column = sql.ref(`contact.${figure}`);
  return FIGURE_TYPES[figure] === 'integer' ? sql`${column}` : milliseconds(column);
}

function milliseconds(moment: RawBuilder<unknown>): RawBuilder<number | null> {
  return sql<number | null>`floor(extract(epoch from ${moment}) * 1000)::float8`;
}
