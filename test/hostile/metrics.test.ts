/** Who gets to see the metrics, which tell of all tenants at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectError, send } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const PRODUCTION = { NODE_ENV: 'production', WHATSAPP_API_URL: 'https://whatsapp.invalid/v24.0' };
const TOKEN = 'a token of the monitoring';
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

async function withSettings(
  settings: Record<string, string>,
  work: (other: TestServer) => Promise<void>,
): Promise<void> {
  const other = await startTestServer({ worker: false, settings, shareWith: server });
  try {
    await work(other);
  } finally {
    await other.stop();
  }
}

const metricsOf = ({ url }: { url: string }, token?: string) =>
  send(url, { method: 'GET', path: '/metrics', token });

test('in production nobody does where no setting says who', async () => {
  await withSettings(PRODUCTION, async (production) => {
    expectError(await metricsOf(production), 404, 'NOT_FOUND');
    expectError(await metricsOf(production, server.north.owner.token), 404, 'NOT_FOUND');
  });
});

test('with METRICS_TOKEN those who know it', async () => {
  await withSettings({ ...PRODUCTION, METRICS_TOKEN: TOKEN }, async (production) => {
    expect((await metricsOf(production, TOKEN)).text).toContain(
      '# TYPE sheaf_http_request_seconds',
    );
    for (const token of [undefined, 'bad', `${TOKEN}!`, TOKEN.slice(1), server.north.owner.token])
      expectError(await metricsOf(production, token), 401, 'UNAUTHENTICATED');
  });
});

test('with METRICS_PORT those who reach that port, where nothing else is', async () => {
  await withSettings({ ...PRODUCTION, METRICS_PORT: '0' }, async (production) => {
    expectError(await metricsOf(production), 404, 'NOT_FOUND');
    const url = production.app.metricsUrl?.replace('/metrics', '') ?? '';
    expect((await metricsOf({ url })).text).toContain('# TYPE sheaf_http_request_seconds');
    for (const path of ['/graphql', '/healthz', '/'])
      expectError(await send(url, { path, body: {} }), 404, 'NOT_FOUND');
  });
  await withSettings(
    { ...PRODUCTION, METRICS_PORT: '0', METRICS_TOKEN: TOKEN },
    async ({ app }) => {
      const url = app.metricsUrl?.replace('/metrics', '') ?? '';
      expectError(await metricsOf({ url }), 401, 'UNAUTHENTICATED');
      expect((await metricsOf({ url }, TOKEN)).status).toBe(200);
    },
  );
});

test('in development everybody who reaches the server', async () => {
  expect((await metricsOf(server)).status).toBe(200);
});
