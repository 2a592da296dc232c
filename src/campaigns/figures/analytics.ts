/**
 * Figures of all campaigns in a range of time: what became of the messages that were sent in it,
 * whenever that was. They are read from kept figures (the SQL function keepSendingFigures): half-hours
 * for what is shown by day and hour and for the ends of the range, days in UTC for the rest, so that
 * the cost does not depend on the number of messages.
 */
import { type RawBuilder, sql } from 'kysely';
import { query } from '../../platform/database/tenant-scope.ts';
import { RequestError } from '../../platform/errors.ts';
import { parseMoment } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { type CalendarDay, DAY, MINUTE, now } from '../../platform/time.ts';
import { offsetsBetween } from '../../platform/time-zone.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { readTenant } from '../../tenancy/index.ts';
import { rate } from './stats.ts';

/** The longest range. */
export const MAX_DAYS = 366;
const DEFAULT_DAYS = 30;
/** Templates, numbers and codes each; those with the most messages. */
export const MAX_NAMES = 200;
/** Hours of a week that are offered as the best ones to send. */
export const MAX_BEST_HOURS = 5;
/** Fewer messages say nothing of an hour. */
export const MIN_SENT_OF_HOUR = 20;

const BLOCK_MS = 30 * MINUTE;
const BLOCKS_OF_DAY = DAY / BLOCK_MS;

/** What became of messages. */
export interface OutcomeCounts {
  sent: number;
  delivered: number;
  read: number;
  replied: number;
  failed: number;
}
/** The messages that were sent on a day. */
export interface OutcomesOfDay {
  day: CalendarDay;
  counts: OutcomeCounts;
}
/** The messages that were sent in an hour of a day of the week; 1 is Monday. */
export interface OutcomesOfHour {
  weekday: number;
  hour: number;
  counts: OutcomeCounts;
}
/** The messages of a template. */
export interface OutcomesOfTemplate {
  templateName: string;
  counts: OutcomeCounts;
}
/** The messages from a number; without the number as people write it where it is disconnected. */
export interface OutcomesOfNumber {
  phoneNumberId: string;
  displayPhoneNumber: string | null;
  counts: OutcomeCounts;
}
/** Messages that failed with an error of this code. */
export interface FailuresOfCode {
  code: number | null;
  messages: number;
}
/** Figures of all campaigns in a range of time. */
export interface CampaignAnalytics {
  timeZone: string;
  totals: OutcomeCounts;
  byDay: OutcomesOfDay[];
  byHour: OutcomesOfHour[];
  bestHours: OutcomesOfHour[];
  byTemplate: OutcomesOfTemplate[];
  byNumber: OutcomesOfNumber[];
  byError: FailuresOfCode[];
}

/** Moments with a zone. */
export interface AnalyticsArguments {
  from?: string | null;
  to?: string | null;
}

/** Half-hours since 1970, `to` excluded. */
interface Range {
  from: number;
  to: number;
}

function rangeOf(args: AnalyticsArguments): Range {
  const to = args.to == null ? now().getTime() : Date.parse(parseMoment('to', args.to));
  const from =
    args.from == null ? to - DEFAULT_DAYS * DAY : Date.parse(parseMoment('from', args.from));
  if (from > to)
    throw new RequestError('BAD_USER_INPUT', 'Argument "from": Expected a moment before "to".');
  if (to - from > MAX_DAYS * DAY)
    throw new RequestError(
      'BAD_USER_INPUT',
      `Argument "from": Expected at most ${MAX_DAYS} days before "to".`,
    );
  return { from: Math.floor(from / BLOCK_MS), to: Math.ceil(to / BLOCK_MS) };
}

const COUNTS = ['sent', 'delivered', 'read', 'replied', 'failed'] as const;
const SUMS = COUNTS.map((figure) =>
  sql<number>`sum(${sql.ref(`sending_figure.${figure}`)})::int`.as(figure),
);

/** Reads the figures, in four statements. Throws BAD_USER_INPUT for a range that is wrong. */
export async function campaignAnalytics(
  platform: Platform,
  viewer: Viewer,
  args: AnalyticsArguments,
): Promise<CampaignAnalytics> {
  const range = rangeOf(args);
  const { timeZone } = await readTenant(platform, viewer);
  const database = platform.replica.forTenant(viewer);
  const [times, names] = await Promise.all([
    database.run(byTime(range, timeZone)),
    database.run(byName(range)),
  ]);
  const of = (subject: string) => names.filter((row) => row.subject === subject);
  const numbers = of('NUMBER').map(({ name }) => name);
  const connected = await database.run(
    query
      .selectFrom('whatsapp_number')
      .select(['phoneNumberId', 'displayPhoneNumber'])
      .where(sql<boolean>`${sql.ref('phoneNumberId')} = any(${numbers}::text[])`),
  );
  const byDay = times.flatMap(({ day, ...row }) =>
    day === null ? [] : [{ day: dayOf(day), counts: countsOf(row) }],
  );
  const byHour = times.flatMap(({ weekday, hour, ...row }) =>
    weekday === null || hour === null ? [] : [{ weekday, hour, counts: countsOf(row) }],
  );
  return {
    timeZone,
    totals: byDay.map(({ counts }) => counts).reduce(add, NOTHING),
    byDay,
    byHour,
    bestHours: bestOf(byHour),
    byTemplate: of('TEMPLATE').map((row) => ({ templateName: row.name, counts: countsOf(row) })),
    byNumber: of('NUMBER').map((row) => ({
      phoneNumberId: row.name,
      displayPhoneNumber:
        connected.find(({ phoneNumberId }) => phoneNumberId === row.name)?.displayPhoneNumber ??
        null,
      counts: countsOf(row),
    })),
    byError: of('ERROR').map((row) => ({
      code: row.name === '' ? null : Number(row.name),
      messages: row.failed,
    })),
  };
}

