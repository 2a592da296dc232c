/** A list of the CRM that is suddenly empty. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { type ConnectedServer, connect, startConnected, sync } from './crm.ts';

let connected: ConnectedServer;
const owner = () => connected.server.north.owner;
const kept = async () => {
  const prisma = prismaOf(connected.server.app.platform.database);
  const { tenantId } = connected.server.north;
  return {
    linked: await prisma.contact.count({ where: { tenantId, pipedrivePersonId: { not: null } } }),
    deals: await prisma.deal.count({ where: { tenantId } }),
    activities: await prisma.activity.count({ where: { tenantId } }),
    organizations: await prisma.organization.count({
      where: { tenantId, pipedriveOrgId: { not: null } },
    }),
  };
};

beforeAll(async () => {
  connected = await startConnected({ size: 0 });
  const { sandbox } = connected;
  for (let number = 1; number <= 20; number += 1) {
    const person = sandbox.add('persons', { name: `Person ${number}`, emails: [], org_id: null });
    sandbox.add('deals', { person_id: person.id, status: 'open' });
  }
  sandbox.add('activities', { person_id: 1, type: 'call', done: true });
  await connect(owner(), { apiToken: sandbox.token });
  await sync(owner());
});
afterAll(() => connected.stop());

test('a full sync fails and removes nothing when a long list is empty', async () => {
  const before = await kept();
  expect(before).toMatchObject({ linked: 20, deals: 20, activities: 1 });
  const { account } = connected.sandbox;
  for (let id = 1; id <= 20; id += 1) account.purge('deals', id);
  account.purge('activities', 1);
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    expect(await sync(owner(), true)).toMatchObject({
      status: 'FAILED',
      errorMessage: expect.stringMatching(/^Pipedrive lists no deals, though 20 were synced/),
    });
    expect(await kept()).toEqual(before);
  }
  // Incremental syncs go on.
  expect(await sync(owner())).toMatchObject({ status: 'COMPLETED' });
  expect(await kept()).toEqual(before);
});

test('once there is a record again, what is gone is removed', async () => {
  connected.sandbox.add('deals', { person_id: 1, status: 'open' });
  expect(await sync(owner(), true)).toMatchObject({ status: 'COMPLETED' });
  expect(await kept()).toMatchObject({ linked: 20, deals: 1, activities: 0 });
});
