/** Background work: what A enqueues, and what B's work then takes. */
import { answersOf } from '../../src/demo/answers.ts';
import { Random } from '../../src/demo/random.ts';
import { today } from '../../src/platform/time.ts';
import { median } from '../report.ts';
import type { Felt } from './part.ts';
import type { Arena, Tenant } from './tenants.ts';

export interface Work {
  what: string;
  ofB: string;
  slice: string;
  queue: string;
  prepare: (arena: Arena, tenants: Tenants) => Promise<void>;
  /** How long one piece of A's work takes, in milliseconds. */
  sliceOf: (arena: Arena, a: Tenant) => Promise<number>;
  attack: (arena: Arena, a: Tenant) => Promise<void>;
  /** Resolves when it is done. */
  workOfB: (arena: Arena, b: Tenant) => Promise<void>;
}

interface Tenants {
  a: Tenant;
  b: Tenant;
}

interface WorkFindings {
  aloneMs: number[];
  underMs: number[];
  sliceMs: number;
  alone: Felt[];
  under: Felt[];
}

export async function measureWork(
  work: Work,
  { arena, a, b, rounds }: Tenants & { arena: Arena; rounds: number },
): Promise<WorkFindings> {
  await work.prepare(arena, { a, b });
  const findings: WorkFindings = { aloneMs: [], underMs: [], sliceMs: 0, alone: [], under: [] };
  const round = async (times: number[], felt: Felt[]) => {
    const startedAt = performance.now();
    const done = work.workOfB(arena, b);
    felt.push(await b.feelUntil(arena, done));
    await done;
    times.push(performance.now() - startedAt);
  };
  // Warms up threads and connections.
  await work.workOfB(arena, b);
  findings.sliceMs = median([
    await work.sliceOf(arena, a),
    await work.sliceOf(arena, a),
    await work.sliceOf(arena, a),
  ]);
  for (let n = 0; n < rounds; n += 1) {
    await round(findings.aloneMs, findings.alone);
    await work.attack(arena, a);
    await untilActive(arena, work.queue);
    await round(findings.underMs, findings.under);
    await dropJobs(arena, work.queue);
  }
  return findings;
}

async function untilActive({ client }: Arena, queue: string): Promise<void> {
  await until(async () => {
    const { rows } = await client.query('select from pgboss.job where name = $1 and state = $2', [
      queue,
      'active',
    ]);
    return rows.length > 0;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
}

/** Ends an attack: what waits is taken away, what runs is waited for. */
async function dropJobs({ client }: Arena, queue: string): Promise<void> {
  await until(async () => {
    await client.query(`delete from pgboss.job where name = $1 and state in ('created', 'retry')`, [
      queue,
    ]);
    const { rows } = await client.query('select from pgboss.job where name = $1 and state = $2', [
      queue,
      'active',
    ]);
    return rows.length === 0;
  });
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 10));
}

const CREATE =
  'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id } userErrors { message } } }';
const SUBMIT =
  'mutation ($input: SubmitIntakeInput!) { submitIntake(input: $input) { packets { id } userErrors { message } } }';
const TEMPLATE =
  'mutation ($input: UpsertPacketTemplateInput!) { upsertPacketTemplate(input: $input) { userErrors { message } } }';
const SAVE =
  'mutation ($input: SaveWorkflowInput!) { saveWorkflow(input: $input) { userErrors { message } } }';
const START =
  'mutation ($input: StartWorkflowInput!) { startWorkflow(input: $input) { execution { id } userErrors { message } } }';

let clients = 0;

/** Submits a client's intake, and returns its packets' uuids. */
async function submit(
  arena: Arena,
  tenant: Tenant,
  priority: 'NORMAL' | 'URGENT',
): Promise<string[]> {
  clients += 1;
  const { createClient } = await tenant.ask<{ createClient: { client: { id: string } } }>(
    arena,
    CREATE,
    {
      input: { name: `Client ${clients}`, clientType: 'ATHLETE' },
    },
  );
  const clientId = createClient.client.id;
  const answers = answersOf(
    { clientType: 'ATHLETE', name: 'Ada Bench', share: 1 },
    today(),
    new Random(clientId),
  );
  const { submitIntake } = await tenant.ask<{ submitIntake: { packets: { id: string }[] } }>(
    arena,
    SUBMIT,
    { input: { clientId, answers, priority } },
  );
  return submitIntake.packets.map(({ id }) => uuidOf(id));
}

