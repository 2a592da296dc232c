/**
 * What each process of an installation says of itself, for those who operate it. Every 10 s a
 * process writes its report to Redis, where it lives for 30 s; without Redis there is one process.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { Log } from './log.ts';
import { delay, SECOND } from './time.ts';

const REPORT_EVERY_MS = 10 * SECOND;
const REPORT_LIVES_MS = 30 * SECOND;

const count = z.number().int().nonnegative();

const Report = z.object({
  id: z.string(),
  host: z.string(),
  version: z.string(),
  servesApi: z.boolean(),
  runsJobs: z.boolean(),
  startedAt: z.iso.datetime(),
  reportedAt: z.iso.datetime(),
  memoryBytes: count,
  caches: z.array(
    z.object({ name: z.string(), hits: count, misses: count, size: count, bytes: count }),
  ),
  queues: z.array(z.object({ name: z.string(), slots: count, running: count })),
  turns: z.array(z.object({ resource: z.string(), inUse: count, waiting: count })),
});

/** What a process said of itself at `reportedAt`. */
export type ProcessReport = z.infer<typeof Report>;
/** The jobs of one kind that a process can run and runs. */
export type ProcessQueue = ProcessReport['queues'][number];
/** Something that tenants share in turns: how many have it and how many wait for it. */
export type ProcessTurns = ProcessReport['turns'][number];

/** Where processes leave their reports for each other. */
export interface ReportStore {
  put: (id: string, report: string, livesMs: number) => Promise<void>;
  remove: (id: string) => Promise<void>;
  /** The reports that still live. */
  all: () => Promise<string[]>;
}

/** What is told of a process besides its name and the time. */
export interface ProcessDescription extends Pick<ProcessReport, 'version' | 'servesApi'> {
  caches: () => ProcessReport['caches'];
  turns: () => ProcessTurns[];
}

/** This process among the others; reports from `start` to `stop`. */
export class Processes {
  readonly #store: ReportStore | null;
  readonly #description: ProcessDescription;
  readonly #log: Log;
  readonly #id = randomUUID();
  readonly #startedAt = new Date().toISOString();
  readonly #stopping = new AbortController();
  #reporting: Promise<void> | null = null;
  /** What the workers run; null in a process without workers. */
  #queues: (() => ProcessQueue[]) | null = null;

  constructor(store: ReportStore | null, description: ProcessDescription, log: Log) {
    this.#store = store;
    this.#description = description;
    this.#log = log;
  }

  /** Begins to report. */
  start(): void {
    this.#reporting ??= this.#report();
  }

  /** Adds what the workers of this process run. */
  runsJobs(queues: () => ProcessQueue[]): void {
    this.#queues = queues;
  }

  /** All processes, this one as it is now; only this one while Redis can't be reached. */
  async all(): Promise<ProcessReport[]> {
    const mine = this.#mine();
    const stored = await this.#store?.all().catch(() => []);
    const others = (stored ?? []).flatMap((text) => {
      // Another release may write other reports.
      const { data } = Report.safeParse(parsed(text));
      return data && data.id !== mine.id ? [data] : [];
    });
    return [mine, ...others].sort((one, other) => one.startedAt.localeCompare(other.startedAt));
  }

  /** Takes this process off the list. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#reporting;
    await this.#store?.remove(this.#id).catch(() => undefined);
  }

  async #report(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#store && !signal.aborted) {
      const report = JSON.stringify(this.#mine());
      const isStored = await this.#store.put(this.#id, report, REPORT_LIVES_MS).then(
        () => true,
        (error: unknown) => {
          this.#log.debug({ reason: String(error) }, 'the report of this process was not stored');
          return false;
        },
      );
      await delay(isStored ? REPORT_EVERY_MS : SECOND, signal);
    }
  }

  #mine(): ProcessReport {
    const { caches, turns, ...rest } = this.#description;
    return {
      ...rest,
      id: this.#id,
      host: hostname(),
      runsJobs: this.#queues !== null,
      startedAt: this.#startedAt,
      reportedAt: new Date().toISOString(),
      memoryBytes: process.memoryUsage.rss(),
      caches: caches().map(({ name, hits, misses, size, bytes }) => ({
        ...{ name, hits, misses, size, bytes },
      })),
      queues: this.#queues?.() ?? [],
      turns: turns(),
    };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
