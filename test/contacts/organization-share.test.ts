/** The share of contacts that have an organization, as the metrics show it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureOrganizationShare } from '../../src/contacts/organizations/share.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { createContact, createOrganization } from './operations.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

async function share(): Promise<string | undefined> {
  await measureOrganizationShare(server.app.platform);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return /^sheaf_contacts_with_organization_ratio (.*)$/m.exec(metrics)?.[1];
}

test('the share of contacts with an organization is of all tenants', async () => {
  expect(await share()).toBe('1');
  const before = await prismaOf(server.app.platform.database).contact.count();
  const organizationId = await createOrganization(server.north.owner, 'Acme');
  await createContact(server.north.owner, { name: 'Ada', organizationId });
  for (let count = 0; count <= before; count += 1)
    await createContact(server.south.owner, { name: `Bob ${count}` });
  expect(await share()).toBe('0.5');
});
