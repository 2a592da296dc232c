/** Organizations whose names differ in what nobody sees, from before such names were equal. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import { createContact, createOrganization, read, refusals, sql, uuidOf } from './operations.ts';

const MIGRATION = '20261129112500_invisible_characters/migration.sql';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

/** Puts an organization into the state in which earlier versions stored it. */
const asBefore = (id: string, name: string, normalizedName: string) =>
  sql(
    server.databaseUrl,
    'update organization set name = $2, "normalizedName" = $3, "bareName" = $3, "searchText" = $4 where id = $1',
    [uuidOf(id), name, normalizedName, normalizedName.replace(/\u200b/g, ' ')],
  );

test('stored names are compared as new ones are, and twins are offered as matches', async () => {
  const user = server.north.owner;
  const oneill = await createOrganization(user, 'First name');
  const twin = await createOrganization(user, 'Second name');
  await createOrganization(user, 'Acme');
  await asBefore(oneill, 'O´Neill', 'o \u0301neill');
  await asBefore(twin, 'Ac\u200bme', 'ac\u200bme');
  const contact = await createContact(user, { name: 'Zoe', organizationId: twin });
  await sql(
    server.databaseUrl,
    `update contact set "searchText" = 'zoe |  | ac me' where id = $1`,
    [uuidOf(contact)],
  );

  const file = join(import.meta.dirname, '../../prisma/migrations', MIGRATION);
  await sql(server.databaseUrl, await readFile(file, 'utf8'));

  expect(await refusals(user, 'createOrganization', { name: "O'Neill" })).toEqual(['TAKEN name']);
  const { organizationMatches } = await read(
    user,
    '{ organizationMatches(name: "Acme") { kind organization { name } } }',
  );
  expect(organizationMatches).toEqual([
    { kind: 'EXACT', organization: { name: 'Acme' } },
    { kind: 'LEGAL_FORM', organization: { name: 'Ac\u200bme' } },
  ]);
  const { contacts } = await read(
    user,
    '{ contacts(filter: { search: "zoe acme" }) { totalCount } }',
  );
  expect(contacts.totalCount).toBe(1);
});
