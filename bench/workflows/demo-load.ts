/**
 * The demo data's teams at work, sixty times as fast as people: minutes are seconds, also for limits
 * and caches. Together they take 12 calls a minute about what is broken in the houses, and start the
 * workflow for each; now and then a client is new. Each call begins with a look at the workflow, as
 * the page does on which it is started.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { DemoBench } from '../demo.ts';
import { tryToStart } from '../mutations.ts';
import { openSession, type Session, type Sheaf, withSheaf } from '../servers/sheaf.ts';
import { type AiEndpoint, withAi } from './ai-endpoint.ts';
import { untilCompleted } from './executions.ts';

export interface DemoFindings {
  starts: number;
  /** Shares of the look-ups that a cache answered. */
  definitionHits: number;
  aiHits: number;
  /** The share of the starts that a rate limit refused. */
  rejections: number;
}

const SPEED = 60;
const STARTS_A_SECOND = 12;
/** One call about a new client for so many others. */
const CALLS_PER_CLIENT = 9;
const AI_MS = 20;
const HOUR_MS = 3_600_000;
const MINUTES_5_MS = 300_000;

const LOOK = 'query ($key: String!) { workflow(key: $key) { name steps { id } } }';
const STATISTICS =
  '{ system { caches { name hits misses } rateLimits { name allowed rejected } } }';

interface Statistics {
  system: {
    caches: { name: string; hits: number; misses: number }[];
    rateLimits: { name: string; allowed: number; rejected: number }[];
  };
}

export async function measureDemoLoad(bench: DemoBench): Promise<DemoFindings> {
  return withAi(AI_MS, (ai) =>
    withSheaf({ ...bench, role: 'start', settings: settingsWith(ai) }, async (sheaf) => {
      const calls = await callsOf(bench, sheaf, bench.quick ? 180 : 480);
      await untilCompleted(bench, await takeAll(calls));
      return { starts: calls.length, ...(await readStatistics(sheaf)) };
    }),
  );
}

function settingsWith(ai: AiEndpoint): Record<string, string> {
  return {
    AI_API_URL: ai.url,
    WORKFLOW_CACHE_TTL_MS: String(HOUR_MS / SPEED),
    AI_RESPONSE_CACHE_TTL_MS: String(MINUTES_5_MS / SPEED),
    WORKFLOW_RATE_LIMIT_WINDOW_SECONDS: '1',
  };
}

interface Call {
  session: Session;
  key: string;
  input: object;
}

/** Returns the uuids of the executions that calls about what is broken have started. */
async function takeAll(calls: readonly Call[]): Promise<string[]> {
  const ids: string[] = [];
  let firstEndedAt = 0;
  for (const [index, call] of calls.entries()) {
    await call.session.run(LOOK, { key: call.key });
    const id = await tryToStart(call.session, call.key, call.input);
    if (id !== null && call.key !== 'new-client') ids.push(id);
    if (index === 0) firstEndedAt = performance.now();
    const nextAt = firstEndedAt + ((index + 1) * 1_000) / STARTS_A_SECOND;
    await sleep(Math.max(0, nextAt - performance.now()));
  }
  return ids;
}

async function readStatistics(session: Session): Promise<Omit<DemoFindings, 'starts'>> {
  const { system } = await session.run<Statistics>(STATISTICS);
  const hits = (name: string) => {
    const cache = system.caches.find((one) => one.name === name);
    if (!cache) throw new Error(`Expected a cache ${name}`);
    return cache.hits / (cache.hits + cache.misses);
  };
  const limits = system.rateLimits.filter(({ name }) => name.startsWith('workflow-'));
  const rejected = limits.reduce((sum, one) => sum + one.rejected, 0);
  const allowed = limits.find(({ name }) => name === 'workflow-user')?.allowed ?? Number.NaN;
  return {
    definitionHits: hits('workflows'),
    aiHits: hits('ai'),
    rejections: rejected / (allowed + rejected),
  };
}

const USERS = `
  select id, "tenantId" from "user" where role <> 'CLIENT' order by md5(id::text)`;
/** What the demo data's own people say about what is broken. */
const REQUESTS = `
  select "tenantId", "propertyId", "assetId", title, description from maintenance_request
  where "assetId" is not null and description = 'Reported by telephone.' order by md5(id::text)`;
const CLIENTS = 'select "tenantId", id, name from client order by md5(id::text)';

interface Rows {
  user: { id: string; tenantId: string };
  request: {
    tenantId: string;
    propertyId: string;
    assetId: string;
    title: string;
    description: string;
  };
  client: { tenantId: string; id: string; name: string };
}

/** Calls in the demo data's own words, about its own houses, taken by its own teams. */
async function callsOf({ client }: DemoBench, { url }: Sheaf, count: number): Promise<Call[]> {
  const { rows: users } = await client.query<Rows['user']>(USERS);
  const { rows: requests } = await client.query<Rows['request']>(REQUESTS);
  const { rows: clients } = await client.query<Rows['client']>(CLIENTS);
  const takers = await Promise.all(
    users.map(async ({ id, tenantId }) => {
      const ofTenant = (row: { tenantId: string }) => row.tenantId === tenantId;
      return {
        session: await openSession(url, id),
        requests: requests.filter(ofTenant).map(requestInput),
        clients: clients.filter(ofTenant).map(clientInput),
      };
    }),
  );
  return Array.from({ length: count }, (_, index) => {
    const taker = takers[index % takers.length];
    if (!taker) throw new Error('Expected the demo data to have users');
    const isClient = index % (CALLS_PER_CLIENT + 1) === CALLS_PER_CLIENT;
    const own = isClient ? taker.clients : taker.requests;
    return {
      session: taker.session,
      key: isClient ? 'new-client' : 'maintenance-intake',
      input: own[index % own.length] ?? {},
    };
  });
}

function requestInput({ propertyId, assetId, title, description }: Rows['request']): object {
  return {
    propertyId: encodeGlobalId('Property', propertyId),
    assetId: encodeGlobalId('Asset', assetId),
    title,
    description,
  };
}

function clientInput({ id, name }: Rows['client']): object {
  return { clientId: encodeGlobalId('Client', id), name };
}
