/** Turns the measurements of reading into text, and holds them against the bars. */
import { type PartResult, table } from '../report.ts';
import { median } from '../statistics.ts';
import type { ContestantName } from './contestants.ts';
import { CONNECTIONS, type Measurement } from './measure.ts';
import { OPERATIONS, type OperationName } from './operations.ts';
import type { Verified } from './verify.ts';

export interface Findings {
  measurements: readonly Measurement[];
  verified: readonly Verified[];
  /** Sentences about plans of the limit that changed while it was measured. */
  wrongPlans: readonly string[];
  /** What was measured besides the contest. */
  scenarios: readonly PartResult[];
  memory: readonly { title: string; nowMb: number; peakMb: number }[];
  /** Null where it was not measured. */
  coldStartMs: number | null;
  seconds: number;
  alternations: number;
}

interface Bar {
  of: ContestantName;
  against: ContestantName;
  least: number;
  aim?: number;
}

const BARS: readonly Bar[] = [
  { of: 'sheaf', against: 'mercurius', least: 1, aim: 1.2 },
  { of: 'sheaf', against: 'postgraphile', least: 1.3 },
  { of: 'sheaf', against: 'documented', least: 1.5, aim: 2 },
  { of: 'sheaf', against: 'limit', least: 0.65 },
  { of: 'sheaf-kept', against: 'limit', least: 1.3, aim: 2 },
];
const MEMORY_LIMIT_MB = 400;
const COLD_START_LIMIT_MS = 3_000;

export function report(findings: Findings): PartResult {
  const ratios = ratioRows(findings.measurements);
  const upkeep = upkeepRows(findings);
  const { seconds, alternations, scenarios, wrongPlans } = findings;
  const missed = [
    ...wrongPlans,
    ...slowLimits(findings.measurements),
    ...[...ratios, ...upkeep].filter(({ met }) => !met).map(({ sentence }) => sentence),
    ...scenarios.flatMap((scenario) => scenario.missed),
  ];
  const sections = [
    `Medians of ${alternations} alternations of ${seconds} s each.`,
    `## Requests a second and latency\n\n${resultTable(findings)}`,
    ratios.length > 0 ? `## Ratios of the medians\n\n${ratioTable(ratios)}` : '',
    `## Statements a request\n\nCounted by pg_stat_statements, without BEGIN and COMMIT, on warm requests.\n\n${statementTable(findings.verified)}`,
    ...scenarios.flatMap((scenario) => scenario.sections),
    `## Memory and start\n\n${upkeepText(findings)}`,
  ];
  return { sections, missed };
}

function resultTable({ measurements }: Findings): string {
  const rows = measurements.map(({ operation, connections, contestant, rounds }) => [
    operation,
    String(connections),
    contestant.title,
    median(rounds.map((round) => round.requestsPerSecond)).toFixed(0),
    spread(rounds.map((round) => round.requestsPerSecond)),
    median(rounds.map((round) => round.p50Ms)).toFixed(1),
    median(rounds.map((round) => round.p99Ms)).toFixed(1),
    cpu(rounds.map((round) => round.cpuMsPerRequest)),
  ]);
  return table(
    [
      'Operation',
      'Connections',
      'Server',
      'Requests/s',
      'lowest – highest',
      'p50 ms',
      'p99 ms',
      'Server CPU ms/request',
    ],
    rows,
  );
}

function spread(values: number[]): string {
  return `${Math.min(...values).toFixed(0)} – ${Math.max(...values).toFixed(0)}`;
}

