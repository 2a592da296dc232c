/**
 * What all parts of the benchmark report in: Markdown with tables, and the bars that were missed.
 */
import { arch, cpus, platform, release, totalmem } from 'node:os';

export interface PartResult {
  /** Markdown, in order; empty ones are left out. */
  sections: string[];
  /** One sentence for each bar that was missed. */
  missed: string[];
}

/** A figure that is held against a bar. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** The least or the most that it may be; null where it is only told. */
  bar: { least: number } | { most: number } | null;
}

/** The text of a part's results, with when and where they were found. */
export function resultText(
  title: string,
  command: string,
  { sections, missed }: PartResult,
): string {
  const processors = cpus();
  const heading = [
    `# Benchmark: ${title}`,
    '',
    `What is measured, and how: the head comment of \`bench/${title}/part.ts\`.`,
    '',
    `- Command: \`${command}\``,
    `- Date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `- Machine: ${processors[0]?.model.trim() ?? 'unknown processor'}, ${processors.length} cores, ${Math.round(totalmem() / 1024 ** 3)} GB memory, ${platform()} ${release()} ${arch()}`,
    `- Node ${process.versions.node}; server, database and load generator share the machine`,
  ].join('\n');
  const misses =
    missed.length > 0 ? `## Bars missed\n\n${missed.map((line) => `- ${line}`).join('\n')}` : '';
  return `${[heading, ...sections, misses].filter((section) => section !== '').join('\n\n')}\n`;
}

/** A table of figures with their bars. */
export function figureResult(figures: readonly Figure[]): { text: string; missed: string[] } {
  const rows = figures.map((figure) => [
    figure.what,
    `${round(figure.value)} ${figure.unit}`.trim(),
    barOf(figure),
    verdict(figure),
  ]);
  const missed = figures
    .filter((figure) => !isMet(figure))
    .map(
      (figure) =>
        `${figure.what}: ${round(figure.value)} ${figure.unit}, the bar is ${barOf(figure)}`,
    );
  return { text: table(['Figure', 'Value', 'Bar', ''], rows), missed };
}

function isMet({ value, bar }: Figure): boolean {
  if (bar === null) return true;
  return 'least' in bar ? value >= bar.least : value <= bar.most;
}

function verdict(figure: Figure): string {
  if (figure.bar === null) return '';
  return isMet(figure) ? 'met' : 'MISSED';
}

function barOf({ bar, unit }: Figure): string {
  if (bar === null) return '';
  return `${'least' in bar ? `≥ ${bar.least}` : `≤ ${bar.most}`} ${unit}`.trim();
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (
    ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2
  );
}

/** The value below which a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function table(headings: string[], rows: string[][]): string {
  const widths = headings.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}
