/** The GraphQL over HTTP protocol: the audit suite of graphql-http, and what it leaves out. */
import { createHash } from 'node:crypto';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, get, type Sending, send } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer();
  token = server.north.owner.token;
});
afterAll(() => server.stop());

const asOwner = (sending: Sending = {}) => send(server.url, { token, ...sending });
const TENANT = '{ viewer { tenant { name } } }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

describe('the audits of GraphQL over HTTP', () => {
  // They ask for __typename only, so most of them hold without a token. Documents that are invalid
  // against the schema are 401 to strangers (an error would tell names of the schema), hence both
  // kinds of caller are audited.
  const audits = serverAudits({
    url: () => `${server.url}/graphql`,
    fetchFn: (input: string, init: RequestInit = {}) =>
      fetch(input, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
      }),
  });

  test.each(audits.map((audit) => [audit.id, audit.name, audit.fn] as const))(
    '%s: %s',
    async (_id, _name, run) => {
      expect(await run()).toMatchObject({ status: 'ok' });
    },
  );

  test('hold for a stranger too, but for documents that are invalid', async () => {
    const anonymous = serverAudits({ url: `${server.url}/graphql` });
    const results = await Promise.all(
      anonymous.map(async (audit) => ({ name: audit.name, result: await audit.fn() })),
    );
    const refused = results.filter(({ result }) => result.status !== 'ok').map(({ name }) => name);
    expect(refused).toEqual([
      // Their document has a variable that it does not use, which is a validation error.
      'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
      'SHOULD use a status code of 400 on variable coercion failure when accepting application/graphql-response+json',
    ]);
  });
});

