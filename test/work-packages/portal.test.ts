/** What a client sees on signing in: which package stands for it now. */
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { startTestServer, type TestServer, type TestTenant, userFor } from '../support/server.ts';
import { change, createPackage, read } from './operations.ts';

let server: TestServer;
let north: TestTenant;

beforeEach(async () => {
  await server?.stop();
  server = await startTestServer();
  north = server.north;
});
afterAll(() => server.stop());

const DASHBOARD = '{ portalDashboard { state matchedBy workPackage { id } workPackages { id } } }';
const dashboard = async (user = north.client) => (await read(user, DASHBOARD)).portalDashboard;

/** A package in a status, of the client's contact or of its organization only. */
async function packageOf(whose: 'contact' | 'company', status: string): Promise<string> {
  const client =
    whose === 'contact' ? { contactId: north.contactId } : { companyId: north.organizationId };
  const { id } = await createPackage(north.owner, client);
  await change(north.owner)('updateWorkPackage', { id, status });
  return id;
}

describe('the dashboard shows', () => {
  test('the contact’s ACTIVE package before all others', async () => {
    const id = await packageOf('contact', 'ACTIVE');
    for (const [whose, status] of [
      ['company', 'ACTIVE'],
      ['contact', 'COMPLETED'],
      ['company', 'COMPLETED'],
    ] as const)
      await packageOf(whose, status);
    expect(await dashboard()).toMatchObject({
      state: 'READY',
      matchedBy: 'CONTACT',
      workPackage: { id },
    });
  });

  test('then the organization’s ACTIVE package', async () => {
    const id = await packageOf('company', 'ACTIVE');
    await packageOf('contact', 'COMPLETED');
    await packageOf('company', 'COMPLETED');
    expect(await dashboard()).toMatchObject({
      state: 'READY',
      matchedBy: 'COMPANY',
      workPackage: { id },
    });
  });

  test('then the contact’s COMPLETED package', async () => {
    const id = await packageOf('contact', 'COMPLETED');
    await packageOf('company', 'COMPLETED');
    expect(await dashboard()).toMatchObject({
      state: 'READY',
      matchedBy: 'CONTACT',
      workPackage: { id },
    });
  });

  test('then the organization’s COMPLETED package', async () => {
    const id = await packageOf('company', 'COMPLETED');
    expect(await dashboard()).toMatchObject({
      state: 'READY',
      matchedBy: 'COMPANY',
      workPackage: { id },
    });
  });

  test.each([
    ['contact', 'ACTIVE'],
    ['company', 'ACTIVE'],
    ['contact', 'COMPLETED'],
    ['company', 'COMPLETED'],
  ] as const)('of several packages of the %s that are %s the newest', async (whose, status) => {
    await packageOf(whose, status);
    const newest = await packageOf(whose, status);
    expect((await dashboard()).workPackage).toEqual({ id: newest });
  });

  test('nothing but PREPARING where there is no package', async () => {
    expect(await dashboard()).toEqual({
      state: 'PREPARING',
      matchedBy: 'NONE',
      workPackage: null,
      workPackages: [],
    });
  });

  test.each(['DRAFT', 'ARCHIVED'])('nothing for a package that is %s', async (status) => {
    await packageOf('contact', status);
    await packageOf('company', status);
    expect(await dashboard()).toEqual({
      state: 'PREPARING',
      matchedBy: 'NONE',
      workPackage: null,
      workPackages: [],
    });
  });

  test('nothing of other clients', async () => {
    const { data } = await north.owner.run(
      'mutation { createContact(input: { name: "Other", organizationName: "Other" }) { contact { id } } }',
    );
    const { id } = await createPackage(north.owner, { contactId: data.createContact.contact.id });
    await change(north.owner)('updateWorkPackage', { id, status: 'ACTIVE' });
    expect(await dashboard()).toMatchObject({ state: 'PREPARING', workPackages: [] });
  });

  test('a colleague’s package, of the same organization, as the company’s', async () => {
    const { data } = await north.owner.run(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }',
      {
        input: { name: 'Colleague', organizationId: north.organizationId },
      },
    );
    const { id } = await createPackage(north.owner, { contactId: data.createContact.contact.id });
    await change(north.owner)('updateWorkPackage', { id, status: 'ACTIVE' });
    expect(await dashboard()).toMatchObject({ matchedBy: 'COMPANY', workPackage: { id } });
  });

  test('all ACTIVE and COMPLETED packages of both, newest first, in workPackages', async () => {
    const ids: string[] = [];
    for (const [whose, status] of [
      ['contact', 'COMPLETED'],
      ['company', 'ACTIVE'],
      ['contact', 'DRAFT'],
      ['company', 'COMPLETED'],
      ['contact', 'ARCHIVED'],
    ] as const) {
      const id = await packageOf(whose, status);
      if (status === 'ACTIVE' || status === 'COMPLETED') ids.unshift(id);
    }
    expect((await dashboard()).workPackages).toEqual(ids.map((id) => ({ id })));
  });

  test('nothing to a member, who has no contact', async () => {
    await packageOf('contact', 'ACTIVE');
    expect(await dashboard(north.owner)).toEqual({
      state: 'PREPARING',
      matchedBy: 'NONE',
      workPackage: null,
      workPackages: [],
    });
  });

  test('to a contact without an organization its own packages only', async () => {
    const contactId = uuidv7();
    const prisma = prismaOf(server.app.platform.database);
    await prisma.contact.create({
      data: { tenantId: north.tenantId, id: contactId, name: 'Solo', ownerId: north.owner.id },
    });
    const solo = await userFor(server.app, {
      tenantId: north.tenantId,
      id: uuidv7(),
      email: 'solo@north.example',
      role: 'CLIENT',
      contactId,
    });
    const orphan = await createPackage(north.owner);
    await change(north.owner)('updateWorkPackage', { id: orphan.id, status: 'ACTIVE' });
    expect(await dashboard(solo)).toMatchObject({ state: 'PREPARING', workPackages: [] });
    const { id } = await createPackage(north.owner, {
      contactId: encodeGlobalId('Contact', contactId),
    });
    await change(north.owner)('updateWorkPackage', { id, status: 'ACTIVE' });
    expect(await dashboard(solo)).toMatchObject({ matchedBy: 'CONTACT', workPackages: [{ id }] });
  });
});

test('the dashboard costs two statements, however many packages there are', async () => {
  for (let index = 0; index < 5; index += 1) await packageOf('contact', 'ACTIVE');
  await dashboard();
  const { extensions } = await north.client.run(DASHBOARD, {}, { 'x-performance': '1' });
  expect(extensions?.performance?.sqlStatements).toBe(2);
});
