/** Workers that are killed at random moments: executions end as they would have, only later. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startProcess } from '../support/process.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { ended, noop, saved, started, stepsOf } from './operations.ts';

let server: TestServer;
const workers = new Set<ServerProcess>();

beforeAll(async () => {
  // An API alone: the workers are those that are killed.
  server = await startTestServer({
    worker: false,
    settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' },
  });
  // Long enough for a worker to be killed in the middle of a step's last transaction.
  await server.app.platform.database.pool.query(`
    create function slow_down() returns trigger language plpgsql as $$ begin perform pg_sleep(0.1 + random() * 0.2); return new; end $$;
    create trigger slow_down after insert on notification for each row execute function slow_down()`);
});
afterAll(async () => {
  for (const worker of workers) await worker.end('SIGKILL');
  await server.stop();
});

async function startWorker(): Promise<ServerProcess> {
  const worker = await startProcess(
    server.databaseUrl,
    { WORKFLOW_RETRY_DELAY_MS: '1', WORKFLOW_CONCURRENCY: '4' },
    'worker',
  );
  workers.add(worker);
  return worker;
}

const random = (from: number, to: number) => from + Math.random() * (to - from);

test('each step of each execution takes effect once, in order, however often workers are killed', async () => {
  const user = server.north.owner;
  const tell = (id: string, dependsOn: string[]) => ({
    id,
    type: 'SEND_NOTIFICATION',
    dependsOn,
    input: { role: 'MEMBER', title: '{{ input.number }}', body: id },
  });
  const steps = [
    tell('a', []),
    tell('b1', ['a']),
    tell('b2', ['a']),
    { ...tell('b3', ['a']), parallel: false },
    noop('pause', ['b1'], { input: { seconds: 1 } }),
    noop('skipped', ['b2'], { when: 'input.no' }),
    tell('c', ['b1', 'b2', 'b3', 'pause', 'skipped']),
    tell('d', ['c']),
  ];
  const key = await saved(user, 'killed', steps);
  await Promise.all([startWorker(), startWorker()]);
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, number) => started(user, key, { number: String(number) })),
  );
  const finish = Promise.all(ids.map((id) => ended(user, id)));
  let running = true;
  const kill = async () => {
    for (let kills = 0; kills < 6 && running; kills += 1) {
      await new Promise((resolve) => setTimeout(resolve, random(200, 1_800)));
      const [worker] = [...workers].sort(() => Math.random() - 0.5);
      if (!worker) continue;
      workers.delete(worker);
      await worker.end('SIGKILL');
      await startWorker();
    }
  };
  const stopKilling = () => {
    running = false;
  };
  const [states] = await Promise.all([finish.finally(stopKilling), kill()]);
  for (const state of states) {
    expect(state, JSON.stringify(state.steps)).toMatchObject({
      status: 'COMPLETED',
      progress: 100,
    });
    const byId = stepsOf(state);
    for (const { id, dependsOn = [] } of steps) {
      expect(byId[id].status).toBe(id === 'skipped' ? 'SKIPPED' : 'COMPLETED');
      for (const before of dependsOn)
        expect(byId[before].finishedAt <= byId[id].startedAt).toBe(true);
    }
  }
  const { rows } = await server.app.platform.database.pool.query(
    'select title, body, count(*)::int as count from notification group by 1, 2',
  );
  expect(rows.length).toBe(8 * 6);
  expect(rows.filter(({ count }) => count !== 1)).toEqual([]);
});
