/** Who is let in: tokens, keys, and users that are no longer welcome. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { expectError, send } from '../support/http.ts';
import { setActive, tokenFor } from '../support/live.ts';
import { SECRET, startTestServer, type TestServer, userFor } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

const now = () => Math.floor(Date.now() / 1_000);
const VIEWER = { query: '{ viewer { user { email } tenant { name } role } }' };
const key = (secret: string) => new TextEncoder().encode(secret);

function sign(claims: object, { secret = SECRET, alg = 'HS256' } = {}): Promise<string> {
  return new SignJWT({ sub: server.north.owner.id, exp: now() + 600, ...claims })
    .setProtectedHeader({ alg })
    .sign(key(secret));
}

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: server.north.owner.id, exp: now() + 600 })}.`;
}

describe('without a token', () => {
  test.each([
    '{ __typename }',
    '{ __schema { queryType { name } } }',
    '{ ...F } fragment F on Query { __type(name: "User") { name } }',
  ])('%s is answered', async (query) => {
    expect((await send(server.url, { body: { query } })).body.errors).toBeUndefined();
  });

  test.each([
    '{ viewer { role } }',
    '{ __typename viewer { role } }',
    '{ ...F } fragment F on Query { ... on Query { viewer { role } } }',
    '{ nothing }',
    'mutation { updateTenant(input: {}) { userErrors { code } } }',
    'mutation { __typename }  query Other { viewer { role } }',
    'subscription { workPackageChanged(id: "x") { version } }',
  ])('%s is 401', async (query) => {
    expectError(await send(server.url, { body: { query } }), 401, 'UNAUTHENTICATED');
  });
});

describe('a token', () => {
  test.each<[string, () => string | Promise<string>]>([
    ['without signature', unsigned],
    ['of HS512', () => sign({}, { alg: 'HS512', secret: SECRET.repeat(2) })],
    ['of HS384', () => sign({}, { alg: 'HS384', secret: SECRET.repeat(2) })],
    ['of another key', () => sign({}, { secret: `${SECRET}!` })],
    ['that expired', () => sign({ exp: now() - 61 })],
    ['that is not valid yet', () => sign({ nbf: now() + 90 })],
    ['without exp', () => sign({ exp: undefined })],
    ['without sub', () => sign({ sub: undefined })],
    ['of nobody', () => sign({ sub: crypto.randomUUID() })],
    ['whose sub is no uuid', () => sign({ sub: "' or 1=1 --" })],
    ['whose sub is an e-mail', () => sign({ sub: 'owner@north.example' })],
    ['that is garbage', () => 'a.b.c'],
    ['that is empty', () => ''],
  ])('%s is 401', async (_what, make) => {
    const answer = await send(server.url, {
      headers: { authorization: `Bearer ${await make()}` },
      body: VIEWER,
    });
    expectError(answer, 401, 'UNAUTHENTICATED');
    // Not even what needs no token is answered to a bad one.
    expectError(
      await send(server.url, {
        headers: { authorization: `Bearer ${await make()}` },
        body: { query: '{ __typename }' },
      }),
      401,
      'UNAUTHENTICATED',
    );
  });

  test.each(['Bearer', 'Basic b3duZXI6cGFzcw==', 'Token x', 'Bearer a b', 'Bearer ümlaut'])(
    'is not found in the header %s',
    async (authorization) => {
      const latin = Buffer.from(authorization, 'utf8').toString('latin1');
      expectError(
        await send(server.url, { headers: { authorization: latin }, body: VIEWER }),
        401,
        'UNAUTHENTICATED',
      );
    },
  );

  test('that is a minute late, or early, is taken: clocks differ', async () => {
    expect(
      (await send(server.url, { token: await tokenFor(server.north.owner.id, -50), body: VIEWER }))
        .body.errors,
    ).toBeUndefined();
    expect(
      (await send(server.url, { token: await sign({ nbf: now() + 50 }), body: VIEWER })).body
        .errors,
    ).toBeUndefined();
  });

  test('says nothing about role and tenant: the database does', async () => {
    const token = await sign({
      sub: server.north.client.id,
      role: 'OWNER',
      tenantId: server.south.tenantId,
      tenant: 'south',
    });
    expect((await send(server.url, { token, body: VIEWER })).body.data.viewer).toEqual({
      user: { email: 'client@north.example' },
      tenant: { name: 'north' },
      role: 'CLIENT',
    });
  });

  test('is checked for issuer and audience where they are set', async () => {
    const strict = await startTestServer({
      shareWith: server,
      settings: { AUTH_ISSUER: 'https://idp.example', AUTH_AUDIENCE: 'sheaf' },
    });
    try {
      const good = { iss: 'https://idp.example', aud: 'sheaf' };
      expect((await send(strict.url, { token: await sign(good), body: VIEWER })).status).toBe(200);
      for (const bad of [
        {},
        { ...good, iss: 'https://evil.example' },
        { ...good, aud: 'other' },
        { iss: good.iss },
        { aud: good.aud },
      ]) {
        expectError(
          await send(strict.url, { token: await sign(bad), body: VIEWER }),
          401,
          'UNAUTHENTICATED',
        );
      }
    } finally {
      await strict.stop();
    }
  });
});

describe('keys of an identity provider', () => {
  test('sign RS256 and ES256, for the user with that externalId, and nothing else', async () => {
    const [rsa, ec, foreign] = await Promise.all([
      generateKeyPair('RS256'),
      generateKeyPair('ES256'),
      generateKeyPair('RS256'),
    ]);
    const keys = [
      { ...(await exportJWK(rsa.publicKey)), kid: 'rsa' },
      { ...(await exportJWK(ec.publicKey)), kid: 'ec' },
    ];
    const provider = createServer((_request, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys })),
    );
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    await prismaOf(server.app.platform.database).user.update({
      where: { id: server.south.member.id },
      data: { externalId: 'idp|42' },
    });
    const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`;
    const other = await startTestServer({
      shareWith: server,
      settings: { AUTH_SECRET: '', AUTH_JWKS_URL: url },
    });
    const token = (
      alg: string,
      kid: string,
      privateKey: Parameters<SignJWT['sign']>[0],
      sub = 'idp|42',
    ) => new SignJWT({ sub, exp: now() + 600 }).setProtectedHeader({ alg, kid }).sign(privateKey);
    try {
      for (const good of [
        await token('RS256', 'rsa', rsa.privateKey),
        await token('ES256', 'ec', ec.privateKey),
      ]) {
        expect((await send(other.url, { token: good, body: VIEWER })).body.data.viewer).toEqual({
          user: { email: 'member@south.example' },
          tenant: { name: 'south' },
          role: 'MEMBER',
        });
      }
      const confused = await new SignJWT({ sub: 'idp|42', exp: now() + 600 })
        .setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
        .sign(key(JSON.stringify(keys[0])));
      const bad = [
        await token('RS256', 'rsa', foreign.privateKey),
        await token('RS256', 'rsa', rsa.privateKey, 'idp|43'),
        await token('RS256', 'rsa', rsa.privateKey, server.south.member.id),
        await sign({}),
        confused,
      ];
      for (const one of bad)
        expectError(await send(other.url, { token: one, body: VIEWER }), 401, 'UNAUTHENTICATED');
    } finally {
      await other.stop();
      provider.close();
    }
  });
});

describe('a known user', () => {
  test('costs no statement', async () => {
    const user = await userFor(server.app, {
      tenantId: server.north.tenantId,
      id: crypto.randomUUID(),
      email: 'known@north.example',
      role: 'MEMBER',
    });
    const role = () => user.run('{ viewer { role } }', {}, { 'x-performance': '1' });
    const client = server.app.platform.database.pool;
    const statements = async () =>
      (
        await client.query(
          'select sum(calls)::int as n from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database()) and query ilike \'%"user"%\'',
        )
      ).rows[0].n;
    await client.query('create extension if not exists pg_stat_statements');
    await role();
    const before = await statements();
    for (let run = 0; run < 5; run += 1)
      expect((await role()).extensions?.performance?.sqlStatements).toBe(0);
    expect((await statements()) - before).toBeLessThanOrEqual(1); // the counting query names "user" itself
  });

  test('that is deactivated is refused at the next request, and let in again', async () => {
    const user = await userFor(server.app, {
      tenantId: server.north.tenantId,
      id: crypto.randomUUID(),
      email: 'gone@north.example',
      role: 'MEMBER',
    });
    expect((await user.run('{ viewer { role } }')).status).toBe(200);
    expect((await setActive(server.north.owner, user, false)).data.updateUser.userErrors).toEqual(
      [],
    );
    expectError(
      await send(server.url, { token: user.token, body: VIEWER }),
      401,
      'UNAUTHENTICATED',
    );
    await setActive(server.north.owner, user, true);
    expect((await user.run('{ viewer { role } }')).status).toBe(200);
  });

  test('has its new role at the next request', async () => {
    const user = await userFor(server.app, {
      tenantId: server.north.tenantId,
      id: crypto.randomUUID(),
      email: 'rising@north.example',
      role: 'MEMBER',
    });
    expect((await user.run('{ users { totalCount } }')).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    await server.north.owner.run(
      'mutation ($id: ID!) { updateUser(input: { id: $id, role: OWNER }) { userErrors { code } } }',
      {
        id: encodeGlobalId('User', user.id),
      },
    );
    expect((await user.run('{ users { totalCount } }')).errors).toBeUndefined();
  });
});
