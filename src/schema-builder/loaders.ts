/**
 * DataLoaders over set-based statements: one statement a batch, with all its keys in one array
 * parameter.
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
 * Loads the rows that belong to a key, in the order in which `read` returns them, each as `toNode`
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

/** A loaded row that a foreign key guarantees; throws where it is missing, which is a bug. */
export function existing<Row>(row: Row | null): Row {
  if (row === null) throw new Error('A foreign key points at a row that is not there.');
  return row;
}

/** How values are loaded that are asked for with more than an id. */
interface AskedOptions<Asked extends { id: string }, Value> {
  /** Requests with the same key are read together; it says what is asked for besides the id. */
  keyOf: (asked: Asked) => string;
  /** Reads the values of all ids that are asked for in the same way as `asked`, by id. */
  read: (context: Context, ids: string[], asked: Asked) => Promise<(id: string) => Value>;
}

/**
 * Loads values of ids that are asked for with something else, such as a page, a filter or a
 * selection of columns: one read for all ids that are asked for in the same way.
 */
export function askedLoader<Asked extends { id: string }, Value>({
  keyOf,
  read,
}: AskedOptions<Asked, Value>): (context: Context) => DataLoader<Asked, Value, string> {
  return perRequest(
    (context) =>
      new DataLoader<Asked, Value, string>(
        async (all) => {
          const values = new Map<Asked, Value>();
          for (const group of Map.groupBy(all, keyOf).values()) {
            const ids = group.map(({ id }) => id);
            const valueFor = await read(context, ids, group[0] as Asked);
            for (const asked of group) values.set(asked, valueFor(asked.id));
          }
          return all.map((asked) => values.get(asked) as Value);
        },
        { ...UNLIMITED, cacheKeyFn: (asked) => `${asked.id} ${keyOf(asked)}` },
      ),
  );
}

/** A page of the rows that belong to `id`, of those that the filter lets through. */
export type PageOf<Filter = undefined> = {
  id: string;
  page: PageRequest;
} & (undefined extends Filter ? { filter?: Filter } : { filter: Filter });

/**
 * Loads pages of the rows that belong to a parent: one statement for all parents that are asked for
 * the same page in the same order with the same filter. `parentOf` says to which id a row belongs.
 *
 *     const messagesLoader = pagesOf<MessageRow, MessageFilter>({
 *       read: (context, { ids, page, filter }) => database(context).run(messagesOf(ids, page, filter)),
 *       parentOf: ({ campaignId }) => campaignId,
 *     });
 *     messagesLoader(context).load({ id: campaign.uuid, page: parsePage(args, NEWEST_FIRST), filter });
 *
 * A filter is plain data: two are the same when their JSON is.
 */
export function pagesOf<Row extends object, Filter = undefined>({
  read,
  parentOf,
}: {
  read: (context: Context, of: PageOf<Filter> & { ids: string[] }) => Promise<Row[]>;
  parentOf: (row: Row) => string;
}): (context: Context) => DataLoader<PageOf<Filter>, Page<Row>, string> {
  return askedLoader<PageOf<Filter>, Page<Row>>({
    keyOf: ({ page, filter }) => `${pageKey(page)} ${JSON.stringify(filter)}`,
    read: async (context, ids, asked) => {
      const rows = Map.groupBy(await read(context, { ...asked, ids }), parentOf);
      return (id) => toPage(rows.get(id) ?? [], asked.page);
    },
  });
}

function pageKey({ ordering, size, backward, after, before }: PageRequest): string {
  return JSON.stringify([ordering.name, size, backward, after, before]);
}

const UNLIMITED = { maxBatchSize: Number.POSITIVE_INFINITY };
