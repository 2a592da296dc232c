/** Tenants that are connected to a sandbox, and their syncs. */
import {
  type PipedriveSandbox,
  type PipedriveSandboxOptions,
  startPipedriveSandbox,
} from '../../src/sandbox/pipedrive.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';

const ENCRYPTION_KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

const SYNC =
  'id version status full fetched created updated unchanged failed errorMessage startedAt finishedAt failures { externalId message }';

export const CONNECT = `mutation ($input: ConnectCrmInput!) {
  connectCrm(input: $input) { connection { provider apiUrl connectedBy { email } connectedAt lastCompletedSync { id } } userErrors { code field message } }
}`;
const START = `mutation ($input: StartCrmSyncInput!) { startCrmSync(input: $input) { sync { ${SYNC} } userErrors { code field message } } }`;

export interface ConnectedServer {
  server: TestServer;
  sandbox: PipedriveSandbox;
  stop: () => Promise<void>;
}

/** A server whose PIPEDRIVE_API_URL is a sandbox of its own. Nothing is synced unless asked for. */
export async function startConnected(
  options: PipedriveSandboxOptions = {},
  { worker = true } = {},
): Promise<ConnectedServer> {
  const sandbox = await startPipedriveSandbox({ size: 40, rateLimit: null, ...options });
  const settings = settingsFor(sandbox);
  const server = await startTestServer({ worker, settings });
  const stop = async () => {
    await server.stop();
    await sandbox.close();
  };
  return { server, sandbox, stop };
}

/** The settings of a server that syncs with a sandbox. */
export function settingsFor({ url }: PipedriveSandbox): Record<string, string> {
  return { PIPEDRIVE_API_URL: url, ENCRYPTION_KEY, PIPEDRIVE_SYNC_MINUTES: '0' };
}

export async function connect(
  user: TestUser,
  input: { apiToken: string; apiUrl?: string },
): Promise<any> {
  return (await user.run(CONNECT, { input })).data.connectCrm;
}

/** Starts a sync; fails where that is refused. */
export async function start(user: TestUser, full = false): Promise<any> {
  const { data } = await user.run(START, { input: { full } });
  if (data.startCrmSync.userErrors.length > 0)
    throw new Error(JSON.stringify(data.startCrmSync.userErrors));
  return data.startCrmSync.sync;
}

export async function readSync(user: TestUser, id: string): Promise<any> {
  return (
    await user.run(`query ($id: ID!) { node(id: $id) { ... on CrmSync { ${SYNC} } } }`, { id })
  ).data.node;
}

/** Waits for the end of a sync. */
export async function ended(user: TestUser, id: string): Promise<any> {
  return eventually('the sync ends', async () => {
    const sync = await readSync(user, id);
    return ['COMPLETED', 'FAILED'].includes(sync.status) ? sync : null;
  });
}

/** Runs a sync to its end. */
export async function sync(user: TestUser, full = false): Promise<any> {
  return ended(user, (await start(user, full)).id);
}
