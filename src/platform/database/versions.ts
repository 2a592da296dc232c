/**
 * The versions of what a tenant's answers are made of. Every transaction that changes a kind raises
 * its version in the same commit ("raiseKinds", called by TenantDatabase), so an answer whose
 * versions, read before it was executed, are still the stored ones is still true.
 */
import { sql } from 'kysely';
import type { Kind } from './kinds.ts';
import { prepare } from './prepared.ts';
import type { Reads } from './reads.ts';
import { countStatement, currentStatistics, uncounted } from './statements.ts';
import type { TenantQueries } from './tenant-database.ts';
import { query, TENANT } from './tenant-scope.ts';

/** What to read the versions of. */
export interface Versioned {
  readonly kinds: readonly Kind[];
  /** Kinds of which only changes past the server count. */
  readonly epochs: readonly Kind[];
  /** The uuids of work packages. */
  readonly packages: readonly string[];
}

/** Versions by name; what has never changed, or does not exist, is missing. */
export type Versions = ReadonlyMap<string, number>;

/** The name under which the database tells itself apart from a restored or an older one. */
const DATABASE = '#';
/** More packages than this are not collected over several executions. */
const MAX_PACKAGES = 300;
/** With more packages, what is asked for next is read by another statement. */
const MAX_PACKAGES_AT_ONCE = 5_000;

/** What a query turned out to be made of, and what it was made of before. */
export function united({ kinds, epochs, packages }: Reads, before?: Versioned): Versioned {
  const all = {
    kinds: [...new Set([...kinds, ...(before?.kinds ?? [])])],
    epochs: [...new Set([...epochs, ...(before?.epochs ?? [])])],
    packages: [...new Set([...packages, ...(before?.packages ?? [])])],
  };
  return all.packages.length <= MAX_PACKAGES ? all : { ...all, packages: [...packages] };
}

/** Whether all that the query read is among what versions were read of. */
export function covers(versioned: Versioned, reads: Reads): boolean {
  return (
    isWithin(reads.kinds, versioned.kinds) &&
    isWithin(reads.epochs, [...versioned.epochs, ...versioned.kinds]) &&
    isWithin(reads.packages, versioned.packages)
  );
}

function isWithin<T>(some: ReadonlySet<T>, all: readonly T[]): boolean {
  for (const one of some) if (!all.includes(one)) return false;
  return true;
}

/** The versions as one text: equal texts, equal versions. */
export function vectorOf({ kinds, epochs, packages }: Versioned, versions: Versions): string {
  const of = (name: string) => versions.get(name) ?? 0;
  return [
    of(DATABASE),
    ...kinds.map((kind) => `${of(kind)}.${of(`${kind}!`)}`),
    ...epochs.map((kind) => of(`${kind}!`)),
    ...packages.map(of),
  ].join();
}

/** A kind's version: how often it was changed, in whatever way. */
export function versionOf(kind: Kind, versions: Versions): number {
  return (versions.get(kind) ?? 0) + (versions.get(`${kind}!`) ?? 0);
}

const readVersions = prepare(
  (p: { kinds: readonly string[]; epochs: readonly string[]; packages: readonly string[] }) =>
    query
      .selectFrom(
        sql<{ name: string; version: number }>`"kindVersions"(
          ${TENANT}::uuid, ${p.kinds}::text[], ${p.epochs}::text[], ${p.packages}::uuid[])`.as(
          'read',
        ),
      )
      .selectAll(),
);

interface Batch {
  kinds: Set<string>;
  epochs: Set<string>;
  packages: Set<string>;
  versions: Promise<Versions>;
}

/**
 * Reads versions, those that the requests of one turn of the event loop ask for with one statement
 * for each tenant. It counts once in each request.
 */
export class VersionReader {
  readonly #databaseOf: (tenant: { tenantId: string }) => TenantQueries;
  readonly #next = new Map<string, Batch>();

  constructor(databaseOf: (tenant: { tenantId: string }) => TenantQueries) {
    this.#databaseOf = databaseOf;
  }

  /** The versions as they are stored at some moment after this call. */
  async read(tenantId: string, { kinds, epochs, packages }: Versioned): Promise<Versions> {
    const statistics = currentStatistics();
    if (statistics) countStatement(statistics);
    let batch = this.#next.get(tenantId);
    if (batch === undefined) {
      batch = this.#newBatch(tenantId);
      this.#next.set(tenantId, batch);
    }
    for (const kind of kinds) {
      batch.kinds.add(kind);
      batch.epochs.add(kind);
    }
    for (const kind of epochs) batch.epochs.add(kind);
    for (const id of packages) batch.packages.add(id);
    if (batch.packages.size >= MAX_PACKAGES_AT_ONCE) this.#next.delete(tenantId);
    return batch.versions;
  }

  #newBatch(tenantId: string): Batch {
    const { promise, resolve } = Promise.withResolvers<Versions>();
    const batch: Batch = {
      kinds: new Set(),
      epochs: new Set(),
      packages: new Set(),
      versions: promise,
    };
    uncounted(() =>
      setImmediate(() => {
        if (this.#next.get(tenantId) === batch) this.#next.delete(tenantId);
        resolve(this.#send(tenantId, batch));
      }),
    );
    return batch;
  }

  async #send(tenantId: string, { kinds, epochs, packages }: Batch): Promise<Versions> {
    const rows = await this.#databaseOf({ tenantId }).runPrepared(readVersions, {
      kinds: [...kinds],
      epochs: [...epochs],
      packages: [...packages],
    });
    return new Map(rows.map(({ name, version }) => [name, version]));
  }
}
