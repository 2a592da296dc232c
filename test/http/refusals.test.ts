/** What the server refuses over HTTP, what of itself it hides, and what it says about a request. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, get, send } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer({ settings: { REQUEST_TIMEOUT_MS: '400' } });
  token = server.north.owner.token;
});
afterAll(() => server.stop());

const ask = (query: string, variables?: object) =>
  send(server.url, { token, body: { query, variables } });
const repeated = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** Runs `work` against a server with other settings, on the same database. */
async function withSettings(
  settings: Record<string, string>,
  work: (other: TestServer) => Promise<void>,
): Promise<void> {
  const other = await startTestServer({ settings, shareWith: server });
  try {
    await work(other);
  } finally {
    await other.stop();
  }
}

describe('a query that is too complex is refused', () => {
  test.each([
    ['tokens', `{ ${repeated(2_000, () => '__typename')} }`],
    [
      'depth',
      `{ workPackages { nodes { contact { ${'workPackages { nodes { contact { '.repeat(4)} id ${'} } }'.repeat(4)} } } } }`,
    ],
    ['aliases on a level', `{ viewer { ${repeated(31, (index) => `a${index}: role`)} } }`],
    ['directives', `{ ${repeated(51, () => '__typename @skip(if: false)')} }`],
    ['root fields', `{ ${repeated(21, (index) => `a${index}: viewer { role }`)} }`],
    ['cost', '{ workPackages(first: 500) { nodes { phases { items { id } } } } }'],
  ])('by its %s', async (_what, query) => {
    const { errors, data } = (await ask(query)).body;
    expect(data).toBeUndefined();
    for (const error of errors)
      expect(error).toMatchObject({
        message: expect.stringMatching(/over the limit of \d+/),
        extensions: { code: 'QUERY_TOO_COMPLEX' },
      });
  });

  test('by a cost that only its variables show', async () => {
    const query =
      'query ($first: Int) { workPackages(first: $first) { nodes { phases { items { id } } } } }';
    expect((await ask(query, { first: 2 })).body.errors).toBeUndefined();
    expectError(await ask(query, { first: 500 }), 200, 'QUERY_TOO_COMPLEX');
  });

  test('without a token before it is looked at', async () => {
    expectError(
      await send(server.url, { body: { query: `{ ${repeated(1_000, () => '__typename')} }` } }),
      401,
      'UNAUTHENTICATED',
    );
  });
});

describe('variables', () => {
  test.each([
    ['of a wrong type', { input: { name: 1 } }],
    ['with an unknown field', { input: { naem: 'x' } }],
    ['that lack a required one', {}],
  ])('%s are BAD_USER_INPUT', async (_what, variables) => {
    expectError(
      await ask(
        'mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { userErrors { code } } }',
        variables,
      ),
      200,
      'BAD_USER_INPUT',
    );
  });

  test('that are null where an input field has a default are BAD_USER_INPUT', async () => {
    const query =
      'query ($direction: OrderDirection) { workPackages(orderBy: { field: TITLE, direction: $direction }) { nodes { id } } }';
    for (let run = 0; run < 3; run += 1) {
      const answer = await ask(query, { direction: null });
      expect(answer.body.errors.map((error: any) => error.extensions.code)).toEqual([
        'BAD_USER_INPUT',
      ]);
    }
    expect((await ask(query)).body.errors).toBeUndefined();
  });
});

describe('a request that takes too long', () => {
  test('is answered with TIMEOUT, and the server goes on', async () => {
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    try {
      await client.query('begin; lock table work_package in access exclusive mode');
      const answer = await ask('{ __typename workPackages { nodes { id } } }');
      expectError(answer, 200, 'TIMEOUT');
      const speaking = await send(server.url, {
        token,
        headers: { accept: 'application/graphql-response+json' },
        body: { query: '{ workPackages { nodes { id } } }' },
      });
      expectError(speaking, 504, 'TIMEOUT');
      expect((await ask('{ viewer { role } }')).body.data).toEqual({ viewer: { role: 'OWNER' } });
    } finally {
      await client.end();
    }
    expect((await ask('{ workPackages { nodes { id } } }')).body.errors).toBeUndefined();
  });
});

