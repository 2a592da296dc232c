/**
 * What a tenant may start of workflows is counted in steps: 40 starts of 200 steps are not 40
 * starts of one.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, ended, noop, saved, start, started } from '../workflows/operations.ts';

const BUDGET = 10;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    settings: { WORKFLOW_TENANT_STEPS_PER_MINUTE: String(BUDGET) },
  });
});
afterAll(() => server.stop());

const wide = (steps: number) => Array.from({ length: steps }, (_, n) => noop(`s${n}`));

async function startOf(user: TestUser, key: string) {
  const { data, errors } = await start(user, { key });
  return data?.startWorkflow?.execution ? 'started' : errors?.[0];
}

describe('starts of workflows', () => {
  test('spend as many points of the budget as the workflow has steps, whoever of the tenant starts them', async () => {
    const { north, south } = server;
    const [large, small] = [
      await saved(north.owner, 'large', wide(4)),
      await saved(north.owner, 'small', wide(2)),
    ];
    const used = [await startOf(north.owner, large), await startOf(north.member, large)];
    expect(used).toEqual(['started', 'started']);
    const refused = (await startOf(north.owner, large)) as any;
    expect(refused).toMatchObject({
      extensions: { code: 'RATE_LIMITED', remaining: 2, resetAt: expect.stringMatching(/Z$/) },
    });
    expect(refused.message).toContain('this start needs 4, and 2 are left');
    // What was refused has spent nothing.
    expect(await startOf(north.member, small)).toBe('started');
    expect(await startOf(north.member, small)).toMatchObject({
      extensions: { code: 'RATE_LIMITED', remaining: 0 },
    });
    expect(await startOf(south.member, await saved(south.owner, 'large', wide(4)))).toBe('started');
  });

  test('of more steps than the budget has are possible once in a window', async () => {
    const other = await startTestServer({
      worker: false,
      settings: { WORKFLOW_TENANT_STEPS_PER_MINUTE: '3' },
    });
    try {
      const { member, owner } = other.north;
      const huge = await saved(owner, 'huge', wide(20));
      expect(await startOf(member, huge)).toBe('started');
      expect(await startOf(member, huge)).toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
    } finally {
      await other.stop();
    }
  });

  test('again by resuming a failed execution count too', async () => {
    const { south } = server;
    const failing = noop('fails', [], { input: { seconds: '{{ input.nothing }}' } });
    const behind = Array.from({ length: 4 }, (_, n) => noop(`b${n}`, ['fails']));
    const id = await started(
      south.owner,
      await saved(south.owner, 'failing', [failing, ...behind]),
    );
    expect((await ended(south.owner, id)).status).toBe('FAILED');
    const { errors } = await change(south.owner, 'resumeWorkflowExecution', id);
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect((await ended(south.owner, id)).status).toBe('FAILED');
  });
});
