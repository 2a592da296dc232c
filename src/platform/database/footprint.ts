/**
 * What a statement reads and whether it changes something, found while it is compiled: nobody has
 * to say it, so nobody forgets.
 */
import { calledFunction, type Kind, kindOf } from './kinds.ts';

/** What the rows of a statement depend on, besides its parameters. */
export interface Footprint {
  readonly kinds: readonly Kind[];
  /** Whether it reads what has no version: the clock, chance, or a table without a kind. */
  readonly unversioned: boolean;
  /** Whether it changes rows, of whatever table. */
  readonly writes: boolean;
  /** Whether it changes rows of a table that has a kind. */
  readonly changesKinds: boolean;
}

/** Of a statement that was not transformed: it might do anything. */
const UNKNOWN: Footprint = { kinds: [], unversioned: true, writes: true, changesKinds: true };
const CLOCK =
  /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|age|random|gen_random_uuid)\s*\(|\b(?:current_(?:date|time)|localtime)/i;
const CALLS = /"?(\w+)"?\s*\(/g;

const footprints = new WeakMap<object, Footprint>();

/** Collects what the parts of one statement read. */
export class FootprintBuilder {
  readonly #kinds = new Set<Kind>();
  #unversioned = false;
  #writes = false;
  #changesKinds = false;

  /** A table of a tenant that is read, changed or both. */
  addTable(name: string): void {
    const kind = kindOf(name);
    if (kind === null) this.#unversioned = true;
    else this.#kinds.add(kind);
  }

  /** The table that an insert, update or delete changes; undefined for one of no tenant. */
  addChanged(name: string | undefined): void {
    this.#writes = true;
    if (name !== undefined && kindOf(name) !== null) this.#changesKinds = true;
  }

  /** SQL text. */
  addText(sql: string): void {
    if (CLOCK.test(sql)) this.#unversioned = true;
    for (const [, name = ''] of sql.matchAll(CALLS)) {
      const { reads, changes } = calledFunction(name);
      for (const table of reads) this.addTable(table);
      if (changes) {
        this.#writes = true;
        this.#changesKinds = true;
      }
    }
  }

  /** What a part does that was transformed as a statement of its own. */
  add({ kinds, unversioned, writes, changesKinds }: Footprint): void {
    for (const kind of kinds) this.#kinds.add(kind);
    this.#unversioned ||= unversioned;
    this.#writes ||= writes;
    this.#changesKinds ||= changesKinds;
  }

  /** Keeps the result for the root of the statement. */
  finish(root: object): void {
    footprints.set(root, {
      kinds: [...this.#kinds],
      unversioned: this.#unversioned,
      writes: this.#writes,
      changesKinds: this.#changesKinds,
    });
  }
}

/** The footprint of a compiled statement, by its root. */
export function footprintOf(root: object): Footprint {
  return footprints.get(root) ?? UNKNOWN;
}
