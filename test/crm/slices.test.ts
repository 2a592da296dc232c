/** Syncs share few slots: a long one hands over between two pages. */
import { expect, test } from 'vitest';
import { runCrmSync } from '../../src/crm/run-sync.ts';
import { SYNC_CRM } from '../../src/crm/sync-job.ts';
import { handle } from '../../src/platform/jobs/handler.ts';
import { Workers } from '../../src/platform/jobs/workers.ts';
import { connect, ended, start, startConnected } from './crm.ts';

test('a sync that hands over after each page takes over everything once, in a job for each page', async () => {
  const connected = await startConnected({ size: 120 }, { worker: false });
  const { server, sandbox, stop } = connected;
  const { platform } = server.app;
  const { owner } = server.north;
  await connect(owner, { apiToken: sandbox.token });
  const workers = new Workers(platform);
  await workers.start([handle(SYNC_CRM, { run: (of, job) => runCrmSync(of, job, 0) })], []);
  try {
    const { id } = await start(owner);
    const done = await ended(owner, id);
    const all = ['organizations', 'persons', 'deals', 'activities'].reduce(
      (sum, kind) => sum + sandbox.account.count(kind as 'persons'),
      0,
    );
    expect(done).toMatchObject({ status: 'COMPLETED', fetched: all, created: all, failed: 0 });
    const { rows } = await platform.database.pool.query(
      "select count(*)::int as jobs, count(distinct state)::int as states from pgboss.job where name = 'crm-syncs'",
    );
    const pages = sandbox.requests.filter(({ path }) => path.startsWith('/api/v2/')).length;
    expect(rows[0]).toEqual({ jobs: pages, states: 1 });
  } finally {
    await workers.stop();
    await stop();
  }
});