function cpu(values: (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? median(known).toFixed(2) : '–';
}

interface RatioRow {
  cells: string[];
  sentence: string;
  met: boolean;
}

function ratioRows(measurements: readonly Measurement[]): RatioRow[] {
  const cases = OPERATIONS.flatMap((operation) =>
    CONNECTIONS.map((connections) => ({ operation, connections })),
  );
  return cases.flatMap(({ operation, connections }) =>
    BARS.flatMap((bar) =>
      ratioRow(
        bar,
        measurements.filter((m) => m.operation === operation && m.connections === connections),
      ),
    ),
  );
}

function ratioRow(bar: Bar, measurements: readonly Measurement[]): RatioRow[] {
  const of = measurements.find(({ contestant }) => contestant.name === bar.of);
  const against = measurements.find(({ contestant }) => contestant.name === bar.against);
  if (!of || !against) return [];
  const ratio = rate(of) / rate(against);
  const met = ratio >= bar.least;
  const verdict = ratio >= (bar.aim ?? Infinity) ? 'aim reached' : met ? 'met' : 'MISSED';
  const what = `${of.contestant.title} / ${against.contestant.title}`;
  const cells = [
    of.operation,
    String(of.connections),
    what,
    ratio.toFixed(2),
    bar.least.toFixed(2),
    bar.aim?.toFixed(2) ?? '–',
    verdict,
  ];
  return [
    {
      cells,
      met,
      sentence: `${of.operation}, ${of.connections} connections: ${what} is ${ratio.toFixed(3)}, the bar is ${bar.least}`,
    },
  ];
}

/**
 * Where a server that executes each request for itself is faster than the limit: something is wrong
 * with the limit, and so with every ratio to it. Sheaf may be faster: requests that come together
 * share their statements.
 */
function slowLimits(measurements: readonly Measurement[]): string[] {
  const limits = measurements.filter(({ contestant }) => contestant.name === 'limit');
  return limits.flatMap((limit) =>
    measurements
      .filter(
        (m) =>
          m.operation === limit.operation &&
          m.connections === limit.connections &&
          !m.contestant.name.startsWith('sheaf') &&
          rate(m) > rate(limit),
      )
      .map(
        (m) =>
          `${m.operation}, ${m.connections} connections: ${limit.contestant.title} is called the limit, but ${m.contestant.title} is faster (${rate(m).toFixed(0)} requests/s against ${rate(limit).toFixed(0)}); don't believe ratios to it before you know why`,
      ),
  );
}

function rate({ rounds }: Measurement): number {
  return median(rounds.map((round) => round.requestsPerSecond));
}

function ratioTable(rows: readonly RatioRow[]): string {
  return table(
    ['Operation', 'Connections', 'Ratio', 'Value', 'Bar', 'Aim', ''],
    rows.map(({ cells }) => cells),
  );
}

function statementTable(verified: readonly Verified[]): string {
  const titles = [...new Set(verified.map(({ contestant }) => contestant.title))];
  const count = (title: string, operation: OperationName) =>
    verified
      .find((entry) => entry.contestant.title === title && entry.operation === operation)
      ?.statementsPerRequest.toString() ?? '–';
  return table(
    ['Server', ...OPERATIONS],
    titles.map((title) => [title, ...OPERATIONS.map((operation) => count(title, operation))]),
  );
}

function upkeepText({ memory, coldStartMs }: Findings): string {
  const rows = memory.map(({ title, nowMb, peakMb }) => [
    title,
    nowMb.toFixed(0),
    peakMb.toFixed(0),
  ]);
  const start =
    coldStartMs === null
      ? 'Cold start was not measured.'
      : `Cold start to ready on an existing data folder: ${(coldStartMs / 1000).toFixed(2)} s (bar: under 3 s).`;
  return `Resident memory of the server process after all of its load (bar: under ${MEMORY_LIMIT_MB} MB).\n\n${table(['Server', 'MB', 'peak MB'], rows)}\n\n${start}`;
}

function upkeepRows({ memory, coldStartMs }: Findings): { sentence: string; met: boolean }[] {
  const own = memory.filter(({ title }) => title.startsWith('Sheaf'));
  const rows = own.map(({ title, nowMb }) => ({
    met: nowMb < MEMORY_LIMIT_MB,
    sentence: `${title} has ${nowMb.toFixed(0)} MB resident, the bar is ${MEMORY_LIMIT_MB}`,
  }));
  if (coldStartMs !== null)
    rows.push({
      met: coldStartMs < COLD_START_LIMIT_MS,
      sentence: `Cold start takes ${coldStartMs.toFixed(0)} ms, the bar is ${COLD_START_LIMIT_MS}`,
    });
  return rows;
}
