/** What every part of the benchmark reports: Markdown with tables, and the bars it missed. */
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { Commit } from './commits.ts';

export interface PartResult {
  /** Markdown, in order; empty ones are left out. */
  sections: string[];
  /** One sentence for each bar that was missed. */
  missed: string[];
}

/** A measured value with the bar that it must not miss; without one it is only reported. */
export interface Figure {
  what: string;
  value: number;
  unit?: string;
  least?: number;
  most?: number;
}

export interface MeasuredPart {
  title: string;
  command: string;
  /** The code that was measured; null where git does not know it. */
  commit: Commit | null;
}

/** The text of a part's results, headed by what was measured, when and where. */
export function resultText(
  { title, command, commit }: MeasuredPart,
  { sections, missed }: PartResult,
): string {
  const [processor] = cpus();
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  const machine = [
    processor?.model.trim() ?? 'unknown processor',
    `${cpus().length} cores`,
    `${memoryGb} GB memory`,
    `${platform()} ${release()} ${arch()}`,
  ];
  const heading = [
    `# Benchmark: ${title}`,
    '',
    `What is measured, and how: the head comment of \`bench/${title}/part.ts\`.`,
    '',
    `- Command: \`${command}\``,
    `- Commit: ${shownCommit(commit)}`,
    `- Date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `- Machine: ${machine.join(', ')}`,
    `- Node ${process.versions.node}; server, database and load generator share the machine`,
  ].join('\n');
  const misses =
    missed.length > 0 ? `## Bars missed\n\n${missed.map((line) => `- ${line}`).join('\n')}` : '';
  return `${[heading, ...sections, misses].filter((section) => section !== '').join('\n\n')}\n`;
}

function shownCommit(commit: Commit | null): string {
  if (commit === null) return 'unknown to git';
  return commit.isClean ? commit.hash : `${commit.hash}, with changes that are not committed`;
}

/** One section: a table of the figures with their bars. */
export function figureResult(figures: readonly Figure[], heading = 'Figures'): PartResult {
  const rows = figures.map((figure) => [
    figure.what,
    shownValue(figure),
    shownBar(figure),
    verdict(figure),
  ]);
  const missed = figures
    .filter((figure) => !isMet(figure))
    .map((figure) => `${figure.what}: ${shownValue(figure)}, the bar is ${shownBar(figure)}`);
  return { sections: [`## ${heading}\n\n${table(['Figure', 'Value', 'Bar', ''], rows)}`], missed };
}

/** NaN, a value that could not be measured, misses its bar. */
function isMet({ value, least, most }: Figure): boolean {
  return (least === undefined || value >= least) && (most === undefined || value <= most);
}

function verdict(figure: Figure): string {
  if (shownBar(figure) === '') return '';
  return isMet(figure) ? 'met' : 'MISSED';
}

function shownBar({ least, most, unit = '' }: Figure): string {
  if (least !== undefined) return `≥ ${least} ${unit}`.trim();
  return most === undefined ? '' : `≤ ${most} ${unit}`.trim();
}

function shownValue({ value, unit = '' }: Figure): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`.trim();
}

/** A Markdown table whose columns are padded to one width. */
export function table(headings: string[], rows: string[][]): string {
  const widths = headings.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(headings), rule, ...rows.map(line)].join('\n');
}
