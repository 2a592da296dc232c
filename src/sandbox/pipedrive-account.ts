/**
 * A company account of the sandbox Pipedrive: its current records, in the order of the API's lists.
 */
import { recordOf } from '../platform/records.ts';
import { SECOND } from '../platform/time.ts';
import {
  type AccountPlan,
  countOf,
  makeRecord,
  moment,
  PIPEDRIVE_KINDS,
  type SandboxKind,
  type SandboxRecord,
  type SandboxUser,
  updatedAt,
} from './pipedrive-records.ts';

/**
 * A record's place in a list that is sorted by `at`, then `id`; `at` is its update_time in
 * milliseconds, or 0 in lists by id.
 */
export interface Place {
  at: number;
  id: number;
}

/** Which records of one kind to list, in what order and from where. */
export interface Listing {
  sortBy: 'id' | 'update_time';
  descending: boolean;
  after: Place | null;
  limit: number;
  /** Milliseconds since 1970; null for no limit, which leaves out deleted records. */
  updatedSince: number | null;
  /** Only these; null for all. */
  ids: ReadonlySet<number> | null;
}

/** A page of a list, and where the next one begins. */
export interface ListedPage {
  records: SandboxRecord[];
  /** The place of the last record; null at the end of the list. */
  next: Place | null;
}

/** Reads and changes records by kind and id; changes stay in memory. */
export class PipedriveAccount {
  readonly token: string;
  readonly #plan: AccountPlan;
  readonly #places: Record<SandboxKind, Map<number, number>>;
  readonly #changed: Record<SandboxKind, Map<number, SandboxRecord>>;
  #newest: number;

  constructor(token: string, plan: AccountPlan) {
    this.token = token;
    this.#plan = plan;
    this.#newest = plan.now;
    this.#places = byKind(
      (kind) =>
        new Map(
          Array.from({ length: countOf(plan, kind) }, (_, index) => [
            index + 1,
            updatedAt(plan, kind, index + 1),
          ]),
        ),
    );
    this.#changed = byKind(() => new Map());
  }

  get users(): readonly SandboxUser[] {
    return this.#plan.users;
  }

  count(kind: SandboxKind): number {
    return this.#places[kind].size;
  }

  /** The record, deleted or not; throws for an id that never existed. */
  record(kind: SandboxKind, id: number): SandboxRecord {
    if (!this.#places[kind].has(id)) throw new Error(`There is no ${kind} ${id}.`);
    return this.#changed[kind].get(id) ?? makeRecord(this.#plan, kind, id);
  }

  /** Changes fields of a record, as a user of Pipedrive would: its update_time becomes now. */
  change(kind: SandboxKind, id: number, values: Record<string, unknown>): SandboxRecord {
    return this.#put(kind, { ...this.record(kind, id), ...values, id });
  }

  delete(kind: SandboxKind, id: number): void {
    this.change(kind, id, { is_deleted: true });
  }

  /** Removes a record without a trace, as Pipedrive does 30 days after its deletion. */
  purge(kind: SandboxKind, id: number): void {
    this.#places[kind].delete(id);
  }

  /** Adds a generated record, with these values in place of generated ones. */
  add(kind: SandboxKind, values: Record<string, unknown> = {}): SandboxRecord {
    const id = Math.max(0, ...this.#places[kind].keys(), ...this.#changed[kind].keys()) + 1;
    return this.#put(kind, { ...makeRecord(this.#plan, kind, id), ...values, id });
  }

  list(kind: SandboxKind, listing: Listing): ListedPage {
    const places = this.#sorted(kind, listing);
    const { after, limit } = listing;
    const start =
      after === null
        ? 0
        : places.findIndex(
            (place) => (listing.descending ? compare(after, place) : compare(place, after)) > 0,
          );
    const found = start === -1 ? [] : places.slice(start, start + limit);
    const last = found.at(-1);
    const next = last && start + limit < places.length ? last : null;
    return { records: found.map(({ id }) => this.record(kind, id)), next };
  }

  #put(kind: SandboxKind, record: Record<string, unknown> & { id: number }): SandboxRecord {
    // Never before an existing record, whatever the clock says: lists by update_time must not miss
    // it.
    this.#newest = Math.max(this.#newest, Math.floor(Date.now() / SECOND) * SECOND);
    const stored = {
      ...record,
      update_time: moment(this.#newest),
      is_deleted: record['is_deleted'] === true,
    };
    this.#changed[kind].set(record.id, stored);
    this.#places[kind].set(record.id, this.#newest);
    return stored;
  }

  #sorted(kind: SandboxKind, { sortBy, descending, updatedSince, ids }: Listing): Place[] {
    const places: Place[] = [];
    for (const [id, at] of this.#places[kind]) {
      if (ids !== null && !ids.has(id)) continue;
      const isDeleted = this.#changed[kind].get(id)?.is_deleted ?? false;
      if (updatedSince === null ? !isDeleted : at >= updatedSince)
        places.push({ at: sortBy === 'id' ? 0 : at, id });
    }
    return places.sort(descending ? (a, b) => compare(b, a) : compare);
  }
}

function compare(a: Place, b: Place): number {
  return a.at - b.at || a.id - b.id;
}

function byKind<T>(make: (kind: SandboxKind) => T): Record<SandboxKind, T> {
  return recordOf(PIPEDRIVE_KINDS, make);
}
