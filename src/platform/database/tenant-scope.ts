/**
 * Tenant isolation by construction. Domain code builds its SQL with `query`, a Kysely that has no
 * connection. The plugin below writes `"tenantId" = <the tenant>` into every table that a statement
 * reads, joins, changes or fills, so that forgetting it is impossible; the tenant itself is filled
 * in only by TenantDatabase, which is bound to one. SQL text that names a table is refused.
 */
import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type ColumnType,
  type DeleteQueryNode,
  DummyDriver,
  type FunctionNode,
  IdentifierNode,
  type InsertQueryNode,
  type JoinNode,
  Kysely,
  type KyselyPlugin,
  OnNode,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  ParensNode,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  PrimitiveValueListNode,
  type QueryId,
  RawNode,
  ReferenceNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
  WhereNode,
} from 'kysely';
import type { DB } from '../../../generated/kysely.ts';
import type { Timestamp } from '../time.ts';
import { FootprintBuilder, footprintOf } from './footprint.ts';
import { tenantTables } from './tenant-tables.ts';

/** Stands in a compiled statement where the tenant of the executing TenantDatabase goes. */
export const TENANT = Symbol('tenant');

/**
 * The tables that domain code may use; their tenantId is filled in and can't be given or changed.
 */
export type TenantTables = {
  [T in keyof DB as DB[T] extends { tenantId: string } ? T : never]: {
    [C in Exclude<keyof DB[T], 'tenantId'>]: AsRead<DB[T][C]>;
  } & {
    tenantId: ColumnType<string, undefined, never>;
  };
};

/** A column as the driver reads it: dates and timestamps are text. */
type AsRead<Column> =
  Column extends ColumnType<Date, infer Insert, infer Update>
    ? ColumnType<Timestamp, Insert, Update>
    : Column;

const TENANT_TABLES = tenantTables();

/**
 * The name under which a FROM entry's columns are reached when it is a tenant's table, else null.
 */
function scopedName(node: OperationNode): string | null {
  if (AliasNode.is(node))
    return scopedName(node.node) && IdentifierNode.is(node.alias) ? node.alias.name : null;
  if (!TableNode.is(node)) return null;
  const table = node.table.identifier.name;
  return TENANT_TABLES.has(table) ? table : null;
}

/** The tenant's table that a FROM entry means, whatever it is called there. */
function tableOf(node: OperationNode): string | undefined {
  if (AliasNode.is(node)) return tableOf(node.node);
  if (!TableNode.is(node)) return undefined;
  const table = node.table.identifier.name;
  return TENANT_TABLES.has(table) ? table : undefined;
}

function tenantPredicate(name: string): OperationNode {
  const column = ReferenceNode.create(ColumnNode.create('tenantId'), TableNode.create(name));
  return BinaryOperationNode.create(column, OperatorNode.create('='), ValueNode.create(TENANT));
}

function allOf(
  existing: OperationNode | undefined,
  tables: readonly OperationNode[],
): OperationNode | undefined {
  const predicates = tables
    .map(scopedName)
    .filter((name) => name !== null)
    .map(tenantPredicate);
  const own = existing && predicates.length > 0 ? ParensNode.create(existing) : existing;
  return [...predicates, ...(own ? [own] : [])].reduce<OperationNode | undefined>(
    (all, next) => (all ? AndNode.create(all, next) : next),
    undefined,
  );
}

function whereTenant(
  where: WhereNode | undefined,
  tables: readonly OperationNode[],
): { where?: WhereNode } {
  const condition = allOf(where?.where, tables);
  return condition ? { where: WhereNode.create(condition) } : {};
}

/**
 * The lists of tables in SQL text: what follows one of these keywords, with schemas, aliases and
 * commas.
 */
const TABLE_LISTS =
  /\b(?:from|join|update|into|using)\s+(?=((?:only\s+)?[\w".]+(?:\s+(?:as\s+)?\w+)?(?:\s*,\s*(?:only\s+)?[\w".]+(?:\s+(?:as\s+)?\w+)?)*))/gi;

class TenantTransformer extends OperationNodeTransformer {
  /** A nested query is transformed on its own first, and must not be transformed twice. */
  readonly #scoped = new WeakSet<SelectQueryNode>();
  #footprint = new FootprintBuilder();

  /** A whole statement; its footprint is kept for the node that it returns. */
  transformStatement<Root extends OperationNode>(node: Root, queryId: QueryId): Root {
    const outer = this.#footprint;
    this.#footprint = new FootprintBuilder();
    const transformed = this.transformNode(node, queryId);
    this.#footprint.finish(transformed);
    this.#footprint = outer;
    return transformed;
  }

  protected override transformTable(node: TableNode, queryId?: QueryId): TableNode {
    const table = node.table.identifier.name;
    if (TENANT_TABLES.has(table)) this.#footprint.addTable(table);
    return super.transformTable(node, queryId);
  }

