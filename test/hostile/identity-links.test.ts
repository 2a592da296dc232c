/**
 * Whose users a subject of the identity provider gets: by its externalId, or by an address that its
 * token has as verified.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { expectError, send } from '../support/http.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { openSocket } from '../support/live.ts';
import {
  post,
  startTestServer,
  type TestServer,
  type TestTenant,
  userFor,
} from '../support/server.ts';

let provider: IdentityProvider;
/** Its users come from the other server's tokens, which AUTH_SECRET signs. */
let local: TestServer;
let server: TestServer;

beforeAll(async () => {
  provider = await startIdentityProvider();
  local = await startTestServer({ worker: false });
  server = await startTestServer({
    worker: false,
    shareWith: local,
    settings: { AUTH_SECRET: '', AUTH_JWKS_URL: provider.url },
  });
});
afterAll(async () => {
  await server.stop();
  await local.stop();
  await provider.stop();
});

const VIEWER = '{ viewer { tenant { name } memberships { tenant { name } role } } }';
const tenantId = (tenant: TestTenant) => encodeGlobalId('Tenant', tenant.tenantId);
const unique = (name: string) => `${name}-${crypto.randomUUID()}`;
const ask = (token: string, tenant?: string) =>
  post(server.url, {
    token,
    query: VIEWER,
    headers: tenant === undefined ? {} : { 'x-tenant': tenant },
  });
const namesIn = (answer: { data?: any }) =>
  answer.data?.viewer.memberships.map(({ tenant }: any) => tenant.name) ?? answer;
const codesOf = (answer: { errors?: { extensions: { code: string } }[] }) =>
  answer.errors?.map(({ extensions }) => extensions.code);

async function user(
  tenant: TestTenant,
  email: string,
  externalId: string | null = null,
): Promise<string> {
  const { id } = await userFor(local.app, {
    tenantId: tenant.tenantId,
    id: crypto.randomUUID(),
    email,
    role: 'MEMBER',
  });
  if (externalId !== null)
    await prismaOf(local.app.platform.database).user.update({
      where: { id },
      data: { externalId },
    });
  return id;
}

async function externalIdOf(id: string): Promise<string | null> {
  return (await prismaOf(local.app.platform.database).user.findUniqueOrThrow({ where: { id } }))
    .externalId;
}

async function expect401(token: string): Promise<void> {
  expectError(await send(server.url, { token, body: { query: VIEWER } }), 401, 'UNAUTHENTICATED');
}

describe('an externalId', () => {
  test('that two tenants gave to one subject opens both, and nothing else', async () => {
    const [sub, email] = [unique('sub'), `${unique('x')}@x.example`];
    await user(local.north, email, sub);
    await user(local.south, `${unique('y')}@y.example`, sub);
    const token = await provider.token({ sub });
    expect(codesOf(await ask(token))).toEqual(['FORBIDDEN']);
    expect(namesIn(await ask(token, tenantId(local.north)))).toEqual(['north', 'south']);
    expect((await ask(token, tenantId(local.south))).data.viewer.tenant.name).toBe('south');
  });

  test('that an owner gives to his own subject, beside the address of staff elsewhere, opens his tenant alone', async () => {
    const email = `${unique('victim')}@south.example`;
    const victim = await user(local.south, email);
    const sub = unique('attacker');
    await user(local.north, email, sub);
    const token = await provider.token({ sub, email, email_verified: false });
    expect(namesIn(await ask(token))).toEqual(['north']);
    expect(codesOf(await ask(token, tenantId(local.south)))).toEqual(['FORBIDDEN']);
    expect(await externalIdOf(victim)).toBeNull();
  });
});

