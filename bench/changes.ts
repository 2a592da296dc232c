/** What changed between two runs of a part: the second's figures as multiples of the first's. */
import { commitsBetween } from './commits.ts';
import { table } from './report.ts';

const CHANGES_HEADING = '## What changed since the last';
/** The columns that say what a row is about; the others have its figures. */
const LABELS = new Set(['Figure', 'Operation', 'Connections', 'Server', 'Ratio']);
const NOT_COMPARED = new Set(['Bar', 'Aim', '', 'lowest – highest']);
const SHOWN_COMMITS = 40;

export interface Replacement {
  root: string;
  /** The text of the results that are replaced. */
  before: string;
  /** The text of those that replace them. */
  now: string;
}

/** A section on what changed; it ends the text of the new results. */
export function changesSection({ root, before, now }: Replacement): string {
  const last = describedRun(before);
  const otherMachine =
    lineOf(before, 'Machine') === lineOf(now, 'Machine')
      ? ''
      : ' The machine was another one, so only ratios and counts can be compared.';
  const intro = `Each figure divided by that of the run before (${last}): 1.10 is a tenth more.${otherMachine}`;
  const old = new Map(tablesOf(before).flatMap(figuresOf));
  const tables = tablesOf(now).flatMap((one) => comparedTable(one, old));
  return [CHANGES_HEADING, intro, ...tables, commitsText({ root, before, now })].join('\n\n');
}

function describedRun(text: string): string {
  const commit = commitOf(text);
  const date = lineOf(text, 'Date') ?? 'its date is not named';
  return `${commit === null ? 'its commit is not named' : `commit ${commit}`}, ${date}`;
}

function commitOf(text: string): string | null {
  return /^- Commit: ([0-9a-f]{7,40})\b/m.exec(text)?.[1] ?? null;
}

/** A line of the heading, by its name. */
function lineOf(text: string, name: string): string | null {
  return new RegExp(`^- ${name}: (.+)$`, 'm').exec(text)?.[1] ?? null;
}

interface ResultTable {
  section: string;
  headings: string[];
  rows: string[][];
}

/** The tables of results, but not those of an earlier comparison. */
function tablesOf(text: string): ResultTable[] {
  const results = text.split(CHANGES_HEADING)[0] ?? '';
  return results.split(/^## /m).flatMap((section) => {
    const lines = section.split('\n').filter((line) => line.startsWith('|'));
    const [headings, , ...rows] = lines.map(cellsOf);
    return headings ? [{ section: section.split('\n')[0] ?? '', headings, rows }] : [];
  });
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** Each figure with what it is known by: the labels of its row and the heading of its column. */
function figuresOf({ headings, rows }: ResultTable): [key: string, figure: string][] {
  return rows.flatMap((row) =>
    headings.flatMap((heading, column): [string, string][] =>
      isCompared(heading) ? [[keyOf(headings, row, heading), row[column] ?? '']] : [],
    ),
  );
}

function isCompared(heading: string): boolean {
  return !LABELS.has(heading) && !NOT_COMPARED.has(heading);
}

function keyOf(headings: readonly string[], row: readonly string[], heading: string): string {
  return JSON.stringify([labelsOf(headings, row), heading]);
}

function labelsOf(headings: readonly string[], row: readonly string[]): string[] {
  return row.filter((_, column) => LABELS.has(headings[column] ?? ''));
}

/** The same table with ratios in place of its figures; nothing where its rows have no labels. */
function comparedTable(
  { section, headings, rows }: ResultTable,
  old: ReadonlyMap<string, string>,
): string[] {
  const labels = headings.filter((heading) => LABELS.has(heading));
  const figures = headings.filter(isCompared);
  if (labels.length === 0 || figures.length === 0) return [];
  const compared = rows.map((row) => [
    ...labelsOf(headings, row),
    ...figures.map((heading) =>
      ratioOf(row[headings.indexOf(heading)] ?? '', old.get(keyOf(headings, row, heading))),
    ),
  ]);
  return [`### ${section}\n\n${table([...labels, ...figures], compared)}`];
}

/** Figures with different units are not compared. */
function ratioOf(now: string, before = ''): string {
  const [to, from] = [measureOf(now), measureOf(before)];
  if (to === null) return '–';
  if (from === null || from.unit !== to.unit) return 'new';
  if (from.value === 0) return to.value === 0 ? '1.00' : `${now}, was ${before}`;
  return (to.value / from.value).toFixed(2);
}

function measureOf(cell: string): { value: number; unit: string } | null {
  const [, digits, unit = ''] = /^(-?[\d,]*\.?\d+)(.*)$/.exec(cell) ?? [];
  return digits === undefined ? null : { value: Number(digits.replaceAll(',', '')), unit };
}

function commitsText({ root, before, now }: Replacement): string {
  const [first, second] = [commitOf(before), commitOf(now)];
  const commits = first && second ? commitsBetween(root, first, second) : null;
  if (commits === null) return 'The commits between the two are not known.';
  if (commits.length === 0) return 'There are no commits between the two.';
  const shown = commits.slice(0, SHOWN_COMMITS).map((line) => `- ${line}`);
  const more = commits.length - shown.length;
  const count = commits.length === 1 ? 'One commit' : `${commits.length} commits`;
  const rest = more > 0 ? [`- and ${more} older ones`] : [];
  return [`${count} between the two:\n`, ...shown, ...rest].join('\n');
}
