/** Statements whose plans PostgreSQL keeps: built once, and sent by name. */
import type { Compilable } from 'kysely';
import { type Footprint, footprintOf } from './footprint.ts';
import { statementName } from './statement-name.ts';

/**
 * A statement built once, whose text never changes; run it with the parameters it was built from.
 */
export interface PreparedStatement<Parameters, Row> {
  /** PostgreSQL keeps the plan under it; without a name it plans each run. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
  /** What its rows depend on. */
  readonly footprint: Footprint;
  /**
   * Set where the parameter `ids` names work packages, and each change of what the rows show raises
   * the version of its package.
   */
  readonly byVersion: boolean;
  /** Never set: carries the types. */
  readonly types?: (parameters: Parameters) => Row;
}

/** Stands for a parameter in the values of a prepared statement. */
export class Placeholder {
  readonly name: string | symbol;

  constructor(name: string | symbol) {
    this.name = name;
  }
}

/**
 * Builds a statement once, at load time: `prepare((p: { ids: string[] }) =>
 * query.selectFrom('contact')…)`. Inside `build` a parameter is only a placeholder: pass it to the
 * builder as a value, never inspect it. PostgreSQL keeps the plan per connection, which saves 10–40
 * % of a short statement.
 */
export function prepare<Parameters extends object, Row>(
  build: (parameters: Parameters) => Compilable<Row>,
): PreparedStatement<Parameters, Row> {
  const placeholders = new Proxy(
    {},
    { get: (_target, name) => new Placeholder(name) },
  ) as Parameters;
  const { sql, parameters, query } = build(placeholders).compile();
  return {
    name: statementName(sql),
    text: sql,
    values: parameters,
    footprint: footprintOf(query),
    byVersion: false,
  };
}

/**
 * `prepare` for what belongs to the work packages that `ids` names, and changes only together with
 * their versions: an answer made of it stays true while these versions do, whatever happens to
 * others.
 */
export function prepareByVersion<Parameters extends { ids: string[] }, Row>(
  build: (parameters: Parameters) => Compilable<Row>,
): PreparedStatement<Parameters, Row> {
  return { ...prepare(build), byVersion: true };
}

/** Selections of columns that a statement is prepared for; further ones read all columns. */
const MAX_SELECTIONS = 100;

/** A statement for each selection of columns that is asked for, prepared at its first use. */
export function preparedFor<Column extends string, Parameters extends object, Row>(
  all: readonly Column[],
  build: (columns: readonly Column[], parameters: Parameters) => Compilable<Row>,
): (columns: readonly Column[]) => PreparedStatement<Parameters, Row> {
  const made = new Map<string, PreparedStatement<Parameters, Row>>();
  return (columns) => {
    const wanted = made.size < MAX_SELECTIONS || made.has(columns.join()) ? columns : all;
    const key = wanted.join();
    const statement =
      made.get(key) ?? prepare((parameters: Parameters) => build(wanted, parameters));
    made.set(key, statement);
    return statement;
  };
}

/**
 * Filters combine into many texts; beyond this number, statements are planned each time instead of
 * filling the server's memory.
 */
const MAX_NAMED_STATEMENTS = 500;
/**
 * Longer ones insert many rows: their text depends on the number of rows, and planning them is the
 * least of their cost.
 */
const MAX_NAMED_LENGTH = 10_000;
const names = new Map<string, string>();

/** The name under which the server keeps the plan of a text; undefined if it keeps none. */
export function nameOf(text: string): string | undefined {
  if (text.length > MAX_NAMED_LENGTH) return undefined;
  let name = names.get(text);
  if (name === undefined && names.size < MAX_NAMED_STATEMENTS) {
    name = statementName(text);
    names.set(text, name);
  }
  return name;
}