function uuidOf(globalId: string): string {
  return Buffer.from(globalId, 'base64').toString('utf8').split(':')[1] ?? '';
}

async function untilPacketsEnded({ client }: Arena, ids: readonly string[]): Promise<void> {
  await until(async () => {
    const { rows } = await client.query(
      `select from packet where id = any($1::uuid[]) and status in ('PENDING', 'GENERATING')`,
      [ids],
    );
    return rows.length === 0;
  });
}

/** Loops that take some 60 ms, well within what a section may take. */
const SLOW_SECTION =
  '{% for i in (1..120) %}{% for j in (1..120) %}{% assign x = j | plus: i | times: 3 %}{% endfor %}{% endfor %}';

const packets: Work = {
  what: 'twelve urgent submissions with a slow template',
  ofB: "B's packets of one submission",
  slice: 'its packets of one submission',
  queue: 'packets',
  prepare: async (arena, { a }) => {
    const sections = Array.from({ length: 30 }, (_, n) => ({
      heading: `Section ${n}`,
      body: SLOW_SECTION,
    }));
    const { rows } = await arena.client.query<{ packetType: string }>(
      `select unnest("packetTypes")::text as "packetType" from intake_path where "tenantId" = $1 and "clientType" = 'ATHLETE' limit 1`,
      [a.tenantId],
    );
    await a.ask(arena, TEMPLATE, {
      input: { packetType: rows[0]?.packetType, name: 'Slow', isDefault: true, sections },
    });
  },
  sliceOf: async (arena, a) => {
    const startedAt = performance.now();
    await untilPacketsEnded(arena, await submit(arena, a, 'URGENT'));
    return performance.now() - startedAt;
  },
  attack: async (arena, a) => {
    for (let n = 0; n < 12; n += 1) await submit(arena, a, 'URGENT');
  },
  workOfB: async (arena, b) => untilPacketsEnded(arena, await submit(arena, b, 'NORMAL')),
};

const step = (id: string, dependsOn: string[]) => ({
  id,
  type: 'WAIT',
  dependsOn,
  input: { seconds: 0 },
});

async function save(
  arena: Arena,
  tenant: Tenant,
  { key, steps }: { key: string; steps: object[] },
): Promise<void> {
  await tenant.ask(arena, SAVE, {
    input: { key, name: key, steps, rateLimit: { points: 1_000, windowSeconds: 1 } },
  });
}

/** RATE_LIMITED starts begin nothing: that the server refuses them is its good right. */
async function start(arena: Arena, tenant: Tenant, key: string): Promise<string | null> {
  try {
    const { startWorkflow } = await tenant.ask<{
      startWorkflow: { execution: { id: string } | null };
    }>(arena, START, { input: { key, input: {} } });
    return startWorkflow.execution && uuidOf(startWorkflow.execution.id);
  } catch (error) {
    if (String(error).includes('RATE_LIMITED')) return null;
    throw error;
  }
}

async function untilExecuted({ client }: Arena, id: string): Promise<void> {
  await until(async () => {
    const { rows } = await client.query(
      `select from workflow_execution where id = $1 and status in ('COMPLETED', 'FAILED', 'CANCELLED')`,
      [id],
    );
    return rows.length > 0;
  });
}

const workflows: Work = {
  what: '40 executions of 200 steps',
  ofB: "B's execution of six steps",
  slice: 'one step',
  queue: 'workflow-steps',
  prepare: async (arena, { a, b }) => {
    await save(arena, a, {
      key: 'flood',
      steps: Array.from({ length: 200 }, (_, n) => step(`s${n}`, [])),
    });
    await save(arena, a, { key: 'single', steps: [step('only', [])] });
    await save(arena, b, {
      key: 'errand',
      steps: Array.from({ length: 6 }, (_, n) => step(`s${n}`, n === 0 ? [] : [`s${n - 1}`])),
    });
  },
  sliceOf: async (arena, a) => {
    const startedAt = performance.now();
    await untilExecuted(arena, (await start(arena, a, 'single')) ?? '');
    return performance.now() - startedAt;
  },
  attack: async (arena, a) => {
    for (let n = 0; n < 40; n += 1) await start(arena, a, 'flood');
  },
  workOfB: async (arena, b) => untilExecuted(arena, (await start(arena, b, 'errand')) ?? ''),
};

export const WORKS: readonly Work[] = [packets, workflows];