/**
 * By day, and by hour of the week, in local time: half-hours are moved by what the zone differs from
 * UTC by then, so that PostgreSQL only adds whole numbers.
 */
function byTime(range: Range, timeZone: string) {
  const offsets = offsetsBetween(timeZone, {
    from: range.from * BLOCK_MS,
    to: range.to * BLOCK_MS,
    precisionMs: BLOCK_MS,
  });
  const starts = offsets.map(({ from }) => from / BLOCK_MS);
  const shifts = offsets.map(({ offsetMs }) => Math.floor(offsetMs / BLOCK_MS));
  const block = sql.ref<number>('sending_figure.block');
  const local = sql<number>`${block} + (${shifts}::int[])[width_bucket(${block}, ${starts}::int[])]`;
  const halfHours = blocksOf('ALL', 0, range)
    .select(local.as('local'))
    .select(COUNTS.map((figure) => sql.ref<number>(`sending_figure.${figure}`).as(figure)));
  // 1970 began on a Thursday.
  return query
    .selectFrom(halfHours.as('half_hour'))
    .select([
      sql<number | null>`local / 48`.as('day'),
      sql<number | null>`(local / 48 + 3) % 7 + 1`.as('weekday'),
      sql<number | null>`local % 48 / 2`.as('hour'),
      ...COUNTS.map((figure) => sql<number>`sum(${sql.ref(figure)})::int`.as(figure)),
    ])
    .groupBy(
      sql`grouping sets ((local / 48), ((local / 48 + 3) % 7 + 1, local % 48 / 2))` as RawBuilder<number>,
    )
    .orderBy(sql`1, 2, 3`);
}

function blocksOf(subject: string, level: number, { from, to }: Range) {
  return query
    .selectFrom('sending_figure')
    .where('sending_figure.subject', '=', subject)
    .where('sending_figure.level', '=', level)
    .where('sending_figure.block', '>=', from)
    .where('sending_figure.block', '<', to);
}

/** By template, number and code of error. */
function byName({ from, to }: Range) {
  const days = { from: Math.ceil(from / BLOCKS_OF_DAY), to: Math.floor(to / BLOCKS_OF_DAY) };
  const hasDays = days.from < days.to;
  const parts: [number, Range][] = hasDays
    ? [
        [0, { from, to: days.from * BLOCKS_OF_DAY }],
        [1, days],
        [0, { from: days.to * BLOCKS_OF_DAY, to }],
      ]
    : [[0, { from, to }]];
  const all = ['TEMPLATE', 'NUMBER', 'ERROR']
    .flatMap((subject) =>
      parts.map(([level, part]) =>
        blocksOf(subject, level, part)
          .select(['sending_figure.subject', 'sending_figure.name', ...SUMS])
          .groupBy(['sending_figure.subject', 'sending_figure.name']),
      ),
    )
    .reduce((one, other) => one.unionAll(other));
  const summed = query
    .selectFrom(all.as('part'))
    .select(['part.subject', 'part.name'])
    .select(COUNTS.map((figure) => sql<number>`sum(${sql.ref(`part.${figure}`)})::int`.as(figure)))
    .groupBy(['part.subject', 'part.name']);
  const place = sql<number>`row_number() over (partition by summed.subject
    order by summed.sent desc, summed.failed desc, summed.name)`;
  return query
    .selectFrom(
      query.selectFrom(summed.as('summed')).selectAll('summed').select(place.as('place')).as('row'),
    )
    .selectAll('row')
    .where('row.place', '<=', MAX_NAMES)
    .where(sql<boolean>`("row".sent, "row".failed) <> (0, 0)`)
    .orderBy('row.subject')
    .orderBy('row.place');
}

function bestOf(hours: readonly OutcomesOfHour[]): OutcomesOfHour[] {
  const share = ({ counts }: OutcomesOfHour) => rate(counts.read, counts.sent) ?? 0;
  return hours
    .filter(({ counts }) => counts.sent >= MIN_SENT_OF_HOUR)
    .sort((one, other) => share(other) - share(one) || other.counts.sent - one.counts.sent)
    .slice(0, MAX_BEST_HOURS);
}

function dayOf(days: number): CalendarDay {
  return new Date(days * DAY).toISOString().slice(0, 10) as CalendarDay;
}

const NOTHING: OutcomeCounts = { sent: 0, delivered: 0, read: 0, replied: 0, failed: 0 };

function countsOf({ sent, delivered, read, replied, failed }: OutcomeCounts): OutcomeCounts {
  return { sent, delivered, read, replied, failed };
}

function add(one: OutcomeCounts, other: OutcomeCounts): OutcomeCounts {
  return {
    sent: one.sent + other.sent,
    delivered: one.delivered + other.delivered,
    read: one.read + other.read,
    replied: one.replied + other.replied,
    failed: one.failed + other.failed,
  };
}
