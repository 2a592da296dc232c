/** DataLoaders over set-based statements: one statement a batch, its keys in one array parameter, however many. */
import DataLoader from 'dataloader';
import { type Context, perRequest } from './context.ts';

/** Loads rows by id; an id without a row is null. `read` gets each id once. */
export function rowLoader<Row extends { id: string }>(
  read: (context: Context, ids: string[]) => Promise<Row[]>,
): (context: Context) => DataLoader<string, Row | null> {
  return perRequest(
    (context) =>
      new DataLoader<string, Row | null>(async (ids) => {
        const rows = await read(context, [...ids]);
        const byId = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => byId.get(id) ?? null);
      }, UNLIMITED),
  );
}

/** Loads the rows that belong to a key, in the order in which `read` answers them; `keyOf` says to which a row belongs. */
export function groupLoader<Row>(
  read: (context: Context, keys: string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): (context: Context) => DataLoader<string, Row[]> {
  return perRequest(
    (context) =>
      new DataLoader<string, Row[]>(async (keys) => {
        const groups = Map.groupBy(await read(context, [...keys]), keyOf);
        return keys.map((key) => groups.get(key) ?? []);
      }, UNLIMITED),
  );
}

const UNLIMITED = { maxBatchSize: Number.POSITIVE_INFINITY };
