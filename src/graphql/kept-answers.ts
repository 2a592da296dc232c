/**
 * Answers that are kept as bytes, with the versions of what they were made of. While these are the
 * stored ones the bytes are sent as they are: one statement reads the versions, nothing is
 * executed. Versions are read before the execution that they are kept with, so an answer is never
 * older than they say.
 *
 * The first execution of a query shows what it is made of, the second one is kept, the third is
 * answered from memory. Who asks while an answer for the stored versions is being made waits for
 * that one: after a change, a list that many look at is executed once.
 */
import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { CacheStatistics } from '../platform/cache/cache.ts';
import { Reads } from '../platform/database/reads.ts';
import { currentStatistics } from '../platform/database/statements.ts';
import { covers, united, type Versioned, vectorOf } from '../platform/database/versions.ts';
import { cacheHits, cacheMisses } from '../platform/metrics.ts';
import type { Platform } from '../platform/platform.ts';
import type { Context, Viewer } from '../schema-builder/context.ts';
import { FairStore } from './fair-store.ts';
import { type Making, Makings } from './makings.ts';
import { NoticingViewer } from './noticing-viewer.ts';
import type { Ready } from './operations.ts';

/** As in `system.caches` and the metrics. */
const NAME = 'answers';
const MEBIBYTE = 1_048_576;
/** One answer may take this share of the memory. */
const LARGEST_SHARE = 1 / 8;
/** Answers of queries with longer variables are not kept. */
const MAX_VARIABLES_LENGTH = 4_096;
/** What an entry takes in addition to its texts and bytes. */
const ENTRY_BYTES = 500;
/** A body and its gzip, which is a quarter of it at most for answers with names of fields. */
const WITH_COMPRESSED = 1.25;
const TAG_LENGTH = 22;
const compress = promisify(gzip);
/** The uuid of a package, with its place in the list. */
const PACKAGE_BYTES = 64;
/**
 * Where this many answers in a row were kept for nothing, since something had changed before they
 * were asked for again, only one execution of so many tries again: the others save the statement.
 */
const PATIENCE = 4;
const SELDOM = 8;

/** The bytes of an answer. */
export class KeptAnswer {
  readonly body: Buffer;
  /** For ETag: tells this body apart from all others, in every process. */
  readonly tag: string;
  #compressed: Promise<Buffer> | undefined;

  constructor(body: Buffer) {
    this.body = body;
    this.tag = `W/"${hash('sha256', body, 'base64url').slice(0, TAG_LENGTH)}"`;
  }

  /** The body as gzip, compressed once. */
  get compressed(): Promise<Buffer> {
    this.#compressed ??= compress(this.body);
    return this.#compressed;
  }
}

/** What is known about a query that was asked before. */
interface Entry {
  /** All that its answers were made of so far. */
  readonly versioned: Versioned;
  /** `none` where its answers show what has no version; `user` where each user has an entry. */
  readonly keeps: 'all' | 'user' | 'none';
  /** The answer for the versions `vector`, until the moment `until` (ms since 1970). */
  readonly kept: KeptAnswer | null;
  readonly vector: string;
  readonly until: number;
  /** Answers that were kept and never sent, in a row. */
  forNothing: number;
  skipped: number;
}

/** An execution whose answer may be kept. */
export interface Attempt {
  readonly tenantId: string;
  readonly key: string;
  readonly userKey: string;
  /** Fills while the query is executed for `viewer`. */
  readonly reads: Reads;
  /** The viewer of the request, who notices being looked at. */
  readonly viewer: Viewer;
  /** What was known before the execution; null at the first one. */
  readonly before: { entry: Entry; vector: string } | null;
  /** Ends with the answer, for those who wait for it; null at the first execution. */
  readonly making: Making<Made> | null;
}

/** An answer as others may be sent it, who asked before the moment `until` (ms since 1970). */
interface Made {
  kept: KeptAnswer;
  until: number;
}

/** What to do about a query: send the bytes, execute it as the attempt says, or just execute it. */
export type Found =
  | { kept: KeptAnswer; attempt?: undefined }
  | { kept?: undefined; attempt: Attempt }
  | null;

