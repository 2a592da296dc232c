/**
 * Intake under load: how long submissions take while packets are generated, and how many packets a
 * worker makes.
 */
import type pg from 'pg';
import { answersOf } from '../../src/demo/answers.ts';
import { Random } from '../../src/demo/random.ts';
import { today } from '../../src/platform/time.ts';
import { countStatements } from '../database.ts';
import { median, percentile } from '../report.ts';
import { type Sheaf, type SheafOptions, startSheaf } from '../sheaf.ts';

export interface PacketFindings {
  submitP50Ms: number;
  submitP99Ms: number;
  generatingMeanwhile: number;
  packetsPerSecond: number;
  progressStatements: number;
}

export interface PacketPlan {
  client: pg.Client;
  start: Omit<SheafOptions, 'role'>;
  /** Clients of each of the two measurements. */
  clients: number;
}

const CREATE =
  'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id } userErrors { message } } }';
const SUBMIT =
  'mutation ($input: SubmitIntakeInput!) { submitIntake(input: $input) { packets { id } userErrors { message } } }';
const PROGRESS = `query ($id: ID!) {
  client(id: $id) { packetSummary { total completed progress done } packets(first: 20) { nodes { id type status progress version attempts createdAt completedAt } } }
}`;

const SAMPLE_MS = 100;

/** Each client is an athlete, with five packets. */
export async function measurePackets({
  client,
  start,
  clients,
}: PacketPlan): Promise<PacketFindings> {
  const api = await startSheaf({ ...start, role: 'api' });
  try {
    const waiting = await createClients(api, clients, 'waiting');
    await submitAll(api, waiting);
    const rest = await createClients(api, clients, 'rest');
    const worker = await startSheaf({ ...start, role: 'worker' });
    const samples: number[] = [];
    try {
      await untilGenerating(client);
      const sampling = setInterval(
        () => void count(client, `status = 'GENERATING'`).then((now) => samples.push(now)),
        SAMPLE_MS,
      );
      const latencies = await submitAll(api, rest).finally(() => clearInterval(sampling));
      await untilDone(client);
      const packetsPerSecond = await rateOf(client);
      const [first = ''] = waiting;
      await api.run(PROGRESS, { id: first });
      await api.run(PROGRESS, { id: first });
      const statements = await countStatements(
        client,
        async () => void (await api.run(PROGRESS, { id: first })),
      );
      return {
        submitP50Ms: percentile(latencies, 0.5),
        submitP99Ms: percentile(latencies, 0.99),
        generatingMeanwhile: median(samples),
        packetsPerSecond,
        progressStatements: statements,
      };
    } finally {
      await worker.server.stop();
    }
  } finally {
    await api.server.stop();
  }
}

async function createClients(api: Sheaf, number: number, kind: string): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < number; index += 1) {
    const { createClient } = await api.run<{ createClient: { client: { id: string } } }>(CREATE, {
      input: { name: `${kind} ${index}`, clientType: 'ATHLETE' },
    });
    ids.push(createClient.client.id);
  }
  return ids;
}

/** The time of each submission, two at a time. */
async function submitAll(api: Sheaf, clients: readonly string[]): Promise<number[]> {
  const latencies: number[] = [];
  const queue = [...clients];
  const submitter = async () => {
    for (let clientId = queue.shift(); clientId; clientId = queue.shift()) {
      const answers = answersOf(
        { clientType: 'ATHLETE', name: 'Ada Bench', share: 1 },
        today(),
        new Random(clientId),
      );
      const startedAt = performance.now();
      const { submitIntake } = await api.run<{
        submitIntake: { userErrors: { message: string }[] };
      }>(SUBMIT, { input: { clientId, answers } });
      latencies.push(performance.now() - startedAt);
      if (submitIntake.userErrors.length > 0)
        throw new Error(`Expected a submission, found ${submitIntake.userErrors[0]?.message}`);
    }
  };
  await Promise.all([submitter(), submitter()]);
  return latencies;
}

async function count(client: pg.Client, condition: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int from packet where ${condition} and "createdAt" > now() - interval '1 hour'`,
  );
  return rows[0]?.count ?? 0;
}

/** A worker keeps some of its ten slots for other tenants. */
async function untilGenerating(client: pg.Client): Promise<void> {
  while ((await count(client, `status = 'GENERATING'`)) < 5)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

async function untilDone(client: pg.Client): Promise<void> {
  while ((await count(client, `status in ('PENDING', 'GENERATING')`)) > 0)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

/** From the beginning of the first to the end of the last. */
async function rateOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ rate: number }>(
    `select (count(*) / extract(epoch from max("completedAt") - min("startedAt")))::float8 as rate from packet where status = 'COMPLETED' and "createdAt" > now() - interval '1 hour'`,
  );
  return rows[0]?.rate ?? Number.NaN;
}
