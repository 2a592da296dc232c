/**
 * People in several agencies: which user a request is of, and that nobody gets into an agency by
 * what another one's owner writes.
 */
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { issuePersonToken } from '../../src/tenancy/tokens.ts';
import { expectError, send } from '../support/http.ts';
import { createPackage, openSocket, setActive, tokenFor } from '../support/live.ts';
import {
  post,
  SECRET,
  startTestServer,
  type TestServer,
  type TestTenant,
  type TestUser,
  userFor,
} from '../support/server.ts';

let server: TestServer;
let other: { id: string; name: string };

beforeAll(async () => {
  server = await startTestServer({
    worker: false,
    settings: { CORS_ORIGINS: 'https://app.example' },
  });
  other = await prismaOf(server.app.platform.database).tenant.create({
    data: { id: crypto.randomUUID(), name: 'another', country: 'US' },
  });
});
afterAll(() => server.stop());

const VIEWER =
  '{ viewer { user { email } tenant { name } role memberships { tenant { id name } role } } }';
const tenantId = (tenant: { tenantId: string }) => encodeGlobalId('Tenant', tenant.tenantId);
const ask = (token: string, tenant?: string, query = VIEWER) =>
  post(server.url, { token, query, headers: tenant === undefined ? {} : { 'x-tenant': tenant } });
const codesOf = (answer: { errors?: { extensions: { code: string } }[] }) =>
  answer.errors?.map(({ extensions }) => extensions.code);

function user(
  tenant: TestTenant,
  email: string,
  role: 'OWNER' | 'MEMBER' = 'MEMBER',
): Promise<TestUser> {
  return userFor(server.app, { tenantId: tenant.tenantId, id: crypto.randomUUID(), email, role });
}

