/**
 * What an answer was made of, gathered while it is executed: the kinds of data that its statements
 * read, the work packages whose versions say enough, and what has no version at all.
 */
import type { Footprint } from './footprint.ts';
import type { Kind } from './kinds.ts';

/** With more packages, the version of their kind is compared instead. */
const MAX_PACKAGES = 100;
/** A change of these raises the version of each work package that shows it. */
const IN_PACKAGES: ReadonlySet<Kind> = new Set<Kind>(['WORK_PACKAGES', 'ARTIFACTS']);

/** Versions that were read before an execution began, by their names (versions.ts). */
export interface Known {
  readonly kinds: readonly Kind[];
  readonly versions: ReadonlyMap<string, number>;
}

/** Grows while a query is executed. */
export class Reads {
  readonly kinds = new Set<Kind>();
  /** Kinds of which only a change past the server counts, since packages say the rest. */
  readonly epochs = new Set<Kind>();
  /** The uuids of work packages. */
  readonly packages = new Set<string>();
  /** When time alone may change the answer, in milliseconds since 1970. */
  changesAt = Number.POSITIVE_INFINITY;
  /** Whether something was read of which no version says that it is still the same. */
  unversioned = false;
  /** Whether the answer depends on who asks, beyond tenant, role and contact. */
  ofUser = false;

  readonly #known: Known | null;

  constructor(known: Known | null = null) {
    this.#known = known;
  }

  /** The versions of kinds that were read before the execution began; undefined if some were not. */
  knownVersions(kinds: readonly Kind[]): ReadonlyMap<string, number> | undefined {
    return this.#known !== null && kinds.every((kind) => this.#known?.kinds.includes(kind))
      ? this.#known.versions
      : undefined;
  }

  /**
   * How often these kinds have been changed past the server, as far as that was read before the
   * execution: then the versions of packages do not say all.
   */
  knownEpoch(kinds: readonly Kind[]): number {
    return kinds.reduce((sum, kind) => sum + (this.#known?.versions.get(`${kind}!`) ?? 0), 0);
  }

  /** Adds what a statement reads; `packages` if it shows only these and what is in them. */
  add({ kinds, unversioned }: Footprint, packages?: readonly string[]): void {
    if (unversioned) this.unversioned = true;
    const few = packages && this.packages.size + packages.length <= MAX_PACKAGES;
    if (few) for (const id of packages) this.packages.add(id);
    for (const kind of kinds) (few && IN_PACKAGES.has(kind) ? this.epochs : this.kinds).add(kind);
  }

  /** The answer depends on the clock, and holds until this moment at most. */
  holdUntil(moment: number): void {
    if (moment < this.changesAt) this.changesAt = moment;
  }
}
