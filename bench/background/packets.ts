/**
 * Intake under load: how long submissions take while packets are generated, and how many packets a
 * worker generates.
 */
import type pg from 'pg';
import type { DemoBench } from '../demo.ts';
import { athleteAnswers, createAthlete, submitIntake } from '../mutations.ts';
import { countStatements } from '../servers/database.ts';
import { type Session, withSheaf } from '../servers/sheaf.ts';
import { median, percentile } from '../statistics.ts';
import { msOf, until } from '../timing.ts';

export interface PacketFindings {
  submitP50Ms: number;
  submitP99Ms: number;
  /** Packets that were being generated during the submissions, the median of samples. */
  generatingMeanwhile: number;
  packetsPerSecond: number;
  progressStatements: number;
}

const PROGRESS = `query ($id: ID!) {
  client(id: $id) {
    packetSummary { total completed progress done }
    packets(first: 20) { nodes { id type status progress version attempts createdAt completedAt } }
  }
}`;

const SAMPLE_MS = 100;

/** The first `clients` are the worker's backlog when the others submit. */
export async function measurePackets(bench: DemoBench, clients: number): Promise<PacketFindings> {
  return withSheaf({ ...bench, role: 'api' }, async (api) => {
    const waiting = await createClients(api, clients, 'waiting');
    await submitAll(api, waiting);
    const others = await createClients(api, clients, 'other');
    const underLoad = await withSheaf({ ...bench, role: 'worker' }, () =>
      submitUnderLoad(bench.client, api, others),
    );
    const [id] = waiting;
    const readProgress = () => api.run(PROGRESS, { id });
    await readProgress();
    await readProgress();
    return {
      ...underLoad,
      progressStatements: await countStatements(bench.client, readProgress),
    };
  });
}

async function submitUnderLoad(client: pg.Client, api: Session, clients: readonly string[]) {
  await untilGenerating(client);
  const samples: number[] = [];
  const sampling = setInterval(
    () => void count(client, `status = 'GENERATING'`).then((now) => samples.push(now)),
    SAMPLE_MS,
  );
  const latencies = await submitAll(api, clients).finally(() => clearInterval(sampling));
  await until(async () => (await count(client, `status in ('PENDING', 'GENERATING')`)) === 0, 100);
  return {
    submitP50Ms: percentile(latencies, 0.5),
    submitP99Ms: percentile(latencies, 0.99),
    generatingMeanwhile: median(samples),
    packetsPerSecond: await rateOf(client),
  };
}

async function createClients(api: Session, number: number, kind: string): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < number; index += 1)
    ids.push(await createAthlete(api, `${kind} ${index}`));
  return ids;
}

/** The milliseconds of each submission, two at a time. */
async function submitAll(api: Session, clients: readonly string[]): Promise<number[]> {
  const latencies: number[] = [];
  const queue = [...clients];
  const submitter = async () => {
    for (let clientId = queue.shift(); clientId; clientId = queue.shift()) {
      const submission = { clientId, answers: athleteAnswers(clientId) };
      latencies.push(await msOf(() => submitIntake(api, submission)));
    }
  };
  await Promise.all([submitter(), submitter()]);
  return latencies;
}

/** Of the packets of this run. */
async function count(client: pg.Client, condition: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int from packet
     where ${condition} and "createdAt" > now() - interval '1 hour'`,
  );
  return rows[0]?.count ?? 0;
}

/** Not until all ten slots are busy: a worker keeps some of them for other tenants. */
async function untilGenerating(client: pg.Client): Promise<void> {
  await until(async () => (await count(client, `status = 'GENERATING'`)) >= 5, 5);
}

/** Packets a second, from when the first one began until the last one ended. */
async function rateOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ rate: number }>(
    `select (count(*) / extract(epoch from max("completedAt") - min("startedAt")))::float8 as rate
     from packet where status = 'COMPLETED' and "createdAt" > now() - interval '1 hour'`,
  );
  return rows[0]?.rate ?? Number.NaN;
}
