/** People who were erased here do not come back by a sync. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { eventually } from '../support/live.ts';
import { type ConnectedServer, connect, startConnected, sync } from './crm.ts';

const WAIT_MS = 120_000;

let connected: ConnectedServer;
const owner = () => connected.server.north.owner;
const prisma = () => prismaOf(connected.server.app.platform.database);
const tenantId = () => connected.server.north.tenantId;

beforeAll(async () => {
  connected = await startConnected({ size: 5 });
  await connect(owner(), { apiToken: connected.sandbox.token });
}, WAIT_MS);
afterAll(() => connected.stop());

async function erase(id: string): Promise<void> {
  const { data } = await owner().run(
    'mutation ($input: EraseContactInput!) { eraseContact(input: $input) { erasure { id } userErrors { message } } }',
    { input: { id: encodeGlobalId('Contact', id), reason: 'OBJECTED' } },
  );
  const erasure = { id: data.eraseContact.erasure.id };
  await eventually('the erasure ends', async () => {
    const { data } = await owner().run(
      'query ($id: ID!) { node(id: $id) { ... on ContactErasure { status } } }',
      erasure,
    );
    return data.node.status === 'COMPLETED';
  });
}

test(
  'neither full nor incremental syncs bring an erased person or their activities back',
  async () => {
    const { sandbox } = connected;
    const org = sandbox.add('organizations', { name: 'Deal Keepers' });
    const person = sandbox.add('persons', {
      name: 'Ursula Erased',
      emails: [{ value: 'ursula@erased.example', primary: true }],
      org_id: org.id,
    });
    const deal = sandbox.add('deals', {
      title: 'For Ursula Erased',
      person_id: person.id,
      org_id: org.id,
      value: 700,
      status: 'open',
    });
    sandbox.add('activities', { subject: 'Lunch with Ursula', person_id: person.id });
    await sync(owner());
    const contact = await prisma().contact.findFirst({
      where: { tenantId: tenantId(), pipedrivePersonId: String(person.id) },
    });
    await erase(contact!.id);

    sandbox.change('persons', person.id, { name: 'Ursula Erased Again' });
    sandbox.change('deals', deal.id, { value: 900 });
    sandbox.add('activities', { subject: 'Dinner with Ursula', person_id: person.id });
    expect(await sync(owner())).toMatchObject({ status: 'COMPLETED', failed: 0 });
    const full = await sync(owner(), true);
    expect(full).toMatchObject({ status: 'COMPLETED', failed: 0 });
    expect(full.created + full.updated + full.unchanged).toBe(full.fetched);

    const tables = await Promise.all([
      prisma().contact.findMany({ where: { tenantId: tenantId() } }),
      prisma().activity.findMany({ where: { tenantId: tenantId() } }),
      prisma().crmRecord.findMany({ where: { tenantId: tenantId() } }),
      prisma().searchWord.findMany({ where: { tenantId: tenantId() } }),
      prisma().deal.findMany({ where: { tenantId: tenantId() } }),
    ]);
    expect(JSON.stringify(tables).toLowerCase()).not.toMatch(/ursula|erased\.example/);
    // What the deal is worth stays with the organization.
    const kept = await prisma().deal.findFirst({
      where: { tenantId: tenantId(), pipedriveDealId: String(deal.id) },
    });
    expect({ ...kept, value: Number(kept!.value) }).toMatchObject({ contactId: null, value: 900 });
    expect(kept!.organizationId).not.toBeNull();
  },
  WAIT_MS,
);
