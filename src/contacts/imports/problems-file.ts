/** The bad rows of an import as a file: each with its line, what is wrong with it, and its cells. */
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { RequestError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { csvLines } from '../exports/csv.ts';
import { importsById } from './imports.ts';

const PAGE_PROBLEMS = 500;

const problemsAfter = prepare((p: { importId: string; after: number; limit: number }) =>
  query
    .selectFrom('contact_import_problem')
    .select(['position', 'line', 'field', 'message', 'row'])
    .where('importId', '=', p.importId)
    .where('position', '>', p.after)
    .orderBy('position')
    .limit(p.limit),
);

interface BadRow {
  line: number;
  problems: string[];
  cells: Map<string, string>;
}

/**
 * The text of the file, in pieces. Corrected, it can be imported as it is: its first two columns are
 * ignored. Throws NOT_FOUND for an unknown import.
 */
export async function* problemsFile(
  platform: Platform,
  viewer: Viewer,
  importId: string,
): AsyncGenerator<string> {
  const database = platform.database.forTenant(viewer);
  const [known] = await database.runPrepared(importsById, { ids: [importId] });
  if (!known) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
  let columns: string[] | null = null;
  for await (const rows of badRows(database, importId)) {
    const isFirst = columns === null;
    columns ??= [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))];
    const names = columns;
    const lines = rows.map(({ line, problems, cells }) => [
      line,
      problems.join(' '),
      ...names.map((column) => cells.get(column) ?? null),
    ]);
    if (isFirst) yield csvLines([['line', 'problem', ...names]], { first: true });
    yield csvLines(lines);
  }
  if (columns === null) yield csvLines([['line', 'problem']], { first: true });
}

/** The bad rows page by page; one with several problems is one row. */
async function* badRows(database: TenantDatabase, importId: string): AsyncGenerator<BadRow[]> {
  let open = null as BadRow | null;
  for (let after = -1; ; ) {
    const rows: BadRow[] = [];
    const page = await database.runPrepared(problemsAfter, {
      importId,
      after,
      limit: PAGE_PROBLEMS,
    });
    for (const { line, field, message, row } of page) {
      if (open?.line !== line) {
        if (open) rows.push(open);
        open = { line, problems: [], cells: new Map((row ?? []) as [string, string][]) };
      }
      open.problems.push(field === null ? message : `${field}: ${message}`);
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE_PROBLEMS) {
      if (open) rows.push(open);
      if (rows.length > 0) yield rows;
      return;
    }
    if (rows.length > 0) yield rows;
    after = last.position;
  }
}
