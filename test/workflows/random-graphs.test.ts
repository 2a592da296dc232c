/**
 * Random graphs with every kind of ending, on the real engine: each step runs exactly once, in a
 * permitted order, whatever fails.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TIMES } from '../support/histories.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { type GivenStep, noop, run, saved, stepsOf } from './operations.ts';

let parallel: TestServer;
let oneByOne: TestServer;

beforeAll(async () => {
  parallel = await startTestServer({
    settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false', WORKFLOW_MAX_PARALLEL_STEPS: '3' },
  });
  oneByOne = await startTestServer({
    settings: {
      WORKFLOW_RATE_LIMIT_ENABLED: 'false',
      WORKFLOW_PARALLEL_EXECUTION_ENABLED: 'false',
    },
  });
});
afterAll(async () => {
  await parallel.stop();
  await oneByOne.stop();
});

type Fate = 'COMPLETED' | 'FAILED' | 'SKIPPED';
interface Drawn {
  step: GivenStep & { dependsOn: string[] };
  fate: Fate;
}

const NOBODY = Buffer.from('User:00000000-0000-4000-8000-000000000000').toString('base64');

function drawnStep(
  id: string,
  dependsOn: string[],
  { fate, alone }: { fate: Fate; alone: boolean },
): Drawn {
  const more = { parallel: !alone, ...(fate === 'SKIPPED' ? { when: 'input.no' } : {}) };
  const failing = {
    ...noop(id, dependsOn, more),
    type: 'SEND_NOTIFICATION',
    input: { userId: NOBODY, title: 'x' },
  };
  return {
    step: { ...(fate === 'FAILED' ? failing : noop(id, dependsOn, more)), dependsOn },
    fate,
  };
}

const graphs = fc
  .array(
    fc.record({
      dependencies: fc.array(fc.nat(), { maxLength: 3 }),
      fate: fc.oneof(
        { weight: 5, arbitrary: fc.constant<Fate>('COMPLETED') },
        fc.constant<Fate>('FAILED'),
        fc.constant<Fate>('SKIPPED'),
      ),
      alone: fc.boolean(),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((all) =>
    all.map(({ dependencies, ...more }, index) =>
      drawnStep(
        `s${index}`,
        index === 0 ? [] : [...new Set(dependencies.map((one) => `s${one % index}`))],
        more,
      ),
    ),
  );

/** What must come of each step. */
function expected(graph: Drawn[]): Map<string, Fate> {
  const fates = new Map<string, Fate>();
  const blocked = new Set<string>();
  for (const { step, fate } of graph) {
    const isBlocked = step.dependsOn.some((id) => fates.get(id) === 'FAILED' || blocked.has(id));
    if (isBlocked) blocked.add(step.id);
    fates.set(step.id, isBlocked ? 'SKIPPED' : fate);
  }
  return fates;
}

/** Whether two steps ran at the same time; what took no time did not. */
function overlap(one: any, other: any): boolean {
  return (
    one.startedAt !== null &&
    other.startedAt !== null &&
    one.startedAt < other.finishedAt &&
    other.startedAt < one.finishedAt
  );
}

async function check(server: TestServer, graph: Drawn[], maxParallel: number): Promise<void> {
  const user = server.north.owner;
  const key = await saved(
    user,
    crypto.randomUUID(),
    graph.map(({ step }) => step),
  );
  const state = await run(user, key);
  const fates = expected(graph);
  const steps = stepsOf(state);
  expect(Object.fromEntries(state.steps.map((one: any) => [one.stepId, one.status]))).toEqual(
    Object.fromEntries(fates),
  );
  expect(state.status).toBe([...fates.values()].includes('FAILED') ? 'FAILED' : 'COMPLETED');
  const done = [...fates.values()].filter((fate) => fate !== 'FAILED').length;
  expect(state.progress).toBe(Math.floor((done * 100) / graph.length));
  for (const { step } of graph) {
    const own = steps[step.id];
    if (own.startedAt === null) expect(own).toMatchObject({ status: 'SKIPPED', attempts: 0 });
    else expect(own.attempts).toBe(1);
    for (const id of step.dependsOn)
      if (own.startedAt !== null) expect(steps[id].finishedAt <= own.startedAt).toBe(true);
    const beside = state.steps
      .filter((other: any) => other.stepId !== step.id && overlap(own, other))
      .map((other: any) => other.stepId);
    if (step.parallel === false || maxParallel === 1) expect(beside).toEqual([]);
  }
  for (const one of state.steps) {
    const atOnce = state.steps.filter(
      (other: any) =>
        other.startedAt !== null &&
        other.startedAt <= one.startedAt &&
        one.startedAt < other.finishedAt,
    );
    expect(atOnce.length).toBeLessThanOrEqual(maxParallel);
  }
}

describe('random graphs', () => {
  test('run each step once, in a permitted order, at most so many at once', async () => {
    for (let round = 0; round < 2 * TIMES; round += 1)
      await Promise.all(fc.sample(graphs, 10).map((graph) => check(parallel, graph, 3)));
  });

  test('run one step after the other where parallel execution is off', async () => {
    for (let round = 0; round < TIMES; round += 1)
      await Promise.all(fc.sample(graphs, 10).map((graph) => check(oneByOne, graph, 1)));
  });
});
