/**
 * Syncing with a CRM: the sandbox Pipedrive without its rate limit, in the benchmark's process;
 * Sheaf with its worker in another.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPipedriveSandbox } from '../../src/sandbox/pipedrive.ts';
import type { DemoBench } from '../demo.ts';
import { median } from '../report.ts';
import { type Sheaf, startSheaf } from '../sheaf.ts';

export interface SyncFindings {
  persons: number;
  /** Of all kinds. */
  records: number;
  fullSeconds: number;
  incrementalSeconds: number;
  beforeMb: number;
  peakMb: number;
}

interface SyncState {
  id: string;
  status: string;
  fetched: number;
  created: number;
  updated: number;
  failed: number;
  errorMessage: string | null;
}

const FIELDS = 'id status fetched created updated failed errorMessage';
const CONNECT =
  'mutation ($input: ConnectCrmInput!) { connectCrm(input: $input) { userErrors { message } } }';
const START = `mutation ($input: StartCrmSyncInput!) { startCrmSync(input: $input) { sync { ${FIELDS} } userErrors { message } } }`;
const READ = `query ($id: ID!) { node(id: $id) { ... on CrmSync { ${FIELDS} } } }`;
const ENCRYPTION_KEY = 'b0'.repeat(32);
const POLL_MS = 20;
const INCREMENTALS = 3;

export async function measureSync(bench: DemoBench): Promise<SyncFindings> {
  const persons = bench.quick ? 500 : 10_000;
  const sandbox = await startPipedriveSandbox({ size: persons, rateLimit: null });
  // In production a CRM without https is refused.
  const settings = {
    NODE_ENV: 'development',
    PIPEDRIVE_API_URL: sandbox.url,
    PIPEDRIVE_SYNC_MINUTES: '0',
    ENCRYPTION_KEY,
  };
  const sheaf = await startSheaf({ ...bench, role: 'start', settings });
  try {
    const { connectCrm } = await sheaf.run<{ connectCrm: { userErrors: unknown[] } }>(CONNECT, {
      input: { apiToken: sandbox.token },
    });
    if (connectCrm.userErrors.length > 0)
      throw new Error(`Expected a connection, found ${JSON.stringify(connectCrm.userErrors)}`);
    const before = await sheaf.server.memory();
    const full = await syncOnce(sheaf, true);
    const times: number[] = [];
    for (let index = 0; index < INCREMENTALS; index += 1) {
      const { sync, seconds } = await syncOnce(sheaf, false);
      if (sync.created + sync.updated > 0)
        throw new Error(`Expected nothing to have changed, found ${JSON.stringify(sync)}`);
      times.push(seconds);
    }
    const after = await sheaf.server.memory();
    return {
      persons,
      records: full.sync.fetched,
      fullSeconds: full.seconds,
      incrementalSeconds: median(times),
      beforeMb: before?.nowMb ?? Number.NaN,
      peakMb: after?.peakMb ?? Number.NaN,
    };
  } finally {
    await sheaf.server.stop();
    await sandbox.close();
  }
}

async function syncOnce(
  sheaf: Sheaf,
  full: boolean,
): Promise<{ sync: SyncState; seconds: number }> {
  const startedAt = performance.now();
  const { startCrmSync } = await sheaf.run<{
    startCrmSync: { sync: SyncState | null; userErrors: unknown[] };
  }>(START, { input: { full } });
  if (startCrmSync.sync === null)
    throw new Error(`Expected a sync, found ${JSON.stringify(startCrmSync.userErrors)}`);
  let sync = startCrmSync.sync;
  while (sync.status === 'QUEUED' || sync.status === 'RUNNING') {
    await sleep(POLL_MS);
    sync = (await sheaf.run<{ node: SyncState }>(READ, { id: sync.id })).node;
  }
  if (sync.status !== 'COMPLETED')
    throw new Error(`Expected the sync to be COMPLETED, found ${JSON.stringify(sync)}`);
  return { sync, seconds: (performance.now() - startedAt) / 1_000 };
}
