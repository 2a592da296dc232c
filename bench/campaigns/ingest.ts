/**
 * The webhook under load: as many events as it takes, beside a bare INSERT of the same events in
 * turn; then a steady rate for a while.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithThisProcess } from '../processes.ts';
import { median, percentile } from '../report.ts';
import { type Sheaf, startSheaf } from '../sheaf.ts';
import { bareInsertRate, makeBareTable } from './bare-insert.ts';
import type { CallerResult, Preparation } from './caller.ts';
import { EVENTS_PER_MESSAGE, eventsOf, type Slice } from './events.ts';
import { probeFreshness } from './freshness.ts';
import type { CampaignBench } from './part.ts';
import { postgresCpuMs } from './postgres-cpu.ts';

const APP_SECRET = 'the secret of an app of the benchmark';
const WEBHOOK_SETTINGS = { WHATSAPP_APP_SECRET: APP_SECRET };

/**
 * Events a second that are offered for a while, a tenth above what is to be held; and events of a
 * call.
 */
const STEADY = [
  { size: 100, rate: 11_000, connections: 64 },
  { size: 1, rate: 2_200, connections: 256 },
];
const HUNDREDS = { size: 100, connections: 32 };
const SINGLES = { size: 1, connections: 256 };
const WARM_UP_EVENTS = 20_000;
const SINGLES_AT_MOST = 25_000;

export interface IngestPlan {
  campaignIds: string[];
  probeCampaignId: string;
  seconds: number;
  rounds: number;
  /** Of a round without a rate, in calls of 100. */
  roundEvents: number;
}

export interface SteadyFindings extends CallerResult {
  size: number;
  eventsPerSecond: number;
  freshMs: number[];
  serverCpuMs: number;
  postgresCpuMs: number;
}

export interface IngestFindings {
  steady: SteadyFindings[];
  /** Until all was folded, in calls of 100; the median of the rounds. */
  foldedPerSecond: number;
  barePerSecond: number;
  ratio: number;
  /** Until the last answer, in calls of one. */
  singlesPerSecond: number;
}

export async function measureIngest(
  bench: CampaignBench,
  plan: IngestPlan,
  announce: (line: string) => void,
): Promise<IngestFindings> {
  const api = await startSheaf({ ...bench, role: 'api', settings: WEBHOOK_SETTINGS });
  const caller = fork(new URL('./caller.ts', import.meta.url), {
    execArgv: ['--max-old-space-size=4096'],
  });
  endWithThisProcess(caller);
  try {
    return await new Measurement({ bench, plan, api, caller, announce }).run();
  } finally {
    if (caller.connected) caller.disconnect();
    await api.server.stop();
  }
}

interface Surroundings {
  bench: CampaignBench;
  plan: IngestPlan;
  api: Sheaf;
  caller: ChildProcess;
  announce: (line: string) => void;
}

class Measurement {
  readonly #with: Surroundings;
  /** Messages whose events are used up. */
  #used = 0;

  constructor(surroundings: Surroundings) {
    this.#with = surroundings;
  }