describe('a user that was made for an address', () => {
  test('is linked at the first sign-in with that address verified, in every tenant, and stays so', async () => {
    const [sub, email] = [unique('sub'), `${unique('ann')}@x.example`];
    const ids = [await user(local.north, email), await user(local.south, email)];
    const token = await provider.token({ sub, email: email.toUpperCase(), email_verified: true });
    expect(namesIn(await ask(token, tenantId(local.north)))).toEqual(['north', 'south']);
    expect(await Promise.all(ids.map(externalIdOf))).toEqual([sub, sub]);
    // From then on the subject alone is enough, and the address is nobody else's.
    expect(namesIn(await ask(await provider.token({ sub }), tenantId(local.south)))).toEqual([
      'north',
      'south',
    ]);
    await expect401(await provider.token({ sub: unique('late'), email, email_verified: true }));
  });

  test.each<[string, (email: string) => object]>([
    ['not verified', (email) => ({ email })],
    ['said not to be', (email) => ({ email, email_verified: false })],
    ['said to be by a text', (email) => ({ email, email_verified: 'true' })],
    ['said to be by a number', (email) => ({ email, email_verified: 1 })],
    ['a list', (email) => ({ email: [email], email_verified: true })],
    ['another', () => ({ email: 'else@x.example', email_verified: true })],
    ['absent', () => ({ email_verified: true })],
  ])('is not where the address is %s', async (_what, claims) => {
    const email = `${unique('ben')}@x.example`;
    const id = await user(local.north, email);
    await expect401(await provider.token({ sub: unique('sub'), ...claims(email) }));
    // Nor is its id a subject.
    await expect401(await provider.token({ sub: id }));
    expect(await externalIdOf(id)).toBeNull();
  });

  test.each<[string, (rest: string) => string]>([
    ['has the Kelvin sign for its k', (rest) => `\u212A${rest}`],
    ['has a NUL before it', (rest) => `\u0000k${rest}`],
    ['has a line break after it', (rest) => `k${rest}\n`],
    ['has a lone surrogate', (rest) => `k\uD800${rest}`],
  ])('is not where the verified address %s', async (_what, addressOf) => {
    const rest = `${unique('ate')}@x.example`;
    const id = await user(local.north, `k${rest}`);
    await expect401(
      await provider.token({ sub: unique('sub'), email: addressOf(rest), email_verified: true }),
    );
    expect(await externalIdOf(id)).toBeNull();
    await user(local.south, `${unique('gil')}@x.example`, `sub of ${rest}`);
    // Such an address does no harm to a person who is known by the subject.
    expect(
      namesIn(
        await ask(
          await provider.token({
            sub: `sub of ${rest}`,
            email: addressOf(rest),
            email_verified: true,
          }),
        ),
      ),
    ).toEqual(['south']);
  });

  test('is not while it is inactive, nor where another user of the tenant has the subject', async () => {
    const [sub, email] = [unique('sub'), `${unique('cat')}@x.example`];
    const inactive = await user(local.north, email);
    await prismaOf(local.app.platform.database).user.update({
      where: { id: inactive },
      data: { active: false },
    });
    await user(local.south, `${unique('own')}@x.example`, sub);
    const second = await user(local.south, email);
    expect(namesIn(await ask(await provider.token({ sub, email, email_verified: true })))).toEqual([
      'south',
    ]);
    expect([await externalIdOf(inactive), await externalIdOf(second)]).toEqual([null, null]);
  });

  test('is linked to one of many subjects that sign in at once, whole in every tenant', async () => {
    for (let round = 0; round < 5; round += 1) {
      const email = `${unique('dan')}@x.example`;
      const ids = [await user(local.north, email), await user(local.south, email)];
      const tokens = await Promise.all(
        Array.from({ length: 6 }, () =>
          provider.token({ sub: unique('sub'), email, email_verified: true }),
        ),
      );
      const answers = await Promise.all(
        tokens.flatMap((token) => [
          ask(token, tenantId(local.north)),
          ask(token, tenantId(local.south)),
        ]),
      );
      const links = new Set(await Promise.all(ids.map(externalIdOf)));
      expect(links.size).toBe(1);
      expect(answers.filter(({ status }) => ![200, 401].includes(status))).toEqual([]);
      expect(answers.filter(({ data }) => data).length).toBeGreaterThan(0);
    }
  });

  test('that an owner makes for somebody who is signed in elsewhere is theirs at the next request', async () => {
    const [sub, email] = [unique('sub'), `${unique('eve')}@x.example`];
    const first = await user(local.north, email);
    const token = await provider.token({ sub, email, email_verified: true });
    expect(namesIn(await ask(token))).toEqual(['north']);
    const second = await user(local.south, email);
    expect((await ask(token, tenantId(local.south))).data.viewer.tenant.name).toBe('south');
    expect([await externalIdOf(first), await externalIdOf(second)]).toEqual([sub, sub]);
  });

  test('costs no statement once the person is known', async () => {
    const [sub, email] = [unique('sub'), `${unique('fay')}@x.example`];
    await user(local.north, email);
    const token = await provider.token({ sub, email, email_verified: true });
    const measured = () =>
      post(server.url, { token, query: '{ viewer { role } }', headers: { 'x-performance': '1' } });
    // The sign-in that links a user changes it, and so is not kept itself.
    await measured();
    await measured();
    const loaded = server.app.platform.caches.statistics.find(
      ({ name }) => name === 'users',
    )?.misses;
    for (let run = 0; run < 5; run += 1)
      expect((await measured()).extensions?.performance?.sqlStatements).toBe(0);
    expect(server.app.platform.caches.statistics.find(({ name }) => name === 'users')?.misses).toBe(
      loaded,
    );
  });
});

test.each(['a\u0000b', '\u0000', 'a\uD800', '\uDC00b'])(
  'the subject %j, which no database stores, is a bad token',
  async (sub) => {
    const email = `${unique('hal')}@x.example`;
    const id = await user(local.north, email);
    const token = await provider.token({ sub, email, email_verified: true });
    await expect401(token);
    const { closed } = await openSocket(server.url, { authorization: `Bearer ${token}` });
    expect((await closed).code).toBe(4401);
    expect(await externalIdOf(id)).toBeNull();
  },
);
