/**
 * What analytics keep is what the raw rows count to: after every kind of ending, at every moment,
 * in every range of time.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { RequestError } from '../../src/platform/errors.ts';
import { secondsAt } from '../../src/workflows/figures/analytics.ts';
import { countEndedExecutions } from '../../src/workflows/figures/kept-figures.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { type FakeServer, json, startFakeServer } from './fake-server.ts';
import { change, ended, type GivenStep, noop, saved, started } from './operations.ts';

const DAY = 86_400_000;
const BLOCK = DAY / 3;
const NOBODY = Buffer.from('User:00000000-0000-4000-8000-000000000000').toString('base64');

let server: TestServer;
let user: TestUser;
let outside: FakeServer;

beforeAll(async () => {
  outside = await startFakeServer();
  server = await startTestServer({
    settings: {
      WORKFLOW_RATE_LIMIT_ENABLED: 'false',
      WORKFLOW_RETRY_DELAY_MS: '100',
      WORKFLOW_HTTP_ALLOWED_HOSTS: '127.0.0.1',
      WORKFLOW_HTTP_ALLOW_PRIVATE: 'true',
    },
  });
  user = server.north.owner;
});
afterAll(async () => {
  await server.stop();
  await outside.stop();
});

interface Range {
  key?: string;
  from?: string;
  to?: string;
}

async function analytics(range: Range = {}) {
  const { data, errors } = await user.run(
    `query ($key: String, $from: DateTime, $to: DateTime) { workflowAnalytics(key: $key, from: $from, to: $to) {
      executions completed failed cancelled parallel medianSeconds p95Seconds steps { type runs failed medianSeconds } } }`,
    range,
  );
  expect(errors).toBeUndefined();
  return data.workflowAnalytics;
}

/** By every row. */
async function counted({ key, from, to }: Range = {}) {
  const prisma = prismaOf(server.app.platform.database);
  const chosen = `select e.* from workflow_execution e join workflow w using ("tenantId") where w.id = e."workflowId" and "tenantId" = $1::uuid and ($2::text is null or w.key = $2)
    and ($3::timestamptz is null or e."createdAt" >= $3::timestamptz) and ($4::timestamptz is null or e."createdAt" < $4::timestamptz)`;
  const values = [server.north.tenantId, key ?? null, from ?? null, to ?? null];
  const [figures] = await prisma.$queryRawUnsafe<any[]>(
    `with chosen as (${chosen}) select count(*)::int as executions, count(*) filter (where status = 'COMPLETED')::int as completed, count(*) filter (where status = 'FAILED')::int as failed,
      count(*) filter (where status = 'CANCELLED')::int as cancelled, count(*) filter (where parallel)::int as parallel,
      percentile_cont(0.5) within group (order by date_part('epoch', "finishedAt" - "createdAt")) filter (where status = 'COMPLETED') as "medianSeconds",
      percentile_cont(0.95) within group (order by date_part('epoch', "finishedAt" - "createdAt")) filter (where status = 'COMPLETED') as "p95Seconds" from chosen`,
    ...values,
  );
  const steps = await prisma.$queryRawUnsafe<any[]>(
    `with chosen as (${chosen}) select r.type::text, count(*)::int as runs, count(*) filter (where r.status = 'FAILED')::int as failed,
      percentile_cont(0.5) within group (order by date_part('epoch', r."finishedAt" - r."startedAt")) filter (where r.status = 'COMPLETED') as "medianSeconds"
    from chosen join workflow_step_run r on r."tenantId" = chosen."tenantId" and r."executionId" = chosen.id where r.status in ('COMPLETED', 'FAILED') group by r.type order by r.type`,
    ...values,
  );
  return { ...figures, steps };
}

/** A time is kept as the mean of times that differ by a sixteenth. */
function roughly(seconds: number | null) {
  if (seconds === null) return null;
  return {
    asymmetricMatch: (value: unknown) =>
      typeof value === 'number' && Math.abs(value - seconds) <= seconds / 16 + 0.001,
    toString: () => `about ${seconds}`,
  };
}

async function expectCounted(range: Range = {}): Promise<void> {
  const { medianSeconds, p95Seconds, steps, ...counts } = await counted(range);
  expect(await analytics(range)).toEqual({
    ...counts,
    medianSeconds: roughly(medianSeconds),
    p95Seconds: roughly(p95Seconds),
    steps: steps.map((step: any) => ({ ...step, medianSeconds: roughly(step.medianSeconds) })),
  });
}

