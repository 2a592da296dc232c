/** DataLoaders over set-based statements: one statement a batch, its keys in one array parameter, however many. */
import DataLoader from 'dataloader';
import { type Context, perRequest } from './context.ts';

/** Loads rows by id, each as `toNode` presents it; an id without a row is null. `read` gets each id once. */
export function rowLoader<Row extends { id: string }, Node = Row>(
  read: (context: Context, ids: string[]) => Promise<Row[]>,
  toNode: (row: Row) => Node = (row) => row as unknown as Node,
): (context: Context) => DataLoader<string, Node | null> {
  return perRequest(
    (context) =>
      new DataLoader<string, Node | null>(async (ids) => {
        const rows = await read(context, [...ids]);
        const byId = new Map(rows.map((row) => [row.id, toNode(row)]));
        return ids.map((id) => byId.get(id) ?? null);
      }, UNLIMITED),
  );
}

/** Loads the rows that belong to a key, in the order in which `read` answers them, each as `toNode` presents it; `keyOf` says to which key a row belongs. */
export function groupLoader<Row, Node = Row>(
  read: (context: Context, keys: string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
  toNode: (row: Row) => Node = (row) => row as unknown as Node,
): (context: Context) => DataLoader<string, Node[]> {
  return perRequest(
    (context) =>
      new DataLoader<string, Node[]>(async (keys) => {
        const groups = Map.groupBy(await read(context, [...keys]), keyOf);
        return keys.map((key) => groups.get(key)?.map(toNode) ?? []);
      }, UNLIMITED),
  );
}

const UNLIMITED = { maxBatchSize: Number.POSITIVE_INFINITY };