/** The kept answers of a process; ANSWERS_CACHE_MB bounds them, and 0 turns them off. */
export class KeptAnswers {
  readonly #platform: Platform;
  readonly #maxBytes: number;
  readonly #entries: FairStore<Entry> | null;
  readonly #makings: Makings<Made>;
  #hits = 0;
  #misses = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#makings = new Makings(platform.config.REQUEST_TIMEOUT_MS);
    this.#maxBytes = platform.config.ANSWERS_CACHE_MB * MEBIBYTE;
    this.#entries = this.#maxBytes === 0 ? null : new FairStore(this.#maxBytes, bytesOf);
    platform.caches.report(() => this.statistics);
  }

  /**
   * What to do about a query. Costs one statement where an answer is kept or about to be; with
   * `keeps` false none is about to be. Of strangers, whose documents are new each time, none is.
   */
  async find(ready: Ready, context: Context, { keeps }: { keeps: boolean }): Promise<Found> {
    const entries = this.#entries;
    if (entries === null || ready.operation.operation !== 'query') return null;
    const { viewer } = context;
    const { tenantId } = viewer;
    if (viewer.role === 'ANONYMOUS') return null;
    const key = keyOf(ready, viewer);
    if (key === null) return null;
    const userKey = `${key} ${viewer.userId}`;
    const askedAt = Date.now();
    let entry = entries.get(tenantId, key);
    const isOfUser = entry?.keeps === 'user';
    if (isOfUser) entry = entries.get(tenantId, userKey);
    if (entry === undefined) return keeps ? this.#attempt({ key, userKey, viewer }) : null;
    if (entry.keeps === 'none' || (entry.kept === null && !keeps) || isSkipped(entry)) return null;
    const { versioned, kept } = entry;
    const versions = await this.#platform.database.versions.read(tenantId, versioned);
    const vector = vectorOf(versioned, versions);
    if (kept !== null && entry.vector === vector && Date.now() < entry.until) {
      entry.forNothing = 0;
      this.#count(true);
      return { kept };
    }
    const makingKey = `${isOfUser ? userKey : key} ${vector}`;
    const making = keeps ? this.#makings.of(makingKey) : undefined;
    if (making) return this.#shared(await making, askedAt);
    this.#count(false);
    if (!keeps) return null;
    return this.#attempt({
      key,
      userKey,
      viewer,
      known: { kinds: versioned.kinds, versions },
      making: this.#makings.begin(makingKey),
      before: { entry, vector },
    });
  }

  /** An answer that was made for another request; null where it can't be sent. */
  #shared(made: Made | null, askedAt: number): Found {
    const isRight = made !== null && askedAt < made.until;
    this.#count(isRight);
    return isRight ? { kept: made.kept } : null;
  }

  /** Keeps the answer of an attempt that had no errors; null if it can't be kept. */
  keep(
    { tenantId, key, userKey, reads, before, making }: Attempt,
    body: Buffer,
  ): KeptAnswer | null {
    const entries = this.#entries;
    if (entries === null) return null;
    const known = before?.entry.versioned;
    const isCovered = known !== undefined && covers(known, reads);
    const isLasting = !reads.unversioned && reads.changesAt > Date.now();
    const isKept = isCovered && isLasting && body.length <= this.#maxBytes * LARGEST_SHARE;
    const kept = isKept ? new KeptAnswer(body) : null;
    const isForWaiting = kept !== null && making?.key.startsWith(reads.ofUser ? userKey : key);
    making?.end(isForWaiting ? { kept, until: reads.changesAt } : null);
    if (reads.ofUser) entries.set(tenantId, key, OF_USER);
    entries.set(tenantId, reads.ofUser ? userKey : key, {
      versioned: isCovered ? known : united(reads, known),
      keeps: isCovered && !isLasting ? 'none' : 'all',
      kept,
      vector: before?.vector ?? '',
      until: reads.changesAt,
      forNothing: isKept ? (before?.entry.forNothing ?? 0) + 1 : 0,
      skipped: 0,
    });
    return kept;
  }

  /** Of this process since it started. */
  get statistics(): CacheStatistics {
    return {
      name: NAME,
      hits: this.#hits,
      misses: this.#misses,
      size: this.#entries?.size ?? 0,
      bytes: this.#entries?.bytes ?? 0,
    };
  }

  #attempt({
    known = null,
    before = null,
    making = null,
    viewer,
    ...keys
  }: Pick<Attempt, 'key' | 'userKey' | 'viewer'> &
    Partial<Pick<Attempt, 'before' | 'making'>> & {
      known?: ConstructorParameters<typeof Reads>[0];
    }): Found {
    const reads = new Reads(known);
    const { tenantId } = viewer;
    return {
      attempt: {
        tenantId,
        ...keys,
        reads,
        viewer: new NoticingViewer(viewer, reads),
        before,
        making,
      },
    };
  }

  #count(hit: boolean): void {
    if (hit) this.#hits += 1;
    else this.#misses += 1;
    const request = currentStatistics();
    if (hit && request) request.cacheHits += 1;
    (hit ? cacheHits : cacheMisses).inc({ cache: NAME });
  }
}

const OF_USER: Entry = {
  versioned: { kinds: [], epochs: [], packages: [] },
  keeps: 'user',
  kept: null,
  vector: '',
  until: 0,
  forNothing: 0,
  skipped: 0,
};

function bytesOf({ kept, vector, versioned }: Entry, key: string): number {
  const bytes = kept === null ? 0 : Math.ceil(kept.body.length * WITH_COMPRESSED);
  const packages = versioned.packages.length * PACKAGE_BYTES;
  // A character of a key takes two bytes where one of them is no Latin one.
  return ENTRY_BYTES + 2 * key.length + vector.length + packages + bytes;
}

function isSkipped(entry: Entry): boolean {
  if (entry.forNothing <= PATIENCE) return false;
  entry.skipped += 1;
  return entry.skipped % SELDOM !== 0;
}

/**
 * All that an answer depends on besides the data: who may see what, the operation and its
 * variables, in the order in which it declares them. Null for variables that are too long.
 */
export function keyOf({ prepared, operation, coerced }: Ready, viewer: Viewer): string | null {
  const text = JSON.stringify(coerced);
  if (text.length > MAX_VARIABLES_LENGTH) return null;
  const { tenantId, role, contactId } = viewer;
  return `${tenantId} ${role} ${contactId ?? ''} ${prepared.id} ${operation.name?.value ?? ''} ${text}`;
}
