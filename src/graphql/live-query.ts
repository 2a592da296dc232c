/**
 * One live query of a process, for all who watch it: executed when the versions of what its answer
 * was made of have risen, at most once in its throttle, and sent on only if the answer is another.
 */
import type { FormattedExecutionResult } from 'graphql';
import { ALL_KINDS, type Kind } from '../platform/database/kinds.ts';
import { Reads } from '../platform/database/reads.ts';
import { countingStatements, newStatistics } from '../platform/database/statements.ts';
import { covers, united, type Versioned, vectorOf } from '../platform/database/versions.ts';
import type { Platform } from '../platform/platform.ts';
import { SECOND } from '../platform/time.ts';
import type { Context, Viewer } from '../schema-builder/context.ts';
import { codedError, codeOf, maskErrors } from './errors.ts';
import type { LiveOptions } from './live-directive.ts';
import { liveExecutions } from './metrics.ts';
import { NoticingViewer } from './noticing-viewer.ts';
import type { Operations, Ready } from './operations.ts';
import { outcome } from './outcome.ts';
import { shorterPatch } from './patches.ts';
import { rawJson } from './raw-json.ts';

/** An answer is held as long as there are watchers. */
const MAX_ANSWER_CHARACTERS = 1_048_576;
const TOO_LONG = `The answer of a live query has at most ${MAX_ANSWER_CHARACTERS} characters, and all those of a tenant 32 times as many: ask for less at once.`;
/** How often an answer is made again that shows what has no version. */
const UNVERSIONED_EVERY_MS = 5 * SECOND;
/** Before the first execution, all kinds might be read. */
const EVERYTHING: Versioned = { kinds: ALL_KINDS, epochs: [], packages: [] };

/** What is watched, and for whom. */
export interface LiveRequest {
  readonly platform: Platform;
  readonly operations: Operations;
  readonly ready: Ready;
  /** Tells it apart from the others of the process. */
  readonly key: string;
  /** The first watcher's; all others have the same tenant, role and contact. */
  readonly viewer: Viewer;
  readonly options: LiveOptions;
  /** Whether all watchers are the same user. */
  readonly ofUser: boolean;
}

/** What a live query asks of those that keep it. */
export interface LiveKeeper {
  /** Called when the answer depends on the user: each one who watches needs an own query. */
  split(): void;
  /** Called after each execution: its cost is due. */
  charge(): void;
  /** Whether an answer that is longer by so many characters can be held. */
  mayHold(characters: number): boolean;
}

/** One who watches a live query. */
export interface Watching {
  readonly context: Context;
  /** There may be something to send. */
  wake(): void;
  /** Sends this result as the last one. */
  endWith(result: FormattedExecutionResult): void;
  /** Watches this query from now on. */
  moveTo(query: LiveQuery): void;
}

/** An answer, and its place among those of its query. */
export interface LiveAnswer {
  readonly number: number;
  /** The whole of it as JSON, to compare with. */
  readonly text: string;
  /** What is sent. */
  readonly result: FormattedExecutionResult;
  /** What is sent instead to those who have the answer before. */
  readonly patch: FormattedExecutionResult | null;
  /** Whether no other one follows. */
  readonly isLast: boolean;
}

/** Runs as long as it has watchers. */
export class LiveQuery {
  readonly request: LiveRequest;
  readonly watchers = new Set<Watching>();
  answer: LiveAnswer | null = null;
  readonly #keeper: LiveKeeper;
  #versioned = EVERYTHING;
  /** The versions for which the answer is right; null where that is not known. */
  #vector: string | null = null;
  #until = 0;
  #ranAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #again = false;
  #due: NodeJS.Timeout | null = null;

  constructor(request: LiveRequest, keeper: LiveKeeper) {
    this.request = request;
    this.#keeper = keeper;
  }

  /** Whether a change of this kind may change the answer. */
  isMadeOf(kind: Kind): boolean {
    const { kinds, epochs } = this.#versioned;
    return kinds.includes(kind) || epochs.includes(kind);
  }

  /** Looks soon whether the answer has changed, but not before the throttle is over. */
  lookSoon(): void {
    if (this.#due !== null || this.watchers.size === 0) return;
    const wait = this.#ranAt + this.request.options.throttleMs - performance.now();
    this.#due = setTimeout(
      () => {
        this.#due = null;
        this.look().catch((error: unknown) => {
          const { log } = this.request.platform;
          log.warn({ reason: String(error) }, 'a live query could not be read; trying again soon');
        });
      },
      Math.max(0, wait),
    );
  }