function signed(claims: object): Promise<string> {
  return new SignJWT({ exp: Math.floor(Date.now() / 1_000) + 600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
}

/** Somebody with a user in both tenants: a MEMBER of north, an OWNER of south. */
interface Both {
  email: string;
  north: TestUser;
  south: TestUser;
  token: string;
}

async function both(): Promise<Both> {
  const email = `${crypto.randomUUID()}@both.example`;
  const north = await user(server.north, email);
  const south = await user(server.south, email, 'OWNER');
  return {
    email,
    north,
    south,
    token: await issuePersonToken(SECRET, { email, userIds: [north.id, south.id] }, {}),
  };
}

describe('somebody who works for two agencies', () => {
  let given: Both;
  beforeAll(async () => {
    given = await both();
  });

  test('is FORBIDDEN without a tenant, and told the header and what it may hold', async () => {
    const answer = await send(server.url, { token: given.token, body: { query: VIEWER } });
    expect(expectError(answer, 403, 'FORBIDDEN')).toContain('x-tenant');
    expect(answer.body.errors[0].extensions.tenants).toEqual([
      { id: tenantId(server.north), name: 'north', role: 'MEMBER' },
      { id: tenantId(server.south), name: 'south', role: 'OWNER' },
    ]);
  });

  test.each<['north' | 'south', string]>([
    ['north', 'MEMBER'],
    ['south', 'OWNER'],
  ])('is a user of %s there, with the role there', async (name, role) => {
    for (const tenant of [tenantId(server[name]), server[name].tenantId]) {
      const { data } = await ask(given.token, tenant);
      expect(data.viewer).toEqual({
        user: { email: given.email },
        tenant: { name },
        role,
        memberships: [
          { tenant: { id: tenantId(server.north), name: 'north' }, role: 'MEMBER' },
          { tenant: { id: tenantId(server.south), name: 'south' }, role: 'OWNER' },
        ],
      });
    }
    // Rules go by that role: only owners list users.
    expect(
      codesOf(await ask(given.token, tenantId(server[name]), '{ users { totalCount } }')),
    ).toEqual(role === 'OWNER' ? undefined : ['FORBIDDEN']);
  });

  test('costs no statement once it is known', async () => {
    const measured = () =>
      post(server.url, {
        token: given.token,
        query: '{ viewer { role } }',
        headers: { 'x-tenant': tenantId(server.south), 'x-performance': '1' },
      });
    await measured();
    const statements = await userStatements();
    for (let run = 0; run < 5; run += 1)
      expect((await measured()).extensions?.performance?.sqlStatements).toBe(0);
    expect(await userStatements()).toBe(statements);
  });

  test('is told alike of a tenant of others, one that does not exist, and what is no id', async () => {
    const wrong = [
      tenantId({ tenantId: other.id }),
      tenantId({ tenantId: crypto.randomUUID() }),
      other.id,
      'another',
      '',
      '?',
      encodeGlobalId('User', given.north.id),
    ];
    const answers = await Promise.all(
      wrong.map((tenant) =>
        send(server.url, {
          token: given.token,
          headers: { 'x-tenant': tenant },
          body: { query: VIEWER },
        }),
      ),
    );
    for (const answer of answers) expectError(answer, 403, 'FORBIDDEN');
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('with a token of one user reaches that user alone', async () => {
    expect((await ask(given.north.token)).data.viewer).toMatchObject({
      tenant: { name: 'north' },
      memberships: [{ role: 'MEMBER' }],
    });
    expect(codesOf(await ask(given.north.token, tenantId(server.south)))).toEqual(['FORBIDDEN']);
  });
});

/** Statements on the table of users so far, without this one's own. */
async function userStatements(): Promise<number> {
  const { pool } = server.app.platform.database;
  await pool.query('create extension if not exists pg_stat_statements');
  const { rows } = await pool.query(
    `select coalesce(sum(calls), 0)::int as n from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database()) and query ilike '%"user"%' and query not ilike '%pg_stat_statements%'`,
  );
  return rows[0].n;
}

describe('a portal client', () => {
  test('of one tenant sees that membership', async () => {
    expect((await server.north.client.run(VIEWER)).data.viewer.memberships).toEqual([
      { tenant: { id: tenantId(server.north), name: 'north' }, role: 'CLIENT' },
    ]);
  });
});

test.each(['memberships { role }', 'tenant { name }', 'rateLimits { remaining }'])(
  'thirty times %s cost the statements of one',
  async (field) => {
    const { token } = server.north.client;
    const aliased = (count: number) =>
      `{ viewer { ${Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ')} } }`;
    const statements = async (count: number) => {
      const { data, extensions } = await post(server.url, {
        token,
        query: aliased(count),
        headers: { 'x-performance': '1' },
      });
      expect(Object.keys(data.viewer)).toHaveLength(count);
      return extensions?.performance?.sqlStatements;
    };
    await statements(1);
    expect(await statements(30)).toBe(await statements(1));
  },
);

describe('a user whose address is that of staff elsewhere', () => {
  const EMAIL = 'victim@south.example';
  let victim: TestUser;
  let attacker: TestUser;

  beforeAll(async () => {
    victim = await user(server.south, EMAIL, 'OWNER');
    // What an owner of north can do: a user of his with any address and any externalId.
    attacker = await user(server.north, EMAIL);
    await prismaOf(server.app.platform.database).user.update({
      where: { id: attacker.id },
      data: { externalId: victim.id },
    });
  });

  test.each<[string, () => Promise<string>]>([
    ['the plain token of that user', async () => attacker.token],
    [
      'an address that is not said to be verified',
      () => signed({ sub: attacker.id, email: EMAIL }),
    ],
    [
      'an address that is said not to be verified',
      () => signed({ sub: attacker.id, email: EMAIL, email_verified: false }),
    ],
    [
      'a verified flag that is a text',
      () => signed({ sub: attacker.id, email: EMAIL, email_verified: 'true' }),
    ],
    [
      'another verified address',
      () => signed({ sub: attacker.id, email: 'attacker@north.example', email_verified: true }),
    ],
  ])('does not get in with %s', async (_what, token) => {
    for (const tenant of [tenantId(server.south), server.south.tenantId])
      expect(codesOf(await ask(await token(), tenant))).toEqual(['FORBIDDEN']);
    expect((await ask(await token())).data.viewer).toMatchObject({
      tenant: { name: 'north' },
      memberships: [{ tenant: { name: 'north' } }],
    });
  });

  test('and the staff’s own token stays theirs', async () => {
    expect((await ask(victim.token)).data.viewer).toMatchObject({
      tenant: { name: 'south' },
      memberships: [{ tenant: { name: 'south' } }],
    });
  });

  test.each([
    { sub: EMAIL },
    { sub: EMAIL, email: EMAIL },
    { sub: 'x', email: EMAIL, email_verified: 1 },
    { sub: 'x'.repeat(256), email: EMAIL, email_verified: true },
  ])('a token of nobody, %j, is 401', async (claims) => {
    expectError(
      await send(server.url, { token: await signed(claims), body: { query: VIEWER } }),
      401,
      'UNAUTHENTICATED',
    );
  });
});

describe('a membership', () => {
  let given: Both;
  beforeEach(async () => {
    given = await both();
    expect((await ask(given.token, tenantId(server.north))).status).toBe(200);
  });

  test('that an owner makes is there at the next request', async () => {
    const email = `${crypto.randomUUID()}@later.example`;
    const first = await user(server.north, email);
    const token = await issuePersonToken(SECRET, { email, userIds: [first.id] }, {});
    expect((await ask(token)).data.viewer.memberships).toHaveLength(1);
    const input = { name: 'Later', email, role: 'MEMBER' };
    await server.south.owner.run(
      'mutation ($input: CreateUserInput!) { createUser(input: $input) { userErrors { code } } }',
      { input },
    );
    expect((await ask(token, tenantId(server.south))).data.viewer.memberships).toHaveLength(2);
    expect(codesOf(await ask(token))).toEqual(['FORBIDDEN']);
  });

  test('that was made past this process, as by a command, can be named at the next request', async () => {
    const email = `${crypto.randomUUID()}@command.example`;
    const first = await user(server.north, email);
    const token = await issuePersonToken(SECRET, { email, userIds: [first.id] }, {});
    expect((await ask(token)).data.viewer.memberships).toHaveLength(1);
    await user(server.south, email);
    expect((await ask(token, tenantId(server.south))).data.viewer.tenant.name).toBe('south');
  });

  test('that ends is gone at the next request, and the other one needs no header then', async () => {
    await setActive(server.south.owner, given.south, false);
    expect(codesOf(await ask(given.token, tenantId(server.south)))).toEqual(['FORBIDDEN']);
    expect((await ask(given.token)).data.viewer).toMatchObject({
      tenant: { name: 'north' },
      memberships: [{ role: 'MEMBER' }],
    });
    await setActive(server.north.owner, given.north, false);
    expectError(
      await send(server.url, { token: given.token, body: { query: VIEWER } }),
      401,
      'UNAUTHENTICATED',
    );
  });
});

describe('over WebSocket', () => {
  const CHANGED =
    'subscription ($id: ID!) { workPackageChanged(id: $id) { workPackage { title } } }';

  async function subscribed(init: object, { id, headers }: { id: string; headers?: object }) {
    const socket = await openSocket(server.url, init);
    await socket.message((message) => message.type === 'connection_ack');
    socket.send({
      id: '1',
      type: 'subscribe',
      payload: { query: CHANGED, variables: { id }, extensions: headers ? { headers } : undefined },
    });
    const answer = await socket.message((message) => message.id === '1');
    return { socket, answer };
  }
  const titleIn = (answer: any) => answer.payload?.data?.workPackageChanged?.workPackage.title;

  test.each<[string, (token: string, tenant: string) => { init: object; headers?: object }]>([
    [
      'connectionParams.tenant',
      (token, tenant) => ({ init: { Authorization: `Bearer ${token}`, tenant } }),
    ],
    [
      'connectionParams[x-tenant]',
      (token, tenant) => ({ init: { authorization: `Bearer ${token}`, 'X-Tenant': tenant } }),
    ],
    [
      "a subscription's extensions.headers",
      (token, tenant) => ({
        init: {},
        headers: { Authorization: `Bearer ${token}`, 'x-tenant': tenant },
      }),
    ],
  ])('%s chooses the tenant', async (_what, paramsOf) => {
    const { token } = await both();
    for (const name of ['north', 'south'] as const) {
      const [mine, foreign] = [
        await createPackage(server[name].owner, name),
        await createPackage(server[name === 'north' ? 'south' : 'north'].owner, 'foreign'),
      ];
      const { init, headers } = paramsOf(token, tenantId(server[name]));
      const own = await subscribed(init, { id: mine, headers });
      expect(titleIn(own.answer)).toBe(name);
      own.socket.socket.terminate();
      const others = await subscribed(init, { id: foreign, headers });
      expect(titleIn(others.answer)).toBeUndefined();
      others.socket.socket.terminate();
    }
  });

  test('one socket carries subscriptions in both tenants, of the token that it began with', async () => {
    const { token } = await both();
    const id = await createPackage(server.south.owner, 'of south');
    const { socket, answer } = await subscribed(
      { authorization: `Bearer ${token}`, tenant: tenantId(server.north) },
      { id, headers: { 'x-tenant': tenantId(server.south) } },
    );
    expect(titleIn(answer)).toBe('of south');
    socket.socket.terminate();
  });

  test.each<[string, (foreign: string) => object]>([
    ['no tenant', () => ({})],
    ['a foreign one', (foreign) => ({ tenant: foreign })],
  ])('a connection that names %s closes with 4403', async (_what, params) => {
    const { token } = await both();
    const socket = await openSocket(server.url, {
      authorization: `Bearer ${token}`,
      ...params(tenantId({ tenantId: other.id })),
    });
    expect((await socket.closed).code).toBe(4403);
  });

  test('a subscription that names a foreign tenant fails alone', async () => {
    const { token } = await both();
    const id = await createPackage(server.north.owner);
    const { socket, answer } = await subscribed(
      { authorization: `Bearer ${token}`, tenant: tenantId(server.north) },
      { id, headers: { 'x-tenant': tenantId({ tenantId: other.id }) } },
    );
    expect(answer).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    socket.send({ id: '2', type: 'subscribe', payload: { query: CHANGED, variables: { id } } });
    expect(await socket.message((message) => message.id === '2')).toMatchObject({ type: 'next' });
    socket.socket.terminate();
  });

  test('the tenants and tokens of a socket are bounded', async () => {
    const socket = await openSocket(server.url, {});
    await socket.message((message) => message.type === 'connection_ack');
    const id = await createPackage(server.north.owner);
    for (let number = 0; number < 12; number += 1) {
      const headers = {
        authorization: `Bearer ${await tokenFor(server.north.member.id, 600 + number)}`,
      };
      socket.send({
        id: `${number}`,
        type: 'subscribe',
        payload: { query: CHANGED, variables: { id }, extensions: { headers } },
      });
    }
    expect((await socket.closed).code).toBe(1008);
  });

  test('a session ends with its own membership, and with no other', async () => {
    const given = await both();
    const open = (name: 'north' | 'south') =>
      openSocket(server.url, {
        authorization: `Bearer ${given.token}`,
        tenant: tenantId(server[name]),
      });
    const [north, south] = [await open('north'), await open('south')];
    for (const { message } of [north, south])
      await message(({ type }) => type === 'connection_ack');
    await setActive(server.south.owner, given.south, false);
    await south.closed;
    north.send({ type: 'ping' });
    await north.message(({ type }) => type === 'pong');
    expect(north.socket.readyState).toBe(north.socket.OPEN);
    north.socket.terminate();
  });

  test('a session without a tenant goes on when the person gets a second one', async () => {
    const email = `${crypto.randomUUID()}@alone.example`;
    const first = await user(server.north, email);
    const token = await issuePersonToken(SECRET, { email, userIds: [first.id] }, {});
    const socket = await openSocket(server.url, { authorization: `Bearer ${token}` });
    await socket.message((message) => message.type === 'connection_ack');
    const input = { name: 'Second', email, role: 'MEMBER' };
    await server.south.owner.run(
      'mutation ($input: CreateUserInput!) { createUser(input: $input) { userErrors { code } } }',
      { input },
    );
    // A change of the user itself has the session looked at again.
    await setActive(server.north.owner, first, true);
    expect(codesOf(await ask(token))).toEqual(['FORBIDDEN']);
    socket.send({ type: 'ping' });
    await socket.message(({ type }) => type === 'pong');
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);
    socket.socket.terminate();
  });
});

describe('over SSE', () => {
  const stream = (token: string, id: string, tenant?: string) =>
    fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        ...(tenant ? { 'x-tenant': tenant } : {}),
      },
      body: JSON.stringify({
        query: 'subscription ($id: ID!) { workPackageChanged(id: $id) { workPackage { title } } }',
        variables: { id },
      }),
    });

  test('the header chooses the tenant', async () => {
    const given = await both();
    const id = await createPackage(server.south.owner, 'streamed');
    expect((await stream(given.token, id)).status).toBe(403);
    expect((await stream(given.token, id, tenantId({ tenantId: other.id }))).status).toBe(403);
    const response = await stream(given.token, id, tenantId(server.south));
    expect(response.status).toBe(200);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('streamed')) text += (await reader?.read())?.value ?? '';
    // It ends with its membership.
    await setActive(server.south.owner, given.south, false);
    while (!(await reader?.read())?.done);
  });
});

test('browsers of permitted origins may send the header', async () => {
  const headers = {
    origin: 'https://app.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-tenant',
  };
  const answer = await send(server.url, { method: 'OPTIONS', headers });
  expect(answer.headers.get('access-control-allow-headers')?.split(/, */)).toContain('x-tenant');
});