/** Of the list of a workflow's executions. */
async function total(key: string): Promise<number> {
  const { data } = await user.run(
    'query ($key: String!) { workflow(key: $key) { executions(first: 1) { totalCount } } }',
    { key },
  );
  return data.workflow.executions.totalCount;
}

/** Tries again where the machine is too busy to give it a connection within two seconds. */
async function keep(): Promise<void> {
  await eventually('what ended is counted', async () => {
    try {
      await countEndedExecutions(server.app.platform, new AbortController().signal);
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.code === 'SERVICE_UNAVAILABLE') return false;
      throw error;
    }
  });
}

async function isKept(id: string): Promise<boolean | undefined> {
  const [, uuid = ''] = Buffer.from(id, 'base64').toString().split(':');
  return (
    await prismaOf(server.app.platform.database).workflowExecution.findFirst({
      where: { id: uuid },
    })
  )?.counted;
}

type Kind = 'done' | 'failing' | 'passing' | 'skipped' | 'slow';
const KINDS: Record<Kind, (id: string, dependsOn: string[]) => GivenStep> = {
  done: (id, dependsOn) => noop(id, dependsOn),
  failing: (id, dependsOn) => ({
    ...noop(id, dependsOn),
    type: 'SEND_NOTIFICATION',
    input: { userId: NOBODY, title: 'x' },
  }),
  // Answered with 503 the first time.
  passing: (id, dependsOn) => ({
    ...noop(id, dependsOn),
    type: 'HTTP_REQUEST',
    input: { url: `${outside.url}/${crypto.randomUUID()}/{{ input.once }}` },
  }),
  skipped: (id, dependsOn) => noop(id, dependsOn, { when: 'input.no' }),
  slow: (id, dependsOn) => noop(id, dependsOn, { input: { seconds: 0.4 } }),
};

