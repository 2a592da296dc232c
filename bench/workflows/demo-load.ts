/**
 * The teams of the demo data at work, sixty times as fast as they are: minutes are seconds, for the
 * limits and the caches too. All take calls about what breaks in the houses, 12 a minute together,
 * and each starts the workflow of it; now and then a client is new. A call begins with a look at
 * the workflow, as the page does that starts it.
 */
import type { DemoBench } from '../demo.ts';
import type { Sheaf } from '../sheaf.ts';
import { startSheaf, tokenOf } from '../sheaf.ts';
import { startAi, untilCompleted } from './setup.ts';

export interface DemoFindings {
  starts: number;
  definitionHits: number;
  aiHits: number;
  rejections: number;
}

const SPEED = 60;
const STARTS_A_SECOND = 12;
/** A new client for so many calls. */
const CALLS_OF_A_CLIENT = 9;
const AI_MS = 20;
const HOUR_MS = 3_600_000;
const MINUTES_5_MS = 300_000;

const LOOK = 'query ($key: String!) { workflow(key: $key) { name steps { id } } }';
const START =
  'mutation ($input: StartWorkflowInput!) { startWorkflow(input: $input) { execution { id } userErrors { message } } }';
const STATISTICS =
  '{ system { caches { name hits misses } rateLimits { name allowed rejected } } }';

interface Statistics {
  system: {
    caches: { name: string; hits: number; misses: number }[];
    rateLimits: { name: string; allowed: number; rejected: number }[];
  };
}

export async function measureDemoLoad(bench: DemoBench): Promise<DemoFindings> {
  const ai = await startAi(AI_MS);
  const settings = {
    AI_API_URL: ai.url,
    WORKFLOW_CACHE_TTL_MS: String(HOUR_MS / SPEED),
    AI_RESPONSE_CACHE_TTL_MS: String(MINUTES_5_MS / SPEED),
    WORKFLOW_RATE_LIMIT_WINDOW_SECONDS: '1',
  };
  const server = await startSheaf({ ...bench, role: 'start', settings });
  try {
    const calls = await callsOf(bench, bench.quick ? 180 : 480);
    const ids: string[] = [];
    let started = performance.now();
    for (const [index, call] of calls.entries()) {
      const id = await take(server, call);
      if (id !== null && call.key !== 'new-client') ids.push(id);
      if (index === 0) started = performance.now();
      await new Promise((resolve) =>
        setTimeout(
          resolve,
          Math.max(0, started + ((index + 1) * 1_000) / STARTS_A_SECOND - performance.now()),
        ),
      );
    }
    await untilCompleted(bench, ids);
    const { system } = await server.run<Statistics>(STATISTICS);
    const hits = (name: string) => {
      const cache = system.caches.find((one) => one.name === name);
      if (!cache) throw new Error(`Expected a cache ${name}`);
      return cache.hits / (cache.hits + cache.misses);
    };
    const limits = system.rateLimits.filter(({ name }) => name.startsWith('workflow-'));
    const rejected = limits.reduce((sum, one) => sum + one.rejected, 0);
    const allowed = limits.find(({ name }) => name === 'workflow-user')?.allowed ?? Number.NaN;
    return {
      starts: calls.length,
      definitionHits: hits('workflows'),
      aiHits: hits('ai'),
      rejections: rejected / (allowed + rejected),
    };
  } finally {
    await server.server.stop();
    await ai.stop();
  }
}

interface Call {
  token: string;
  key: string;
  input: object;
}

/** The demo's own words for what breaks, at its own assets, taken by its own teams. */
async function callsOf({ client }: DemoBench, count: number): Promise<Call[]> {
  const globalId = (type: string, column: string) =>
    `replace(encode(convert_to('${type}:' || ${column}, 'UTF8'), 'base64'), chr(10), '')`;
  const users = await client.query<{ id: string; tenantId: string }>(
    `select id, "tenantId" from "user" where role <> 'CLIENT' order by md5(id::text)`,
  );
  const requests = await client.query<{ tenantId: string; input: object }>(
    `select r."tenantId", json_build_object('propertyId', ${globalId('Property', 'r."propertyId"')}, 'assetId', ${globalId('Asset', 'r."assetId"')}, 'title', r.title, 'description', r.description) as input
     from maintenance_request r where r."assetId" is not null and r.description = 'Reported by telephone.' order by md5(r.id::text)`,
  );
  const clients = await client.query<{ tenantId: string; input: object }>(
    `select "tenantId", json_build_object('clientId', ${globalId('Client', 'id')}, 'name', name) as input from client order by md5(id::text)`,
  );
  const tokens = new Map(
    await Promise.all(users.rows.map(async ({ id }) => [id, await tokenOf(id)] as const)),
  );
  return Array.from({ length: count }, (_, index) => {
    const user = users.rows[index % users.rows.length];
    const isClient = index % (CALLS_OF_A_CLIENT + 1) === CALLS_OF_A_CLIENT;
    const own = (isClient ? clients : requests).rows.filter(
      ({ tenantId }) => tenantId === user?.tenantId,
    );
    return {
      token: tokens.get(user?.id ?? '') ?? '',
      key: isClient ? 'new-client' : 'maintenance-intake',
      input: own[index % own.length]?.input ?? {},
    };
  });
}

/** Null when the limit refused it. */
async function take({ url }: Sheaf, { token, key, input }: Call): Promise<string | null> {
  const ask = async (query: string, variables: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    return (
      await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    ).json() as Promise<{
      data?: {
        startWorkflow?: { execution: { id: string } | null; userErrors: { message: string }[] };
      };
      errors?: { extensions: { code: string } }[];
    }>;
  };
  await ask(LOOK, { key });
  const { data, errors } = await ask(START, { input: { key, input } });
  if (errors?.[0]?.extensions.code === 'RATE_LIMITED') return null;
  const id = data?.startWorkflow?.execution?.id;
  if (!id)
    throw new Error(`Expected an execution, found ${JSON.stringify(errors ?? data).slice(0, 300)}`);
  return Buffer.from(id, 'base64').toString('utf8').split(':')[1] ?? '';
}
