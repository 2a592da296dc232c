/**
 * Many subscribers: what an idle one costs, and how fast one change reaches all of a topic, with
 * how many reads.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { DemoBench } from '../demo.ts';
import { mutate } from '../mutations.ts';
import { countStatements } from '../servers/database.ts';
import { type Session, type Sheaf, withSheaf } from '../servers/sheaf.ts';

export interface SubscriptionFindings {
  kibibytesPerIdle: number;
  /**
   * What each further round of opening and closing them all adds, once the heap has its size: near
   * nothing if the memory of closed ones is given back.
   */
  kibibytesPerReopened: number;
  /** From the mutation until every subscriber has the new state. */
  reachedAllMs: number;
  /** Statements of the change and of all new states, beyond those with a single subscriber. */
  extraStatements: number;
}

export interface SubscriptionPlan {
  /** How many subscribers are opened to weigh an idle one. */
  idle: number;
  /** How many subscribers one change has to reach. */
  subscribers: number;
}

const WATCH =
  'subscription ($id: ID!) { workPackageChanged(id: $id) { version workPackage { title } } }';
/** One user opens all of the subscribers. */
const SETTINGS = { LIVE_CONNECTIONS_PER_USER: '10000' };
const OPENED_AT_ONCE = 50;
/** Until garbage is collected and memory given back. */
const SETTLE_MS = 3_000;
/** The heap still grows in the first rounds: V8 collects garbage only once there is enough of it. */
const GROWING = 4;
const REOPENINGS = 2;

/** Each on a process of its own: an idle subscriber's memory shows only on a heap still small. */
export async function measureSubscriptions(
  bench: DemoBench,
  plan: SubscriptionPlan,
): Promise<SubscriptionFindings> {
  const options = { ...bench, role: 'api', settings: SETTINGS } as const;
  const idle = await withSheaf(options, (api) => measureIdle(api, plan.idle));
  return { ...idle, ...(await withSheaf(options, (api) => measureChange(api, bench, plan))) };
}

async function measureIdle(api: Sheaf, idle: number) {
  const id = await createPackage(api);
  const warm = await openSubscribers(api, id, OPENED_AT_ONCE);
  warm.close();
  await sleep(SETTLE_MS);
  const before = await residentMb(api);
  const first = await openAndClose(api, { id, idle });
  const grown = await openAgain(api, { id, idle, times: GROWING });
  const last = await openAgain(api, { id, idle, times: REOPENINGS });
  const perIdle = (megabytes: number) => (megabytes * 1_000_000) / 1_024 / idle;
  return {
    kibibytesPerIdle: perIdle(first - before),
    kibibytesPerReopened: perIdle(last - grown) / REOPENINGS,
  };
}

/** Returns the resident memory, in MB, while all are open. */
async function openAndClose(
  api: Sheaf,
  { id, idle }: { id: string; idle: number },
): Promise<number> {
  const subscribers = await openSubscribers(api, id, idle);
  await sleep(SETTLE_MS);
  const memory = await residentMb(api);
  subscribers.close();
  await sleep(SETTLE_MS);
  return memory;
}

/** Returns the resident memory of the last time. */
async function openAgain(
  api: Sheaf,
  { times, ...options }: { id: string; idle: number; times: number },
): Promise<number> {
  let memory = Number.NaN;
  for (let time = 0; time < times; time += 1) memory = await openAndClose(api, options);
  return memory;
}

async function measureChange(
  api: Session,
  { client }: DemoBench,
  { subscribers }: SubscriptionPlan,
) {
  const id = await createPackage(api);
  const alone = await openSubscribers(api, id, 1);
  await retitle(api, id, 'warm');
  await alone.next();
  const ofOne = await countStatements(client, async () => {
    await retitle(api, id, 'one');
    await alone.next();
  });
  const many = await openSubscribers(api, id, subscribers);
  let reachedAllMs = 0;
  const ofMany = await countStatements(client, async () => {
    const startedAt = performance.now();
    await retitle(api, id, 'many');
    await Promise.all([alone.next(), many.next()]);
    reachedAllMs = performance.now() - startedAt;
  });
  many.close();
  alone.close();
  return { reachedAllMs, extraStatements: ofMany - ofOne };
}

async function createPackage(api: Session): Promise<string> {
  const { workPackage } = await mutate<{ workPackage: { id: string } }>(
    api,
    { field: 'createWorkPackage', select: 'workPackage { id }' },
    { title: 'Watched' },
  );
  return workPackage.id;
}

async function retitle(api: Session, id: string, title: string): Promise<void> {
  const mutation = { field: 'updateWorkPackage', select: 'workPackage { version }' };
  await mutate(api, mutation, { id, title });
}

async function residentMb(api: Sheaf): Promise<number> {
  return (await api.server.memory())?.nowMb ?? Number.NaN;
}

interface Subscribers {
  /** Resolves once each has received one more state than at the last call. */
  next(): Promise<void>;
  close(): void;
}

/** Subscribers with a socket each, after their first state. */
async function openSubscribers(api: Session, id: string, number: number): Promise<Subscribers> {
  const all: Subscriber[] = [];
  for (let first = 0; first < number; first += OPENED_AT_ONCE) {
    const some = Array.from(
      { length: Math.min(OPENED_AT_ONCE, number - first) },
      () => new Subscriber(api, id),
    );
    await Promise.all(some.map((subscriber) => subscriber.reached(1)));
    all.push(...some);
  }
  let states = 1;
  const next = async () => {
    states += 1;
    await Promise.all(all.map((subscriber) => subscriber.reached(states)));
  };
  const close = () => {
    for (const subscriber of all) subscriber.close();
  };
  return { next, close };
}

/** Speaks just enough graphql-transport-ws to count the states that it receives. */
class Subscriber {
  readonly #socket: WebSocket;
  #received = 0;
  #waiting: { states: number; resolve: () => void } | null = null;

  constructor({ url, headers }: Session, id: string) {
    const payload = { Authorization: headers.authorization };
    this.#socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    this.#socket.on('open', () => this.#send({ type: 'connection_init', payload }));
    this.#socket.on('message', (data) => this.#take(String(data), id));
    this.#socket.on('error', () => undefined);
  }

  /** Resolves once it has received so many states. */
  reached(states: number): Promise<void> {
    if (this.#received >= states) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = { states, resolve };
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #take(message: string, id: string): void {
    if (message.includes('"connection_ack"'))
      this.#send({ id: '1', type: 'subscribe', payload: { query: WATCH, variables: { id } } });
    if (!message.includes('"next"')) return;
    this.#received += 1;
    if (this.#waiting && this.#received >= this.#waiting.states) this.#waiting.resolve();
  }
}