describe('methods and media types', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s is 405 and names what is allowed',
    async (method) => {
      const answer = await asOwner({
        method,
        headers: { 'content-type': 'application/json' },
        body: method === 'OPTIONS' ? undefined : '{}',
      });
      expectError(answer, 405, 'BAD_REQUEST');
      expect(answer.headers.get('allow')).toBe('GET, POST');
    },
  );

  test('HEAD is 405 too', async () => {
    const answer = await asOwner({ method: 'HEAD' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  test('another method is 405 whatever its body is', async () => {
    expectError(
      await asOwner({ method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'no JSON' }),
      405,
      'BAD_REQUEST',
    );
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/graphql',
    'multipart/form-data; boundary=x',
    'application/json-patch',
  ])('a body of %s is 415', async (type) => {
    expectError(
      await asOwner({ headers: { 'content-type': type }, body: `{"query":"${TENANT}"}` }),
      415,
      'BAD_REQUEST',
    );
  });

  test('an Accept that can not be met is 406', async () => {
    expectError(
      await asOwner({ headers: { accept: 'image/png' }, body: { query: TENANT } }),
      406,
      'BAD_REQUEST',
    );
  });

  test('an unknown path is 404 with a code', async () => {
    expectError(await asOwner({ path: '/nowhere', body: {} }), 404, 'NOT_FOUND');
  });

  test.each([
    ['application/json', 200],
    ['*/*', 200],
    ['application/graphql-response+json', 400],
    ['application/graphql-response+json, application/json;q=0.9', 400],
  ])('a syntax error with Accept: %s is %i', async (accept, status) => {
    expectError(
      await asOwner({ headers: { accept }, body: { query: '{' } }),
      status,
      'GRAPHQL_PARSE_FAILED',
    );
  });

  test('application/graphql-response+json that is less wanted than application/json changes no status', async () => {
    const answer = await asOwner({
      headers: { accept: 'application/json, application/graphql-response+json;q=0.5' },
      body: { query: '{' },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
  });

  test('a partial answer is 200 whatever Accept names', async () => {
    const answer = await asOwner({
      headers: { accept: 'application/graphql-response+json' },
      body: { query: '{ __typename node(id: "?") { id } }' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      data: { __typename: 'Query', node: null },
      errors: [{ extensions: { code: 'BAD_USER_INPUT' }, path: ['node'] }],
    });
  });
});

describe('bodies', () => {
  test.each([
    ['malformed JSON', '{"query": '],
    ['no JSON at all', ''],
    ['JSON after JSON', '{} {}'],
    ['a text', '"{ __typename }"'],
    ['null', 'null'],
    ['a number', '1'],
    ['an empty object', '{}'],
    ['a query that is an object', '{"query": {"kind": "Document"}}'],
    ['a query that is a number', '{"query": 1}'],
    ['variables that are a list', `{"query": "${TENANT}", "variables": [1]}`],
    ['variables that are a text', `{"query": "${TENANT}", "variables": "{}"}`],
    ['extensions that are a list', `{"query": "${TENANT}", "extensions": []}`],
    ['an operationName that is a number', `{"query": "${TENANT}", "operationName": 1}`],
    ['an empty list', '[]'],
    ['a list of texts', '["{ __typename }"]'],
    ['a batch of 51', `[${Array.from({ length: 51 }, () => `{"query": "${TENANT}"}`).join(',')}]`],
    ['65 levels', `{"query": "${TENANT}", "variables": ${'['.repeat(64)}${']'.repeat(64)}}`],
    ['100,000 levels', '['.repeat(100_000)],
    ['a __proto__ key', `{"query": "${TENANT}", "variables": {"__proto__": {"isAdmin": true}}}`],
    [
      'an escaped __proto__ key',
      `{"query": "${TENANT}", "variables": {"\\u005f_proto__": {"isAdmin": true}}}`,
    ],
    [
      'a constructor.prototype key',
      `{"query": "${TENANT}", "variables": {"constructor": {"prototype": {}}}}`,
    ],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0x71, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ])('%s is 400', async (_what, body) => {
    const message = expectError(await asOwner({ body }), 400, 'BAD_REQUEST');
    expect(message).not.toMatch(/node_modules|at \S+:\d+/);
  });

  test.each([
    ['application/json', 200],
    ['application/graphql-response+json, application/json;q=0.9', 400],
  ])('a batch has one error for each of its operations: Accept %s', async (accept, status) => {
    const batch = Array.from({ length: 3 }, () => ({ query: TENANT }));
    const answer = await asOwner({ headers: { accept }, body: batch });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      `${accept.split(',')[0]}; charset=utf-8`,
    ]);
    expect(answer.body).toHaveLength(3);
    for (const body of answer.body)
      expect(body.errors.map((error: any) => error.extensions.code)).toEqual(['BAD_REQUEST']);
  });

  test('64 levels are read', async () => {
    const answer = await asOwner({
      body: `{"query": "${TENANT}", "variables": {"x": ${'['.repeat(62)}${']'.repeat(62)}}}`,
    });
    expect(answer.body).toEqual({ data: { viewer: { tenant: { name: 'north' } } } });
  });

  test.each([
    ['without a token', undefined, 16 * 1_024],
    ['with a token', 'token', 2 * 1_048_576],
  ])('%s a body has a limit', async (_who, who, limit) => {
    const body = (bytes: number) =>
      `{"query":"{ __typename }","variables":{"x":"${'x'.repeat(bytes - 47)}"}}`;
    expect(body(limit)).toHaveLength(limit);
    const sent = who ? { token } : {};
    expect((await send(server.url, { ...sent, body: body(limit) })).body).toEqual({
      data: { __typename: 'Query' },
    });
    expectError(
      await send(server.url, { ...sent, body: body(limit + 1) }),
      413,
      'PAYLOAD_TOO_LARGE',
    );
  });

  test('BODY_LIMIT_BYTES below the limit of strangers limits them too', async () => {
    const small = await startTestServer({
      settings: { BODY_LIMIT_BYTES: '2048' },
      shareWith: server,
    });
    try {
      expectError(
        await send(small.url, {
          body: `{"query":"{ __typename }","variables":{"x":"${'x'.repeat(3_000)}"}}`,
        }),
        413,
        'PAYLOAD_TOO_LARGE',
      );
    } finally {
      await small.stop();
    }
  });
});

describe('queries by GET', () => {
  test('are answered', async () => {
    const answer = await get(
      server.url,
      {
        query: 'query A($n: Int) { users(first: $n) { nodes { email } } } query B { __typename }',
        operationName: 'A',
        variables: '{"n":1}',
      },
      { token },
    );
    expect(answer.body).toEqual({
      data: { users: { nodes: [{ email: 'client@north.example' }] } },
    });
  });

  test('a mutation is 405 and names POST', async () => {
    const answer = await get(
      server.url,
      { query: 'mutation { updateTenant(input: {}) { userErrors { code } } }' },
      { token },
    );
    expectError(answer, 405, 'BAD_REQUEST');
    expect(answer.headers.get('allow')).toBe('POST');
  });

  test.each([
    ['malformed', '{'],
    ['a list', '[]'],
    ['65 levels deep', `{"x":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['with a __proto__ key', '{"__proto__":{"x":1}}'],
  ])('variables that are %s are refused', async (_what, variables) => {
    expectError(await get(server.url, { query: TENANT, variables }, { token }), 400, 'BAD_REQUEST');
  });

  test('a parameter that is given twice is refused', async () => {
    expectError(
      await send(server.url, {
        method: 'GET',
        path: '/graphql?query={__typename}&query={__typename}',
        token,
      }),
      400,
      'BAD_REQUEST',
    );
  });

  test('without a query, or with an empty one, there is nothing to answer', async () => {
    expectError(await get(server.url, {}, { token }), 400, 'BAD_REQUEST');
    expectError(await get(server.url, { query: '' }, { token }), 400, 'BAD_REQUEST');
  });
});

describe('subscriptions', () => {
  test.each(['POST', 'GET'])('by %s name the endpoints that serve them', async (method) => {
    const query = 'subscription { workPackageChanged(id: "x") { version } }';
    const answer =
      method === 'POST'
        ? await asOwner({ body: { query } })
        : await get(server.url, { query }, { token });
    const message = expectError(answer, method === 'POST' ? 200 : 405, 'BAD_REQUEST');
    if (method === 'POST') expect(message).toMatch(/WebSocket.*\/graphql\/stream/);
  });
});

describe('persisted queries', () => {
  const query = '{ viewer { user { email } } }';

  test('a hash that nobody registered is PERSISTED_QUERY_NOT_FOUND', async () => {
    expectError(
      await asOwner({ body: { extensions: persisted(hashOf('{ nobody }')) } }),
      200,
      'PERSISTED_QUERY_NOT_FOUND',
    );
  });

  test('a registered hash answers by POST and GET', async () => {
    const expected = { data: { viewer: { user: { email: 'owner@north.example' } } } };
    expect((await asOwner({ body: { query, extensions: persisted(hashOf(query)) } })).body).toEqual(
      expected,
    );
    expect((await asOwner({ body: { extensions: persisted(hashOf(query)) } })).body).toEqual(
      expected,
    );
    expect(
      (await get(server.url, { extensions: JSON.stringify(persisted(hashOf(query))) }, { token }))
        .body,
    ).toEqual(expected);
  });

  test('a wrong hash is refused and registers nothing', async () => {
    const other = '{ viewer { role } }';
    expectError(
      await asOwner({ body: { query: other, extensions: persisted(hashOf('something else')) } }),
      400,
      'BAD_REQUEST',
    );
    expectError(
      await asOwner({ body: { extensions: persisted(hashOf('something else')) } }),
      200,
      'PERSISTED_QUERY_NOT_FOUND',
    );
  });

  test.each([1, null, {}, ['a'], ''])('a hash that is %j is refused', async (sha256Hash) => {
    const answer = await asOwner({
      body: { extensions: { persistedQuery: { version: 1, sha256Hash } } },
    });
    expect(['BAD_REQUEST', 'PERSISTED_QUERY_NOT_FOUND']).toContain(
      answer.body.errors[0].extensions.code,
    );
    expect(answer.status).toBeLessThan(500);
  });

  test('a hash is no way in for strangers', async () => {
    await asOwner({ body: { query, extensions: persisted(hashOf(query)) } });
    expectError(
      await send(server.url, { body: { extensions: persisted(hashOf(query)) } }),
      401,
      'UNAUTHENTICATED',
    );
    expectError(
      await get(server.url, { extensions: JSON.stringify(persisted(hashOf(query))) }),
      401,
      'UNAUTHENTICATED',
    );
  });
});

describe('which operation runs', () => {
  test('a document of several needs a name', async () => {
    const query = 'query A { __typename } query B { viewer { role } }';
    expectError(await asOwner({ body: { query } }), 200, 'BAD_REQUEST');
    expectError(await asOwner({ body: { query, operationName: 'C' } }), 200, 'BAD_REQUEST');
    expect((await asOwner({ body: { query, operationName: 'B' } })).body).toEqual({
      data: { viewer: { role: 'OWNER' } },
    });
  });

  test('a syntax error is one whether an operation is named or not', async () => {
    expectError(
      await asOwner({ body: { query: 'query A {', operationName: 'A' } }),
      200,
      'GRAPHQL_PARSE_FAILED',
    );
    expectError(
      await get(server.url, { query: 'query A {', operationName: 'A' }, { token }),
      200,
      'GRAPHQL_PARSE_FAILED',
    );
    expectError(
      await asOwner({ body: { query: 'query A { nothing }', operationName: 'A' } }),
      200,
      'GRAPHQL_VALIDATION_FAILED',
    );
  });
});