const graphs = fc
  .array(
    fc.record({
      kind: fc.constantFrom<Kind>('done', 'done', 'done', 'failing', 'passing', 'skipped', 'slow'),
      after: fc.array(fc.nat(), { maxLength: 2 }),
    }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((all) =>
    all.map(({ kind, after }, index) =>
      KINDS[kind](
        `s${index}`,
        index === 0 ? [] : [...new Set(after.map((one) => `s${one % index}`))],
      ),
    ),
  );
const executions = fc.record({
  graph: graphs,
  cancelAfterMs: fc.option(fc.nat(600), { freq: 2 }),
  resumes: fc.boolean(),
});

async function live({
  graph,
  cancelAfterMs,
  resumes,
}: {
  graph: GivenStep[];
  cancelAfterMs: number | null;
  resumes: boolean;
}): Promise<void> {
  const key = await saved(user, crypto.randomUUID(), graph);
  const id = await started(user, key, { once: crypto.randomUUID() });
  if (cancelAfterMs !== null) {
    await new Promise((resolve) => setTimeout(resolve, cancelAfterMs));
    await change(user, 'cancelWorkflowExecution', id);
  }
  const { status } = await ended(user, id);
  if (status !== 'FAILED' || !resumes) return;
  await change(user, 'resumeWorkflowExecution', id);
  await ended(user, id);
}

async function untilNothingRuns(): Promise<void> {
  const prisma = prismaOf(server.app.platform.database);
  await eventually(
    'nothing runs',
    async () => (await prisma.workflowStepRun.count({ where: { status: 'RUNNING' } })) === 0,
  );
}

test('the figures are what the rows count to, kept while executions end, fail, are tried again, cancelled and resumed', async () => {
  const seen = new Set<string>();
  outside.answer = ({ path }, response) =>
    json(response, {}, seen.has(path) ? 200 : 503) ?? seen.add(path);
  let going = true;
  const keeping = (async () => {
    while (going) {
      await keep();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    for (let round = 0; round < 3; round += 1)
      await Promise.all(fc.sample(executions, 15).map(live));
  } finally {
    going = false;
    await keeping;
  }
  await untilNothingRuns();
  await expectCounted();
  await keep();
  await expectCounted();
  const { executions: all, cancelled, failed } = await counted();
  expect(
    await prismaOf(server.app.platform.database).workflowExecution.count({
      where: { counted: true },
    }),
  ).toBe(all);
  expect(Math.min(cancelled, failed)).toBeGreaterThan(0);
});

test('a resumed execution is taken out, and put in again once it ends', async () => {
  const key = await saved(user, crypto.randomUUID(), [noop('a'), KINDS.failing('b', [])]);
  const id = await started(user, key);
  await ended(user, id);
  await keep();
  expect(await isKept(id)).toBe(true);
  await expectCounted({ key });
  expect((await analytics({ key })).failed).toBe(1);
  await change(user, 'resumeWorkflowExecution', id);
  expect(await isKept(id)).toBe(false);
  await ended(user, id);
  expect(await total(key)).toBe(1);
  await expectCounted({ key });
  await keep();
  expect(await isKept(id)).toBe(true);
  await expectCounted({ key });
});

test('any range of time is made up of what is kept and what lies at its edges', async () => {
  const prisma = prismaOf(server.app.platform.database);
  // Over two years, some at the very beginnings of blocks.
  await prisma.$executeRawUnsafe(`
    insert into workflow_execution ("tenantId", id, "workflowId", "versionId", status, input, output, "stepCount", "doneCount", parallel, "createdAt", "startedAt", "finishedAt")
    select v."tenantId", gen_random_uuid(), v."workflowId", v.id, 'COMPLETED', '{}', '{}', 1, 1, n % 3 = 0, at, at, at + (n * n % 7919) * interval '1 millisecond'
    from (select * from workflow_version where "tenantId" = '${server.north.tenantId}' order by id limit 2) v, generate_series(1, 1500) n,
      lateral (select case n % 5 when 0 then date_bin('8 hours', t, '1970-01-01Z') else t end as at from (select timestamptz '2026-11-01Z' - (n * 733 % 1051200) * interval '1 minute') as times(t)) times`);
  await prisma.$executeRawUnsafe(`
    insert into workflow_step_run ("tenantId", "executionId", "stepId", position, type, status, attempts, "startedAt", "finishedAt")
    select "tenantId", id, 'x', 0, 'LOG_ACTIVITY', 'COMPLETED', 1, "startedAt", "finishedAt" from workflow_execution e where not exists (select from workflow_step_run r where r."executionId" = e.id)`);
  await expectCounted();
  await keep();
  const key = (
    await prisma.workflow.findFirstOrThrow({
      where: { tenantId: server.north.tenantId },
      orderBy: { versions: { _count: 'desc' } },
    })
  ).key;
  const first = Date.UTC(2024, 10, 1);
  const moments = fc.option(
    fc.oneof(
      fc.integer({ min: first, max: Date.UTC(2026, 11, 1) }),
      fc
        .integer({ min: Math.floor(first / BLOCK), max: Math.floor(Date.UTC(2026, 11, 1) / BLOCK) })
        .map((block) => block * BLOCK),
    ),
    { nil: undefined, freq: 4 },
  );
  const ranges = fc.record({ from: moments, to: moments, one: fc.boolean() });
  for (const { from, to, one } of fc.sample(ranges, 60)) {
    const text = (at: number | undefined) => (at === undefined ? {} : new Date(at).toISOString());
    await expectCounted({
      ...(one ? { key } : {}),
      ...(from === undefined ? {} : { from: text(from) as string }),
      ...(to === undefined ? {} : { to: text(to) as string }),
    });
  }
  expect(await total(key)).toBe((await counted({ key })).executions);
  const whole = {
    from: new Date(first).toISOString(),
    to: new Date(first + 365 * DAY).toISOString(),
  };
  expect((await counted(whole)).executions).toBeGreaterThan(500);
});

test('another tenant has figures of its own', async () => {
  const { data } = await server.south.owner.run(
    '{ workflowAnalytics { executions steps { runs } } }',
  );
  expect(data.workflowAnalytics).toEqual({ executions: 0, steps: [] });
});

test('a time is that below which a share of all lies, between two of them where it falls between', () => {
  expect(secondsAt({ counts: [], ms: [] }, 0.5)).toBeNull();
  expect(secondsAt({ counts: [1], ms: [2_000] }, 0.95)).toBe(2);
  expect(secondsAt({ counts: [1, 1], ms: [1_000, 3_000] }, 0.5)).toBe(2);
  expect(secondsAt({ counts: [2, 1], ms: [2_000, 3_000] }, 0.5)).toBe(1);
});
