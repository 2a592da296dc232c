/**
 * Everything that is held about a person as one JSON file, made while it is downloaded and page by
 * page, so that it takes little memory however much there is.
 *
 * This is the head of the room `person-file`.
 */
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { numbersOf, readPoints } from '../points/points.ts';
import { personFileParts } from './parts.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
/** Columns that say nothing which others do not say. */
const LEFT_OUT = new Set(['tenantId', 'searchText']);

const contactById = prepare((p: { id: string }) =>
  query.selectFrom('contact').selectAll().where('id', '=', p.id),
);

/** The file as text, in pieces; undefined if there is no such contact. */
export async function personFile(
  platform: Platform,
  viewer: Viewer,
  id: string,
): Promise<AsyncGenerator<string> | undefined> {
  const database = platform.database.forTenant(viewer);
  const [contact] = await database.runPrepared(contactById, { id });
  if (!contact) return undefined;
  const points = (await readPoints(database, [id])).get(id) ?? [];
  const person = { ...contact, numbers: numbersOf(points) };
  const written = (row: object) =>
    JSON.stringify(row, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value));
  return (async function* () {
    yield `{"exportedAt":"${new Date().toISOString()}","contact":${written({ ...contact, points })}`;
    for (const { name, page } of personFileParts()) {
      yield `,\n${JSON.stringify(name)}:[`;
      for (let after = FIRST_ID, isFirst = true; ; isFirst = false) {
        const rows = await page(database, person, after);
        const last = rows.at(-1);
        if (last === undefined) break;
        yield `${isFirst ? '' : ','}\n${rows.map(written).join(',\n')}`;
        after = last.id;
      }
      yield ']';
    }
    yield '}\n';
  })();
}
