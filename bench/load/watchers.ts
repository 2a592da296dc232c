/**
 * Many watchers of one live query, each on a WebSocket of its own, in a process of their own. They
 * speak just enough graphql-transport-ws to note when which versions reached them.
 */
import type { Serializable } from 'node:child_process';
import { WebSocket } from 'ws';
import { replyTo } from './messages.ts';

export interface OpenWatchers {
  /** The address of /graphql, by HTTP. */
  url: string;
  authorization: string;
  query: string;
  /** How many there are to be in all; 0 closes them. */
  watchers: number;
}

/** A change of a package, and the milliseconds since 1970 at which it was committed. */
export interface Change {
  id: string;
  version: number;
  committedAt: number;
}

/** Asks when these changes reached the last watcher. */
export interface CollectChanges {
  changes: Change[];
  /** How long to wait for the last of them. */
  waitMs: number;
}

export interface Opened {
  /** What the server says instead of an answer; null when all watchers have one. */
  refusal: string | null;
}

export interface Collected {
  /** From the commit to the last watcher, for each change that reached all. */
  lagsMs: number[];
  /** Changes that did not reach all. */
  lost: number;
  /** Answers with an older version of a package than the same watcher had before. */
  backwards: number;
  /** Answers to a watcher. */
  answersEach: number;
}

type Versions = ReadonlyMap<string, number>;

const OPENED_AT_ONCE = 50;
const CHECKED_EVERY_MS = 50;
const VERSIONS = /"id":"([^"]+)","version":(\d+)/g;
/** Beyond this many answers of different texts the oldest is read anew, should it come again. */
const KNOWN_ANSWERS = 100;

/** All watchers receive the same texts, so that each has to be read only once. */
const known = new Map<string, Versions>();

class Watcher {
  readonly #socket: WebSocket;
  readonly opened: Promise<string | null>;
  #settle: (refusal: string | null) => void = () => {};
  #received: { at: number; versions: Versions }[] = [];

  constructor({ url, authorization, query }: OpenWatchers) {
    this.opened = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    this.#socket.on('open', () =>
      this.#send({ type: 'connection_init', payload: { Authorization: authorization } }),
    );
    this.#socket.on('message', (data) => this.#take(String(data), query));
    this.#socket.on('error', (error) => this.#settle(error.message));
    this.#socket.on('close', (code, reason) => this.#settle(`closed with ${code} ${reason}`));
  }

  close(): void {
    this.#socket.terminate();
  }

  /** When a version of a package or a newer one was there; null when it is not. */
  reachedAt({ id, version }: Change): number | null {
    const found = this.#received.find(({ versions }) => (versions.get(id) ?? 0) >= version);
    return found?.at ?? null;
  }

  /** How many answers there were, and how many of them went backwards; forgets them but the last. */
  taken(): { answers: number; backwards: number } {
    const received = this.#received;
    this.#received = received.slice(-1);
    const backwards = received.filter(({ versions }, index) => {
      const before = received[index - 1]?.versions ?? new Map();
      return [...before].some(([id, version]) => (versions.get(id) ?? version) < version);
    });
    return { answers: received.length - 1, backwards: backwards.length };
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #take(message: string, query: string): void {
    const at = performance.timeOrigin + performance.now();
    if (message.includes('"connection_ack"')) {
      this.#send({ id: '1', type: 'subscribe', payload: { query } });
      return;
    }
    const versions = versionsOf(message);
    if (versions.size > 0) this.#received.push({ at, versions });
    else if (message.includes('"ping"')) return;
    this.#settle(versions.size > 0 ? null : message);
  }
}

function versionsOf(message: string): Versions {
  const before = known.get(message);
  if (before) return before;
  const versions = new Map(
    [...message.matchAll(VERSIONS)].map(([, id = '', version]) => [id, Number(version)]),
  );
  const [oldest] = known.keys();
  if (known.size >= KNOWN_ANSWERS && oldest !== undefined) known.delete(oldest);
  known.set(message, versions);
  return versions;
}

let watchers: Watcher[] = [];

async function open(options: OpenWatchers): Promise<Opened> {
  for (const watcher of watchers.slice(options.watchers)) watcher.close();
  watchers = watchers.slice(0, options.watchers);
  while (watchers.length < options.watchers) {
    const length = Math.min(OPENED_AT_ONCE, options.watchers - watchers.length);
    const some = Array.from({ length }, () => new Watcher(options));
    watchers.push(...some);
    const refusals = await Promise.all(some.map(({ opened }) => opened));
    const refusal = refusals.find((one) => one !== null);
    if (refusal !== undefined) return { refusal };
  }
  return { refusal: null };
}

async function collect({ changes, waitMs }: CollectChanges): Promise<Collected> {
  const givesUpAt = performance.now() + waitMs;
  while (changes.some((change) => lagToLast(change) === null) && performance.now() < givesUpAt)
    await new Promise((resolve) => setTimeout(resolve, CHECKED_EVERY_MS));
  const lags = changes.map(lagToLast).filter((lag) => lag !== null);
  const taken = watchers.map((watcher) => watcher.taken());
  const sum = (name: 'answers' | 'backwards') => taken.reduce((all, one) => all + one[name], 0);
  return {
    lagsMs: lags,
    lost: changes.length - lags.length,
    backwards: sum('backwards'),
    answersEach: sum('answers') / watchers.length,
  };
}

function lagToLast(change: Change): number | null {
  let last = 0;
  for (const watcher of watchers) {
    const at = watcher.reachedAt(change);
    if (at === null) return null;
    last = Math.max(last, at);
  }
  return last - change.committedAt;
}

replyTo<OpenWatchers | CollectChanges>(
  async (question): Promise<Serializable> => ({
    ...('changes' in question ? await collect(question) : await open(question)),
  }),
);
