/**
 * Nothing is unique beyond a tenant: what another one has is neither told of nor taken away by
 * asking for it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  await prismaOf(server.app.platform.database).user.update({
    where: { id: server.south.member.id },
    data: { externalId: 'idp|of-south' },
  });
});
afterAll(() => server.stop());

const CREATE =
  'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { email externalId } userErrors { code field } } }';
const UPDATE =
  'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { externalId } userErrors { code field } } }';
const newUser = (changes: object) => ({
  name: 'New',
  email: `${crypto.randomUUID()}@x.example`,
  role: 'MEMBER',
  ...changes,
});
const create = async (by: TestUser, changes: object) => by.run(CREATE, { input: newUser(changes) });

describe("an owner that gives a user what another tenant's user has", () => {
  test.each([
    { email: 'owner@south.example' },
    { email: 'MEMBER@south.example' },
    { externalId: 'idp|of-south' },
  ])('%j gets it', async (taken) => {
    const answer = await create(server.north.owner, taken);
    expect(answer.data.createUser).toMatchObject({
      userErrors: [],
      user: JSON.parse(JSON.stringify(taken).replace('MEMBER', 'member')),
    });
    // Within the tenant it is taken from then on.
    const field = Object.keys(taken);
    expect((await create(server.north.owner, taken)).data.createUser).toEqual({
      user: null,
      userErrors: [{ code: 'TAKEN', field }],
    });
  });

  test('by updateUser gets it too', async () => {
    await prismaOf(server.app.platform.database).user.update({
      where: { id: server.south.client.id },
      data: { externalId: 'idp|client-of-south' },
    });
    const input = {
      id: encodeGlobalId('User', server.north.client.id),
      externalId: 'idp|client-of-south',
    };
    expect((await server.north.owner.run(UPDATE, { input })).data.updateUser).toEqual({
      user: { externalId: 'idp|client-of-south' },
      userErrors: [],
    });
  });

  test('keeps nobody from having it: an address can not be squatted', async () => {
    expect(
      (await create(server.north.owner, { email: 'future@south.example' })).data.createUser
        .userErrors,
    ).toEqual([]);
    expect(
      (await create(server.south.owner, { email: 'future@south.example' })).data.createUser
        .userErrors,
    ).toEqual([]);
  });
});

describe('a member', () => {
  test.each<[string, string, () => object]>([
    ['createUser', CREATE, () => newUser({ email: 'owner@south.example' })],
    ['createUser', CREATE, () => newUser({ email: 'owner@north.example' })],
    ['createUser', CREATE, () => newUser({})],
    [
      'updateUser',
      UPDATE,
      () => ({ id: encodeGlobalId('User', server.north.member.id), externalId: 'idp|of-south' }),
    ],
    [
      'updateUser',
      UPDATE,
      () => ({ id: encodeGlobalId('User', server.north.client.id), active: false }),
    ],
    [
      'updateTenant',
      'mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { userErrors { code } } }',
      () => ({ name: 'x' }),
    ],
  ])('that sends %s learns of nobody', async (_name, query, input) => {
    const answer = await server.north.member.run(query, { input: input() });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    expect(JSON.stringify(answer)).not.toContain('TAKEN');
  });
});

test('every unique index begins with the tenant, but for ids that the server makes and numbers that are proven', async () => {
  const { rows } = await server.app.platform.database.pool.query<{ name: string }>(`
    select i.relname as name from pg_index x
    join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid join pg_namespace n on n.oid = t.relnamespace
    join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
    where n.nspname = 'public' and x.indisunique and a.attname <> 'tenantId' and t.relname not in ('tenant', '_prisma_migrations')
    order by 1`);
  expect(rows.map(({ name }) => name)).toEqual([
    // Of no tenant: a row for each kind of data.
    'kind_epoch_pkey',
    'user_id_key',
    'whatsapp_number_phoneNumberId_key',
  ]);
});