  protected override transformFunction(node: FunctionNode, queryId?: QueryId): FunctionNode {
    this.#footprint.addText(`${node.func}(`);
    return super.transformFunction(node, queryId);
  }

  protected override transformSelectQuery(
    node: SelectQueryNode,
    queryId?: QueryId,
  ): SelectQueryNode {
    if (this.#scoped.has(node)) {
      this.#footprint.add(footprintOf(node));
      return node;
    }
    const inner = super.transformSelectQuery(node, queryId);
    const scoped = { ...inner, ...whereTenant(inner.where, inner.from?.froms ?? []) };
    this.#scoped.add(scoped);
    return scoped;
  }

  protected override transformUpdateQuery(
    node: UpdateQueryNode,
    queryId?: QueryId,
  ): UpdateQueryNode {
    const inner = super.transformUpdateQuery(node, queryId);
    this.#footprint.addChanged(inner.table && tableOf(inner.table));
    return {
      ...inner,
      ...whereTenant(inner.where, [
        ...(inner.table ? [inner.table] : []),
        ...(inner.from?.froms ?? []),
      ]),
    };
  }

  protected override transformDeleteQuery(
    node: DeleteQueryNode,
    queryId?: QueryId,
  ): DeleteQueryNode {
    const inner = super.transformDeleteQuery(node, queryId);
    for (const table of inner.from.froms) this.#footprint.addChanged(tableOf(table));
    return {
      ...inner,
      ...whereTenant(inner.where, [...inner.from.froms, ...(inner.using?.tables ?? [])]),
    };
  }

  protected override transformJoin(node: JoinNode, queryId?: QueryId): JoinNode {
    const inner = super.transformJoin(node, queryId);
    const condition = allOf(inner.on?.on, [inner.table]);
    return condition ? { ...inner, on: OnNode.create(condition) } : inner;
  }

  protected override transformInsertQuery(
    node: InsertQueryNode,
    queryId?: QueryId,
  ): InsertQueryNode {
    const inner = super.transformInsertQuery(node, queryId);
    this.#footprint.addChanged(inner.into && tableOf(inner.into));
    if (!inner.into || scopedName(inner.into) === null) return inner;
    const columns = [...(inner.columns ?? []), ColumnNode.create('tenantId')];
    if (inner.values && SelectQueryNode.is(inner.values))
      return { ...inner, columns, values: withTenantSelected(inner.values) };
    if (inner.values === undefined || !ValuesNode.is(inner.values))
      throw new Error(
        'Expected an insert of rows or of a query: the tenant can only be filled in for these.',
      );
    const values = inner.values.values.map((row) =>
      ValueListNode.create([...cellsOf(row), ValueNode.create(TENANT)]),
    );
    return { ...inner, columns, values: ValuesNode.create(values) };
  }

  protected override transformMergeQuery(): never {
    throw new Error('MERGE is not scoped to the tenant: use insert, update and delete.');
  }

  protected override transformRaw(node: RawNode, queryId?: QueryId): RawNode {
    this.#footprint.addText(node.sqlFragments.join(' ? '));
    const words = [...node.sqlFragments.join(' ? ').matchAll(TABLE_LISTS)].flatMap(
      ([, list = '']) => list.match(/\w+/g) ?? [],
    );
    const tables = node.parameters.map(scopedName);
    const table = [...words.filter((word) => TENANT_TABLES.has(word)), ...tables].find(
      (name) => name !== null,
    );
    if (table) throw new Error(`SQL text can't name ${table}: the query builder adds its tenant.`);
    return super.transformRaw(node, queryId);
  }
}

/** The query that fills a table, with the tenant as its last column. */
function withTenantSelected(node: SelectQueryNode): SelectQueryNode {
  if (node.setOperations?.length)
    throw new Error(
      'Wrap the UNION in a query that selects from it: the tenant is added as its last column.',
    );
  const tenant = RawNode.create(['', '::uuid'], [ValueNode.create(TENANT)]);
  return {
    ...node,
    selections: [
      ...(node.selections ?? []),
      SelectionNode.create(AliasNode.create(tenant, IdentifierNode.create('tenantId'))),
    ],
  };
}

function cellsOf(row: OperationNode): readonly OperationNode[] {
  return PrimitiveValueListNode.is(row)
    ? row.values.map((value) => ValueNode.create(value))
    : (row as ValueListNode).values;
}

/**
 * Builds statements of one tenant, which only a TenantDatabase can execute. Throws while compiling
 * what it can't scope: MERGE, and SQL text that names a table.
 */
export const query = new Kysely<TenantTables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: [tenantPlugin()],
});

function tenantPlugin(): KyselyPlugin {
  const transformer = new TenantTransformer();
  return {
    transformQuery: ({ node, queryId }) => transformer.transformStatement(node, queryId),
    transformResult: async ({ result }) => result,
  };
}
