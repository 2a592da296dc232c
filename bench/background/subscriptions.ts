/**
 * Many subscribers: what an idle one costs, and how fast one change reaches all of a topic, with
 * how many reads.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { WebSocket } from 'ws';
import { countStatements } from '../database.ts';
import { type Sheaf, type SheafOptions, startSheaf } from '../sheaf.ts';

export interface SubscriptionFindings {
  kibibytesPerIdle: number;
  /**
   * What each time that they are opened again adds, once the heap has its size: nothing, when what
   * is closed is given back.
   */
  kibibytesPerReopened: number;
  reachedAllMs: number;
  /**
   * Statements of the change and of everybody's next state, beyond those with a single subscriber.
   */
  extraStatements: number;
}

export interface SubscriptionPlan {
  client: pg.Client;
  start: Omit<SheafOptions, 'role'>;
  idle: number;
  subscribers: number;
}

const CREATE =
  'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { workPackage { id } } }';
const RETITLE =
  'mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { workPackage { version } } }';
const WATCH =
  'subscription ($id: ID!) { workPackageChanged(id: $id) { version workPackage { title } } }';
/** Until garbage is collected and memory given back. */
const SETTLE_MS = 3_000;
/**
 * Garbage is collected when there is enough of it, so that the heap grows at the first few times.
 */
const GROWING = 4;
const REOPENINGS = 2;

export async function measureSubscriptions(plan: SubscriptionPlan): Promise<SubscriptionFindings> {
  return {
    ...(await withApi(plan, (api) => measureIdle(api, plan.idle))),
    ...(await withApi(plan, (api) => measureChange(api, plan))),
  };
}

/**
 * A process of its own: the memory of an idle subscriber is seen on a heap that nothing has grown
 * yet.
 */
async function withApi<T>(
  { start }: SubscriptionPlan,
  measure: (api: Sheaf) => Promise<T>,
): Promise<T> {
  // One user has all the subscribers.
  const api = await startSheaf({
    ...start,
    role: 'api',
    settings: { ...start.settings, LIVE_CONNECTIONS_PER_USER: '10000' },
  });
  try {
    return await measure(api);
  } finally {
    await api.server.stop();
  }
}

async function measureIdle(api: Sheaf, idle: number) {
  const id = await createPackage(api);
  const warm = await openSubscribers(api, id, 50);
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

/** Answers the resident memory while all are open. */
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

async function openAgain(
  api: Sheaf,
  { times, ...options }: { id: string; idle: number; times: number },
): Promise<number> {
  let memory = Number.NaN;
  for (let time = 0; time < times; time += 1) memory = await openAndClose(api, options);
  return memory;
}

async function measureChange(api: Sheaf, { client, subscribers }: SubscriptionPlan) {
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

async function createPackage(api: Sheaf): Promise<string> {
  const { createWorkPackage } = await api.run<{
    createWorkPackage: { workPackage: { id: string } };
  }>(CREATE, { input: { title: 'Watched' } });
  return createWorkPackage.workPackage.id;
}

async function retitle(api: Sheaf, id: string, title: string): Promise<void> {
  await api.run(RETITLE, { input: { id, title } });
}

async function residentMb(api: Sheaf): Promise<number> {
  return (await api.server.memory())?.nowMb ?? Number.NaN;
}

interface Subscribers {
  /** Resolves when each has got one state more than when it was asked. */
  next(): Promise<void>;
  close(): void;
}

/** Subscribers on a socket of their own each, after their first state. */
async function openSubscribers(
  { url, token }: Sheaf,
  id: string,
  number: number,
): Promise<Subscribers> {
  const sockets: Subscriber[] = [];
  for (let first = 0; first < number; first += 50) {
    const some = Array.from(
      { length: Math.min(50, number - first) },
      () => new Subscriber(url.replace('http', 'ws'), token, id),
    );
    await Promise.all(some.map((subscriber) => subscriber.reached(1)));
    sockets.push(...some);
  }
  let states = 1;
  const next = async () => {
    states += 1;
    await Promise.all(sockets.map((subscriber) => subscriber.reached(states)));
  };
  const close = () => {
    for (const subscriber of sockets) subscriber.close();
  };
  return { next, close };
}

class Subscriber {
  readonly #socket: WebSocket;
  #received = 0;
  #waiting: { states: number; resolve: () => void } | null = null;

  constructor(url: string, token: string, id: string) {
    this.#socket = new WebSocket(url, 'graphql-transport-ws');
    this.#socket.on('open', () =>
      this.#socket.send(
        JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }),
      ),
    );
    this.#socket.on('message', (data) => this.#take(String(data), id));
    this.#socket.on('error', () => undefined);
  }

  reached(states: number): Promise<void> {
    if (this.#received >= states) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = { states, resolve };
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #take(message: string, id: string): void {
    if (message.includes('"connection_ack"'))
      this.#socket.send(
        JSON.stringify({
          id: '1',
          type: 'subscribe',
          payload: { query: WATCH, variables: { id } },
        }),
      );
    if (!message.includes('"next"')) return;
    this.#received += 1;
    if (this.#waiting && this.#received >= this.#waiting.states) this.#waiting.resolve();
  }
}
