/**
 * Syncing with a CRM: the sandbox Pipedrive without its rate limit, in the benchmark's process;
 * Sheaf with its worker in another.
 */
import { startPipedriveSandbox } from '../../src/sandbox/pipedrive.ts';
import type { DemoBench } from '../demo.ts';
import { mutate } from '../mutations.ts';
import { type Session, type Sheaf, withSheaf } from '../servers/sheaf.ts';
import { median } from '../statistics.ts';
import { timed, until } from '../timing.ts';

export interface SyncFindings {
  persons: number;
  /** Of all kinds. */
  records: number;
  fullSeconds: number;
  incrementalSeconds: number;
  /** Resident memory of the process before the syncs, and at its peak. */
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
const READ = `query ($id: ID!) { node(id: $id) { ... on CrmSync { ${FIELDS} } } }`;
const ENCRYPTION_KEY = 'b0'.repeat(32);
const POLL_MS = 20;
const INCREMENTALS = 3;

export async function measureSync(bench: DemoBench): Promise<SyncFindings> {
  const persons = bench.quick ? 500 : 10_000;
  const sandbox = await startPipedriveSandbox({ size: persons, rateLimit: null });
  // In production Sheaf refuses a CRM without https.
  const settings = {
    NODE_ENV: 'development',
    PIPEDRIVE_API_URL: sandbox.url,
    PIPEDRIVE_SYNC_MINUTES: '0',
    ENCRYPTION_KEY,
  };
  try {
    return await withSheaf({ ...bench, role: 'start', settings }, async (sheaf) => ({
      persons,
      ...(await syncAll(sheaf, sandbox.token)),
    }));
  } finally {
    await sandbox.close();
  }
}

async function syncAll(sheaf: Sheaf, apiToken: string): Promise<Omit<SyncFindings, 'persons'>> {
  await mutate(sheaf, { field: 'connectCrm' }, { apiToken });
  const before = await sheaf.server.memory();
  const full = await timed(() => sync(sheaf, true));
  const incrementals: number[] = [];
  for (let index = 0; index < INCREMENTALS; index += 1) {
    const { result, ms } = await timed(() => sync(sheaf, false));
    if (result.created + result.updated > 0)
      throw new Error(`Expected nothing to have changed, found ${JSON.stringify(result)}`);
    incrementals.push(ms);
  }
  const after = await sheaf.server.memory();
  return {
    records: full.result.fetched,
    fullSeconds: full.ms / 1_000,
    incrementalSeconds: median(incrementals) / 1_000,
    beforeMb: before?.nowMb ?? Number.NaN,
    peakMb: after?.peakMb ?? Number.NaN,
  };
}

/** Resolves once the sync is COMPLETED; throws when it ended otherwise. */
async function sync(session: Session, full: boolean): Promise<SyncState> {
  const start = { field: 'startCrmSync', select: `sync { ${FIELDS} }` };
  let { sync: state } = await mutate<{ sync: SyncState }>(session, start, { full });
  const isUnderWay = () => state.status === 'QUEUED' || state.status === 'RUNNING';
  const hasEnded = async () => {
    if (isUnderWay()) state = (await session.run<{ node: SyncState }>(READ, { id: state.id })).node;
    return !isUnderWay();
  };
  await until(hasEnded, POLL_MS);
  if (state.status !== 'COMPLETED')
    throw new Error(`Expected the sync to be COMPLETED, found ${JSON.stringify(state)}`);
  return state;
}