describe('an unexpected error', () => {
  test('tells nothing but an id', async () => {
    const broken = await startTestServer();
    try {
      await broken.app.platform.database.pool.query(
        'alter table work_package drop column "title" cascade',
      );
      const answer = await send(broken.url, {
        token: broken.north.owner.token,
        body: { query: '{ __typename workPackages { nodes { title } } }' },
      });
      const message = expectError(answer, 200, 'INTERNAL_SERVER_ERROR');
      expect(message).toContain(answer.body.errors[0].extensions.id);
      expect(Object.keys(answer.body.errors[0].extensions).sort()).toEqual(['code', 'id']);
      expect(answer.text).not.toMatch(
        /select |column "|relation|work_package|\.ts|node_modules|prisma|42703/i,
      );
    } finally {
      await broken.stop();
    }
  });

  test('while signing in is masked as well', async () => {
    const broken = await startTestServer();
    try {
      await broken.app.platform.database.pool.query(
        'alter table "user" drop column "active" cascade',
      );
      const answer = await send(broken.url, {
        token: broken.north.owner.token,
        body: { query: '{ viewer { role } }' },
      });
      expectError(answer, 500, 'INTERNAL_SERVER_ERROR');
      expect(answer.text).not.toMatch(/select|column|relation|active|\.ts|node_modules|prisma/i);
    } finally {
      await broken.stop();
    }
  });
});

describe('in production', () => {
  test('there is no introspection, no hint at names, and no GraphiQL', async () => {
    await withSettings(
      { NODE_ENV: 'production', WHATSAPP_API_URL: 'https://whatsapp.invalid/v24.0' },
      async (production) => {
        const sent = (query: string, variables?: object) =>
          send(production.url, { token, body: { query, variables } });
        expectError(
          await sent('{ __schema { queryType { name } } }'),
          200,
          'GRAPHQL_VALIDATION_FAILED',
        );
        expectError(
          await sent('{ __type(name: "User") { name } }'),
          200,
          'GRAPHQL_VALIDATION_FAILED',
        );
        expect((await sent('{ viewer { __typename } }')).body).toEqual({
          data: { viewer: { __typename: 'Viewer' } },
        });
        expect((await sent('{ viewerr { role } }')).text).not.toContain('Did you mean');
        expect((await sent('{ users(fist: 1) { nodes { id } } }')).text).not.toContain(
          'Did you mean',
        );
        expect(
          (
            await sent('query ($f: UserFilter) { users(filter: $f) { nodes { id } } }', {
              f: { role: ['OWNR'] },
            })
          ).text,
        ).not.toContain('Did you mean');
        expect(
          (
            await sent('query ($f: UserFilter) { users(filter: $f) { nodes { id } } }', {
              f: { serch: 'x' },
            })
          ).text,
        ).not.toContain('Did you mean');
        expectError(
          await send(production.url, { body: { query: '{ __schema { queryType { name } } }' } }),
          401,
          'UNAUTHENTICATED',
        );
        const page = await send(production.url, {
          method: 'GET',
          headers: { accept: 'text/html' },
        });
        expect([page.status, page.text.includes('<html')]).toEqual([406, false]);
        expectError(
          await send(production.url, { method: 'GET', path: '/graphiql/graphiql.js' }),
          404,
          'NOT_FOUND',
        );
      },
    );
  });
});

