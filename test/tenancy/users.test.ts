/** createUser, updateUser, updateTenant and users: the rules of who may be what. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { startTestServer, type TestServer, type TestUser, userFor } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const create = (by: TestUser, input: object) =>
  by.run(
    'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id name email role active externalId } userErrors { code field } } }',
    {
      input,
    },
  );
const update = (by: TestUser, input: object) =>
  by.run(
    'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { id name role active externalId } userErrors { code field } } }',
    { input },
  );
const updateTenant = (by: TestUser, input: object) =>
  by.run(
    'mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { tenant { name country } userErrors { code field } } }',
    { input },
  );
const gid = (user: { id: string }) => encodeGlobalId('User', user.id);
const newUser = (changes: object = {}) => ({
  name: 'New',
  email: `${crypto.randomUUID()}@x.example`,
  role: 'MEMBER',
  ...changes,
});

async function owner(): Promise<TestUser> {
  return userFor(server.app, {
    tenantId: server.north.tenantId,
    id: crypto.randomUUID(),
    email: `${crypto.randomUUID()}@north.example`,
    role: 'OWNER',
  });
}

describe('createUser', () => {
  test('adds a user, its e-mail in lower case', async () => {
    const answer = await create(
      server.north.owner,
      newUser({ email: 'Ann@North.Example', externalId: 'idp|1' }),
    );
    expect(answer.data.createUser).toMatchObject({
      user: {
        name: 'New',
        email: 'ann@north.example',
        role: 'MEMBER',
        active: true,
        externalId: 'idp|1',
      },
      userErrors: [],
    });
  });

  test.each<[string, () => object, object]>([
    [
      'a CLIENT without contactId',
      () => ({ role: 'CLIENT' }),
      { code: 'REQUIRED', field: ['contactId'] },
    ],
    [
      'a MEMBER with contactId',
      () => ({ contactId: server.north.contactId }),
      { code: 'INVALID', field: ['contactId'] },
    ],
    [
      "another tenant's contact",
      () => ({ role: 'CLIENT', contactId: server.south.contactId }),
      { code: 'NOT_FOUND', field: ['contactId'] },
    ],
    [
      'an absent contact',
      () => ({ role: 'CLIENT', contactId: encodeGlobalId('Contact', crypto.randomUUID()) }),
      { code: 'NOT_FOUND', field: ['contactId'] },
    ],
    [
      'an id of another type',
      () => ({ role: 'CLIENT', contactId: server.north.organizationId }),
      { code: 'NOT_FOUND', field: ['contactId'] },
    ],
    [
      'a malformed contactId',
      () => ({ role: 'CLIENT', contactId: '?' }),
      { code: 'INVALID', field: ['contactId'] },
    ],
    [
      'a taken e-mail',
      () => ({ email: 'MEMBER@north.example' }),
      { code: 'TAKEN', field: ['email'] },
    ],
    ['no e-mail address', () => ({ email: 'x' }), { code: 'INVALID', field: ['email'] }],
    [
      'an e-mail of 255 characters',
      () => ({ email: `${'x'.repeat(247)}@x.example` }),
      { code: 'INVALID', field: ['email'] },
    ],
    ['an empty name', () => ({ name: ' ' }), { code: 'INVALID', field: ['name'] }],
    [
      'a name of 201 characters',
      () => ({ name: 'x'.repeat(201) }),
      { code: 'INVALID', field: ['name'] },
    ],
    ['a NUL', () => ({ name: 'a\u0000b' }), { code: 'INVALID', field: ['name'] }],
    ['a lone surrogate', () => ({ name: 'a\ud800' }), { code: 'INVALID', field: ['name'] }],
  ])('refuses %s', async (_what, changes, error) => {
    const answer = await create(server.north.owner, newUser(changes()));
    expect(answer.data?.createUser).toEqual({ user: null, userErrors: [error] });
  });

  test('makes members, clients and owners', async () => {
    for (const changes of [
      {},
      { role: 'CLIENT', contactId: server.north.contactId },
      { role: 'OWNER', name: 'Second owner' },
    ]) {
      const { user, userErrors } = (await create(server.north.owner, newUser(changes))).data
        .createUser;
      expect(userErrors).toEqual([]);
      if (user.role === 'OWNER') await update(server.north.owner, { id: user.id, role: 'MEMBER' });
    }
  });
});

describe('updateUser', () => {
  test('changes what is given, and null clears externalId', async () => {
    const user = (
      await create(server.north.owner, newUser({ externalId: `idp|${crypto.randomUUID()}` }))
    ).data.createUser.user;
    expect(
      (await update(server.north.owner, { id: user.id, name: 'Renamed' })).data.updateUser.user,
    ).toMatchObject({
      name: 'Renamed',
      externalId: user.externalId,
    });
    expect(
      (await update(server.north.owner, { id: user.id, externalId: null })).data.updateUser.user,
    ).toMatchObject({ name: 'Renamed', externalId: null });
  });

  test.each<[string, () => object, object]>([
    [
      'a client that shall be a member',
      () => ({ id: gid(server.north.client), role: 'MEMBER' }),
      { code: 'INVALID', field: ['role'] },
    ],
    [
      'a member that shall be a client',
      () => ({ id: gid(server.north.member), role: 'CLIENT' }),
      { code: 'INVALID', field: ['role'] },
    ],
    [
      "another tenant's user",
      () => ({ id: gid(server.south.member), name: 'x' }),
      { code: 'NOT_FOUND', field: ['id'] },
    ],
    [
      'an absent user',
      () => ({ id: gid({ id: crypto.randomUUID() }), name: 'x' }),
      { code: 'NOT_FOUND', field: ['id'] },
    ],
    [
      'an id of another type',
      () => ({ id: server.north.contactId, name: 'x' }),
      { code: 'NOT_FOUND', field: ['id'] },
    ],
    ['a malformed id', () => ({ id: '?', name: 'x' }), { code: 'INVALID', field: ['id'] }],
    [
      'a name that is null',
      () => ({ id: gid(server.north.member), name: null }),
      { code: 'INVALID', field: ['name'] },
    ],
  ])('refuses %s', async (_what, input, error) => {
    expect((await update(server.north.owner, input())).data?.updateUser).toEqual({
      user: null,
      userErrors: [error],
    });
  });

  test('refuses an externalId that another user of the tenant has', async () => {
    const [one, two] = [
      await create(server.north.owner, newUser({ externalId: 'idp|taken' })),
      await create(server.north.owner, newUser()),
    ];
    expect(one.data.createUser.userErrors).toEqual([]);
    expect(
      (
        await update(server.north.owner, {
          id: two.data.createUser.user.id,
          externalId: 'idp|taken',
        })
      ).data.updateUser.userErrors,
    ).toEqual([{ code: 'TAKEN', field: ['externalId'] }]);
  });

  test.each([{ role: 'MEMBER' }, { active: false }])(
    'refuses to make the last active owner %j',
    async (change) => {
      const answer = await update(server.south.owner, { id: gid(server.south.owner), ...change });
      expect(answer.data?.updateUser).toEqual({
        user: null,
        userErrors: [{ code: 'CONFLICT', field: ['id'] }],
      });
    },
  );

  test('leaves one owner when two remove each other at the same moment', async () => {
    const mine = server.north.owner;
    for (let run = 0; run < 10; run += 1) {
      const other = await owner();
      const answers = await Promise.all([
        update(mine, { id: gid(other), role: 'MEMBER' }),
        update(other, { id: gid(mine), role: 'MEMBER' }),
      ]);
      // The later one is the last owner (CONFLICT), or none any more when its request began
      // (FORBIDDEN).
      const refused = answers.filter(
        (answer) =>
          answer.errors?.[0]?.extensions.code === 'FORBIDDEN' ||
          answer.data?.updateUser?.userErrors[0]?.code === 'CONFLICT',
      );
      const users = await prismaOf(server.app.platform.database).user.findMany({
        where: { tenantId: server.north.tenantId, role: 'OWNER', active: true },
      });
      expect([users.length, refused.length]).toEqual([1, 1]);
      if (users[0]?.id !== mine.id)
        await update(other, { id: gid(mine), role: 'OWNER' }).then(() =>
          update(mine, { id: gid(other), role: 'MEMBER' }),
        );
    }
  });
});

describe('updateTenant', () => {
  test('changes what is given', async () => {
    expect((await updateTenant(server.north.owner, { country: 'DE' })).data.updateTenant).toEqual({
      tenant: { name: 'north', country: 'DE' },
      userErrors: [],
    });
    expect(
      (await updateTenant(server.north.owner, { name: ' North! ' })).data.updateTenant.tenant,
    ).toEqual({ name: 'North!', country: 'DE' });
    expect((await updateTenant(server.north.owner, {})).data.updateTenant.tenant).toEqual({
      name: 'North!',
      country: 'DE',
    });
    expect(
      (await server.south.owner.run('{ viewer { tenant { name country } } }')).data.viewer.tenant,
    ).toEqual({ name: 'south', country: 'GB' });
  });

  test.each([
    [{ country: 'XX' }, 'country'],
    [{ country: 'de' }, 'country'],
    [{ name: '' }, 'name'],
    [{ name: null }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
  ])('refuses %j', async (input, field) => {
    expect((await updateTenant(server.north.owner, input)).data?.updateTenant).toEqual({
      tenant: null,
      userErrors: [{ code: 'INVALID', field: [field] }],
    });
  });
});

describe('users', () => {
  test('are filtered by role and searched by name and e-mail', async () => {
    const emails = async (filter: object) =>
      (
        await server.south.owner.run(
          'query ($filter: UserFilter) { users(filter: $filter) { totalCount nodes { email } } }',
          { filter },
        )
      ).data.users;
    expect(await emails({ role: ['CLIENT', 'OWNER'] })).toEqual({
      totalCount: 2,
      nodes: [{ email: 'client@south.example' }, { email: 'owner@south.example' }],
    });
    expect(await emails({ search: 'memb' })).toMatchObject({
      nodes: [{ email: 'member@south.example' }],
    });
    expect((await emails({ role: [] })).totalCount).toBe(0);
    expect((await emails({ search: '%' })).totalCount).toBe(0);
  });

  test.each([{ first: 501 }, { first: -1 }, { after: '?' }])('refuse the page %j', async (page) => {
    const answer = await server.south.owner.run(
      'query ($first: Int, $after: String) { users(first: $first, after: $after) { totalCount } }',
      page,
    );
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