  async run(): Promise<IngestFindings> {
    const { plan, announce } = this.#with;
    const probe = await this.#probe();
    const steady: SteadyFindings[] = [];
    await this.#unlimited({ ...HUNDREDS, events: Math.min(plan.roundEvents, WARM_UP_EVENTS) });
    const alternated = await this.#alternate();
    for (const load of STEADY) {
      const found = await this.#steady(load, probe);
      announce(
        `${load.rate} events/s in calls of ${load.size}: p99 ${found.p99Ms.toFixed(0)} ms, fresh p99 ${percentile(found.freshMs, 0.99).toFixed(0)} ms, failures ${found.failures}; CPU per 100,000: server ${found.serverCpuMs.toFixed(0)} ms, PostgreSQL ${found.postgresCpuMs.toFixed(0)} ms`,
      );
      steady.push(found);
    }
    const singles = await this.#unlimited({
      ...SINGLES,
      events: Math.min(plan.roundEvents, SINGLES_AT_MOST),
    });
    return { steady, ...alternated, singlesPerSecond: singles.answeredPerSecond };
  }

  /** The webhook and the bare INSERT, the same events, in turn. */
  async #alternate() {
    const { bench, plan, announce } = this.#with;
    await makeBareTable(bench);
    const rounds: { folded: number; bare: number }[] = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      const slice = this.#take(plan.roundEvents);
      const bare = async () => {
        const events = await eventsOf(bench.client, slice);
        await bench.client.query('checkpoint');
        return bareInsertRate(bench, events);
      };
      const first = round % 2 === 1 ? await bare() : null;
      const { foldedPerSecond, answeredPerSecond, p99Ms, cpu } = await this.#unlimited({
        ...HUNDREDS,
        events: plan.roundEvents,
        slice,
      });
      rounds.push({ folded: foldedPerSecond, bare: first ?? (await bare()) });
      const { folded, bare: inserted } = rounds.at(-1) ?? { folded: 0, bare: 0 };
      announce(
        `round ${round + 1}: folded ${folded.toFixed(0)}/s, answered ${answeredPerSecond.toFixed(0)}/s (p99 ${p99Ms.toFixed(0)} ms), bare ${inserted.toFixed(0)}/s, ratio ${(folded / inserted).toFixed(2)}; CPU per 100,000: ${cpu}`,
      );
    }
    const medianOf = (value: (round: { folded: number; bare: number }) => number) =>
      median(rounds.map(value));
    return {
      foldedPerSecond: medianOf(({ folded }) => folded),
      barePerSecond: medianOf(({ bare }) => bare),
      ratio: medianOf(({ folded, bare }) => folded / bare),
    };
  }

  async #unlimited({
    size,
    connections,
    events,
    slice = this.#take(events),
  }: {
    size: number;
    connections: number;
    events: number;
    slice?: Slice;
  }) {
    const { calls, go } = await this.#prepare({ slice, size, connections, rate: null });
    const cpu = await this.#cpu();
    const startedAt = performance.now();
    const result = await go();
    await this.#untilFolded();
    const seconds = (performance.now() - startedAt) / 1_000;
    if (result.failures > 0)
      throw new Error(
        `Expected every call to be answered with 200, found ${result.failures} others of ${result.calls}`,
      );
    const taken = calls * size;
    const { serverMs, postgresMs } = await cpu(taken);
    return {
      foldedPerSecond: taken / seconds,
      answeredPerSecond: taken / result.seconds,
      p99Ms: result.p99Ms,
      cpu: `server ${serverMs.toFixed(0)} ms, PostgreSQL ${postgresMs.toFixed(0)} ms`,
    };
  }

  async #steady(
    { size, rate, connections }: (typeof STEADY)[number],
    probe: Probe,
  ): Promise<SteadyFindings> {
    const { plan, api } = this.#with;
    const slice = this.#take(rate * plan.seconds);
    const { calls, go } = await this.#prepare({ slice, size, connections, rate: rate / size });
    const cpu = await this.#cpu();
    const stopping = new AbortController();
    const probing = probeFreshness(api, { ...probe, appSecret: APP_SECRET }, stopping.signal);
    const result = await go();
    stopping.abort();
    const freshMs = await probing;
    await this.#untilFolded();
    const { serverMs, postgresMs } = await cpu(calls * size);
    const eventsPerSecond = ((calls - result.failures) * size) / result.seconds;
    return {
      ...result,
      size,
      eventsPerSecond,
      freshMs,
      serverCpuMs: serverMs,
      postgresCpuMs: postgresMs,
    };
  }

  #take(events: number): Slice {
    const { bench, plan } = this.#with;
    const messages = Math.ceil(events / EVENTS_PER_MESSAGE);
    const slice = {
      tenantId: bench.tenantId,
      campaignIds: plan.campaignIds,
      first: this.#used,
      messages,
    };
    this.#used += messages;
    return slice;
  }

  /** Has the caller make its calls; `go` resolves when all are answered. */
  async #prepare(
    load: Pick<Preparation, 'slice' | 'size' | 'connections' | 'rate'>,
  ): Promise<{ calls: number; go: () => Promise<CallerResult> }> {
    const { bench, api } = this.#with;
    const { calls } = await this.#ask<{ calls: number }>({
      ...load,
      databaseUrl: bench.databaseUrl,
      port: api.server.port,
      appSecret: APP_SECRET,
    });
    // What PostgreSQL has to write of earlier measurements is no part of this one.
    await bench.client.query('checkpoint');
    return { calls, go: () => this.#ask<CallerResult>('go') };
  }

  async #ask<Answer>(message: Preparation | 'go'): Promise<Answer> {
    const { caller } = this.#with;
    const stopped = new AbortController();
    try {
      const answer = once(caller, 'message', { signal: stopped.signal });
      const ended = once(caller, 'exit', { signal: stopped.signal }).then(() =>
        Promise.reject(new Error('The caller has ended.')),
      );
      caller.send(message);
      const [found] = await Promise.race([answer, ended]);
      return found as Answer;
    } finally {
      stopped.abort();
    }
  }

  async #untilFolded(): Promise<void> {
    const { client } = this.#with.bench;
    while ((await client.query('select from webhook_inbox limit 1')).rowCount !== 0)
      await sleep(10);
  }

  /** CPU time from now on, in milliseconds for 100,000 events. */
  async #cpu() {
    const { bench, api } = this.#with;
    const now = async () => ({
      server: (await api.server.cpuMs()) ?? Number.NaN,
      postgres: (await postgresCpuMs(bench.client)) ?? Number.NaN,
    });
    const before = await now();
    return async (events: number) => {
      const after = await now();
      return {
        serverMs: ((after.server - before.server) * 100_000) / events,
        postgresMs: ((after.postgres - before.postgres) * 100_000) / events,
      };
    };
  }

  async #probe(): Promise<Probe> {
    const { bench, plan } = this.#with;
    const slice = {
      tenantId: bench.tenantId,
      campaignIds: [plan.probeCampaignId],
      first: 0,
      messages: Number.MAX_SAFE_INTEGER,
    };
    const events = await eventsOf(bench.client, slice);
    return {
      campaignId: plan.probeCampaignId,
      events: events.filter(({ status }) => status === 'delivered'),
    };
  }
}

type Probe = Pick<Parameters<typeof probeFreshness>[1], 'campaignId' | 'events'>;