  /** Resolves when the answer is at least as new as this call. */
  async look(): Promise<void> {
    const before = this.#running;
    if (before) {
      this.#again = true;
      await before.catch(() => undefined);
      // The first of those that waited has begun another one, or one ended that began since.
      if (!this.#again) return this.#running ?? undefined;
    }
    this.#again = false;
    this.#running = this.#look().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Frees what it holds; called when the last watcher has left. */
  stop(): void {
    if (this.#due !== null) clearTimeout(this.#due);
  }

  async #look(): Promise<void> {
    const { platform, viewer } = this.request;
    const versioned = this.#versioned;
    const versions = await platform.database.versions.read(viewer.tenantId, versioned);
    const isSame = vectorOf(versioned, versions) === this.#vector && Date.now() < this.#until;
    if (this.answer !== null && isSame) return;
    this.#ranAt = performance.now();
    const reads = new Reads({ kinds: versioned.kinds, versions });
    const result = await this.#execute(reads);
    if (reads.ofUser && !this.request.ofUser) return this.#keeper.split();
    this.#versioned = united(reads);
    const isKnown = covers(versioned, reads) && !isTransient(result);
    this.#vector = isKnown ? vectorOf(this.#versioned, versions) : null;
    const now = Date.now();
    const isMomentary = reads.unversioned || reads.changesAt <= now;
    this.#until = isMomentary ? now + UNVERSIONED_EVERY_MS : reads.changesAt;
    this.#answer(result);
    this.#keeper.charge();
    // It read packages whose versions had not been read before.
    if (!covers(versioned, reads)) this.lookSoon();
  }

  async #execute(reads: Reads): Promise<FormattedExecutionResult> {
    const { platform, operations, ready, viewer } = this.request;
    const statistics = newStatistics(platform.config);
    statistics.reads = reads;
    const context = {
      platform,
      viewer: new NoticingViewer(viewer, reads),
      signal: platform.stopping,
      loaded: new Map(),
    };
    liveExecutions.inc();
    const result = await countingStatements(statistics, async () => operations.run(ready, context));
    return outcome(result, { platform, ready, refusal: statistics.refusal });
  }

  #answer(executed: FormattedExecutionResult): void {
    if (this.answer !== null && isTransient(executed)) return;
    const whole = JSON.stringify(executed);
    const held = this.answer?.text.length ?? 0;
    const isLast =
      whole.length > MAX_ANSWER_CHARACTERS || !this.#keeper.mayHold(whole.length - held);
    const result = isLast ? this.#refusal() : executed;
    const text = isLast ? JSON.stringify(result) : whole;
    if (text === this.answer?.text) return;
    const number = (this.answer?.number ?? 0) + 1;
    this.answer = { number, text, isLast, ...this.#sent(result, { number, text }) };
    for (const watcher of this.watchers) watcher.wake();
  }

  /** The forms in which an answer is sent. */
  #sent(
    result: FormattedExecutionResult,
    { number: revision, text }: { number: number; text: string },
  ): Pick<LiveAnswer, 'result' | 'patch'> {
    const { patches } = this.request.options;
    const extensions = patches ? { extensions: { live: { revision } } } : {};
    if (result.errors) return { result: { ...result, ...extensions }, patch: null };
    const data = dataIn(text);
    const before = this.answer;
    const patch =
      patches && before !== null && !before.result.errors
        ? shorterPatch(dataIn(before.text), data)
        : null;
    return {
      result: { data: rawJson(data), ...extensions },
      patch: patch === null ? null : { extensions: { live: { revision, patch: rawJson(patch) } } },
    };
  }

  #refusal(): FormattedExecutionResult {
    const { log } = this.request.platform;
    return { errors: maskErrors([codedError('QUERY_TOO_COMPLEX', TOO_LONG)], log) };
  }
}

/** The data of a result without errors, both as JSON. */
function dataIn(text: string): string {
  return text.slice('{"data":'.length, -1);
}

/** Whether a later execution may well succeed. */
function isTransient({ errors = [] }: FormattedExecutionResult): boolean {
  const code = codeOf(errors);
  return code === 'SERVICE_UNAVAILABLE' || code === 'TIMEOUT';
}
