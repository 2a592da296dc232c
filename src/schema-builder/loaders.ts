/**
 * DataLoaders over set-based statements: one statement a batch, its keys in one array parameter,
 * however many.
 */
import DataLoader from 'dataloader';
import { type Page, type PageRequest, toPage } from '../platform/database/keyset.ts';
import { type Context, perRequest } from './context.ts';

/**
 * Loads rows by id, each as `toNode` presents it; an id without a row is null. `read` gets each id
 * once.
 */
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

/**
 * Loads the rows that belong to a key, in the order in which `read` answers them, each as `toNode`
 * presents it; `keyOf` says to which key a row belongs.
 */
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

/** A page of the rows that belong to `id`. */
export interface PageOf {
  id: string;
  page: PageRequest;
}

/**
 * Loads pages of the rows that belong to a key: one statement for the keys that ask for the same
 * page.
 */
export function pageLoader<Row extends object>(
  read: (context: Context, of: { ids: string[]; page: PageRequest }) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): (context: Context) => DataLoader<PageOf, Page<Row>, string> {
  return perRequest(
    (context) =>
      new DataLoader<PageOf, Page<Row>, string>(
        async (keys) => {
          const pages = new Map<string, Page<Row>>();
          for (const group of Map.groupBy(keys, pageKey).values()) {
            const page = group[0]?.page as PageRequest;
            const ids = group.map(({ id }) => id);
            const rows = Map.groupBy(await read(context, { ids, page }), keyOf);
            for (const key of group) pages.set(cacheKey(key), toPage(rows.get(key.id) ?? [], page));
          }
          return keys.map((key) => pages.get(cacheKey(key)) as Page<Row>);
        },
        { ...UNLIMITED, cacheKeyFn: cacheKey },
      ),
  );
}

function pageKey({ page }: PageOf): string {
  return JSON.stringify([page.ordering.name, page.size, page.backward, page.after, page.before]);
}

function cacheKey(key: PageOf): string {
  return `${key.id} ${pageKey(key)}`;
}

const UNLIMITED = { maxBatchSize: Number.POSITIVE_INFINITY };