describe('headers', () => {
  test('GraphiQL may load nothing from elsewhere', async () => {
    const page = await send(server.url, {
      method: 'GET',
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'self'; script-src 'self';/);
    expect(policy).not.toMatch(/unsafe-eval|https?:/);
    expect(page.text).not.toMatch(/https?:\/\//);
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) =>
      String(source),
    );
    expect(sources.filter((path) => path.startsWith('/graphiql/'))).toHaveLength(3);
    for (const path of sources.filter((source) => source !== 'data:,'))
      expect((await send(server.url, { method: 'GET', path })).status).toBe(200);
  });

  test.each(['/graphql', '/healthz', '/nowhere'])(
    '%s has those that protect browsers',
    async (path) => {
      const { headers } = await send(server.url, { method: 'GET', path });
      expect(Object.fromEntries(headers)).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'origin-agent-cluster': '?1',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-dns-prefetch-control': 'off',
        'x-download-options': 'noopen',
        'x-frame-options': 'SAMEORIGIN',
        'x-permitted-cross-domain-policies': 'none',
        'x-xss-protection': '0',
      });
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  test('no other origin may call unless it is listed', async () => {
    const origin = 'https://app.example';
    const preflight = {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    };
    expect(
      (await send(server.url, preflight)).headers.get('access-control-allow-origin'),
    ).toBeNull();
    await withSettings({ CORS_ORIGINS: `${origin}, https://other.example` }, async (open) => {
      const allowed = await send(open.url, preflight);
      expect([
        allowed.status,
        allowed.headers.get('access-control-allow-origin'),
        allowed.headers.get('access-control-allow-headers'),
      ]).toEqual([204, origin, 'authorization,content-type']);
      expect(
        (
          await send(open.url, { headers: { origin }, body: { query: '{ __typename }' } })
        ).headers.get('access-control-allow-origin'),
      ).toBe(origin);
      for (const stranger of [
        'https://evil.example',
        'http://app.example',
        'https://app.example.evil.example',
        'null',
      ]) {
        const answer = await send(open.url, {
          headers: { origin: stranger },
          body: { query: '{ __typename }' },
        });
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        expect(answer.headers.get('vary')).toContain('Origin');
      }
    });
  });

  test('x-request-id is given back, or made', async () => {
    const given = await send(server.url, {
      headers: { 'x-request-id': 'abc-123' },
      body: { query: '{ __typename }' },
    });
    expect(given.headers.get('x-request-id')).toBe('abc-123');
    for (const bad of ['x'.repeat(101), 'a b', '<script>']) {
      const made = await send(server.url, {
        headers: { 'x-request-id': bad },
        body: { query: '{ __typename }' },
      });
      expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(
      (
        await send(server.url, { token: 'bad', headers: { 'x-request-id': 'abc-123' }, body: {} })
      ).headers.get('x-request-id'),
    ).toBe('abc-123');
  });

  test('x-performance: 1 asks for figures, nothing else does', async () => {
    const sent = (headers: Record<string, string>) =>
      send(server.url, { token, headers, body: { query: '{ users { nodes { name } } }' } });
    const { performance } = (await sent({ 'x-performance': '1' })).body.extensions;
    expect(performance).toEqual({
      queryTime: expect.any(Number),
      totalTime: expect.any(Number),
      sqlStatements: 1,
      cacheHit: expect.any(Boolean),
    });
    expect(performance.totalTime).toBeGreaterThanOrEqual(performance.queryTime);
    expect((await sent({})).body.extensions).toBeUndefined();
    expect((await sent({ 'x-performance': '0' })).body.extensions).toBeUndefined();
  });
});

describe('trusted documents', () => {
  const document = 'query Mine { viewer { user { email } } }';
  const hash = createHash('sha256').update(document).digest('hex');
  const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
  const expected = { data: { viewer: { user: { email: 'owner@north.example' } } } };
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sheaf-trusted-'));
    file = join(folder, 'documents.json');
    await writeFile(file, JSON.stringify({ [hash]: document }));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are known without being registered', async () => {
    await withSettings({ TRUSTED_DOCUMENTS: file }, async ({ url }) => {
      expect((await send(url, { token, body: { extensions: persisted(hash) } })).body).toEqual(
        expected,
      );
      expect(
        (await get(url, { extensions: JSON.stringify(persisted(hash)) }, { token })).body,
      ).toEqual(expected);
      expect((await send(url, { token, body: { query: '{ viewer { role } }' } })).body).toEqual({
        data: { viewer: { role: 'OWNER' } },
      });
    });
  });

  test('are the only ones with TRUSTED_DOCUMENTS_ONLY', async () => {
    await withSettings(
      { TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_ONLY: 'true' },
      async ({ url }) => {
        expect((await send(url, { token, body: { extensions: persisted(hash) } })).body).toEqual(
          expected,
        );
        expect((await send(url, { token, body: { query: document } })).body).toEqual(expected);
        const other = '{ viewer { role } }';
        expectError(
          await send(url, { token, body: { query: other } }),
          200,
          'PERSISTED_QUERY_NOT_FOUND',
        );
        const own = persisted(createHash('sha256').update(other).digest('hex'));
        expectError(
          await send(url, { token, body: { query: other, extensions: own } }),
          200,
          'PERSISTED_QUERY_NOT_FOUND',
        );
        expectError(
          await send(url, { token, body: { extensions: own } }),
          200,
          'PERSISTED_QUERY_NOT_FOUND',
        );
      },
    );
  });
});

describe('health', () => {
  test('a process that serves is up and ready, and counts', async () => {
    const path = (name: string) => send(server.url, { method: 'GET', path: name });
    expect((await path('/healthz')).body).toEqual({ status: 'up' });
    expect((await path('/readyz')).body).toEqual({ status: 'ready', failing: [] });
    const metrics = await path('/metrics');
    for (const name of [
      'sheaf_http_request_seconds',
      'sheaf_sql_statements_per_operation',
      'sheaf_sql_seconds',
      'sheaf_cache_hits_total',
      'sheaf_cache_misses_total',
      'sheaf_subscriptions',
    ]) {
      expect(metrics.text).toContain(`# TYPE ${name}`);
    }
  });
});
