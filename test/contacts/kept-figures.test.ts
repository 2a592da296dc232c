/**
 * What is kept of contacts and organizations is what one would count anew, after any changes,
 * however many at once, and as time goes by.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logActivity } from '../../src/contacts/activities.ts';
import {
  createContact,
  deleteContact,
  UpdateContact,
  updateContact,
} from '../../src/contacts/contacts.ts';
import {
  recomputeAllWarmness,
  recomputeDueWarmness,
  setResponseRates,
} from '../../src/contacts/index.ts';
import { lockContacts } from '../../src/contacts/locks.ts';
import { mergeOrganizations } from '../../src/contacts/organizations/merge.ts';
import {
  createOrganization,
  deleteOrganization,
  UpdateOrganization,
  updateOrganization,
} from '../../src/contacts/organizations/organizations.ts';
import { contactSearchText } from '../../src/contacts/search-text.ts';
import { refreshFigures } from '../../src/contacts/warmness/kept-figures.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { query } from '../../src/platform/database/tenant-scope.ts';
import { UserInputError } from '../../src/platform/errors.ts';
import { parseInput } from '../../src/platform/input.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { searchText } from '../../src/platform/text.ts';
import type { Viewer } from '../../src/schema-builder/context.ts';
import { TIMES } from '../support/histories.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { DAY, sql } from './operations.ts';

let server: TestServer;
let platform: Platform;
let viewer: Viewer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  platform = server.app.platform;
  viewer = {
    tenantId: server.north.tenantId,
    userId: server.north.owner.id,
    role: 'OWNER',
    contactId: null,
  };
});
afterAll(() => server.stop());

const rows = <Row extends object>(text: string) =>
  sql<Row>(server.databaseUrl, text, [viewer.tenantId]);
const contactIds = async () =>
  (
    await rows<{ id: string }>(
      'select id from contact where "tenantId" = $1 order by "createdAt", id',
    )
  ).map(({ id }) => id);
const organizationIds = async () =>
  (
    await rows<{ id: string }>(
      'select id from organization where "tenantId" = $1 order by "createdAt", id',
    )
  ).map(({ id }) => id);

interface Change {
  kind:
    | 'create'
    | 'update'
    | 'move'
    | 'log'
    | 'delete'
    | 'rename'
    | 'merge'
    | 'deleteOrganization'
    | 'deal'
    | 'rate';
  /** Picks the contact and the organizations among those that there are. */
  a: number;
  b: number;
  days: number;
  type: 'CALL' | 'EMAIL' | 'MEETING' | 'NOTE' | 'TASK';
  flag: boolean;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant('create' as const) },
    { weight: 6, arbitrary: fc.constant('log' as const) },
    { weight: 2, arbitrary: fc.constantFrom('update' as const, 'move' as const, 'deal' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'delete' as const,
        'rename' as const,
        'merge' as const,
        'deleteOrganization' as const,
        'rate' as const,
      ),
    },
  ),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
  days: fc.integer({ min: -120, max: 40 }),
  type: fc.constantFrom('CALL', 'EMAIL', 'MEETING', 'NOTE', 'TASK'),
  flag: fc.boolean(),
});

/** Half a day beside every boundary, so that none is passed while the test runs. */
const momentOf = (days: number) => new Date(Date.now() + (days + 0.5) * DAY).toISOString();

async function apply(
  { kind, a, b, days, type, flag }: Change,
  contacts: string[],
  organizations: string[],
): Promise<void> {
  const uuid = contacts[a % contacts.length] ?? '';
  const one = organizations[a % organizations.length] ?? '';
  const other = organizations[b % organizations.length] ?? '';
  const name = `Person ${a % 7}`;
  if (kind === 'create')
    await createContact(platform, viewer, {
      name,
      email: flag ? ['p@x.example'] : null,
      organizationName: b % 4 ? `Org ${b % 4}` : null,
    });
  if (kind === 'update')
    await updateContact(platform, viewer, {
      id: uuid,
      name,
      jobTitle: flag ? 'x' : null,
      phone: b % 2 ? '1' : null,
      leadStatus: flag ? 'QUALIFIED' : null,
    });
  if (kind === 'move')
    await updateContact(platform, viewer, { id: uuid, organizationId: flag ? other : null });
  if (kind === 'log')
    await logActivity(platform, viewer, {
      contactId: uuid,
      type,
      subject: 'x',
      occurredAt: momentOf(days),
    });
  if (kind === 'delete') await deleteContact(platform, viewer, { id: uuid });
  if (kind === 'rename')
    await updateOrganization(platform, viewer, { id: one, name: `Renamed ${b}` });
  if (kind === 'merge')
    await mergeOrganizations(platform, viewer, { sourceId: one, targetId: other });
  if (kind === 'deleteOrganization') await deleteOrganization(platform, viewer, { id: one });
  if (kind === 'deal' || kind === 'rate') {
    await platform.database.forTenant(viewer).transaction(async (tx) => {
      if (kind === 'rate')
        return setResponseRates(tx, [{ contactId: uuid, responseRate: flag ? 0.9 : 0.1 }]);
      const { contacts: locked } = await lockContacts(tx, [uuid]);
      const status = (['OPEN', 'WON', 'LOST'] as const)[b % 3] ?? 'OPEN';
      if (locked.length > 0)
        await tx.run(
          query.insertInto('deal').values({
            id: crypto.randomUUID(),
            contactId: uuid,
            title: 'x',
            value: a * 20,
            status,
          }),
        );
      await refreshFigures(tx, [uuid]);
    });
  }
}

/** Six at a time; what is refused, such as a change of what was just deleted, is no failure. */
async function applyAll(changes: readonly Change[]): Promise<void> {
  for (let first = 0; first < changes.length; first += 6) {
    const [contacts, organizations] = [await contactIds(), await organizationIds()];
    const results = await Promise.allSettled(
      changes.slice(first, first + 6).map((one) => apply(one, contacts, organizations)),
    );
    const failures = results.flatMap((result) =>
      result.status === 'rejected' && !(result.reason instanceof UserInputError)
        ? [result.reason]
        : [],
    );
    if (failures.length > 0) throw failures[0];
  }
}

interface Kept {
  id: string;
  [column: string]: any;
}

/** Counts everything anew, by other code than that which keeps it. */
async function expectKept(now: number): Promise<void> {
  const contacts = await rows<Kept>('select * from contact where "tenantId" = $1');
  const activities = Map.groupBy(
    await rows<Kept>('select * from activity where "tenantId" = $1'),
    (one) => one['contactId'],
  );
  const deals = Map.groupBy(
    await rows<Kept>('select * from deal where "tenantId" = $1'),
    (one) => one['contactId'],
  );
  const organizations = new Map(
    (await rows<Kept>('select * from organization where "tenantId" = $1')).map((one) => [
      one.id,
      one,
    ]),
  );
  const words = new Set(
    (await rows<{ word: string }>('select word from search_word where "tenantId" = $1')).map(
      ({ word }) => word,
    ),
  );
  for (const contact of contacts) {
    const expected = figuresOf(contact, activities.get(contact.id) ?? [], {
      deals: deals.get(contact.id) ?? [],
      now,
    });
    expect({ now: new Date(now), ...contact }).toMatchObject(expected);
    const organization = organizations.get(contact['organizationId']);
    expect(contact['searchText']).toBe(
      contactSearchText(
        contact['name'],
        contact['email'] === null ? [] : [contact['email']],
        organization ? { searchText: searchText(organization['name']) } : null,
      ),
    );
    for (const word of contact['searchText'].split(/[ |]+/).filter(Boolean))
      expect(words.has(word), word).toBe(true);
  }
  for (const organization of organizations.values()) {
    const own = contacts.filter((contact) => contact['organizationId'] === organization.id);
    const moments = own
      .map((contact) => contact['lastActivityAt'])
      .filter((moment) => moment !== null);
    expect(organization).toMatchObject({
      contactCount: own.length,
      warmnessSum: own.reduce((sum, contact) => sum + contact['warmnessScore'], 0),
      lastActivityAt: moments.length === 0 ? null : new Date(Math.max(...moments.map(Number))),
    });
  }
}

function figuresOf(
  contact: Kept,
  activities: Kept[],
  { deals, now }: { deals: Kept[]; now: number },
) {
  const past = activities.filter((one) => Number(one['occurredAt']) <= now);
  const newest = (some: Kept[]) =>
    some.length === 0 ? null : new Date(Math.max(...some.map((one) => Number(one['occurredAt']))));
  const recent = past.filter((one) => now - Number(one['occurredAt']) < 30 * DAY);
  const has = (type: string) => recent.some((one) => one['type'] === type);
  const last = newest(past);
  const age = last === null ? null : (now - Number(last)) / DAY;
  const value = deals
    .filter((one) => one['status'] !== 'LOST')
    .reduce((sum, one) => sum + Number(one['value']), 0);
  const base = ['email', 'phone', 'jobTitle', 'organizationId'].filter(
    (column) => contact[column] !== null,
  ).length;
  const activity =
    Math.min(3, recent.length) +
    (has('MEETING') ? 2 : 0) +
    (has('CALL') ? 1 : 0) +
    (has('EMAIL') ? 1 : 0);
  const relationship =
    (value > 10_000 ? 2 : value > 1_000 ? 1 : 0) +
    (['QUALIFIED', 'CONTACTED'].includes(contact['leadStatus']) ? 1 : 0);
  const engagement =
    (age === null ? 0 : age < 7 ? 2 : age < 30 ? 1 : age > 90 ? -1 : 0) +
    (contact['responseRate'] > 0.5 ? 1 : 0);
  return {
    warmnessBase: base,
    warmnessActivity: activity,
    warmnessRelationship: relationship,
    warmnessEngagement: engagement,
    warmnessScore: Math.max(0, Math.min(10, base + activity + relationship + engagement)),
    lastContactedAt: newest(
      past.filter((one) => ['CALL', 'EMAIL', 'MEETING'].includes(one['type'])),
    ),
    lastActivityAt: last,
  };
}

test('after any changes, six at a time, and after jumps in time', async () => {
  // The contact of the portal was put into the database by other means: it is due.
  await recomputeDueWarmness(platform);
  const client = { id: server.north.organizationId, name: 'Client' };
  await updateOrganization(platform, viewer, parseInput(UpdateOrganization, client));
  const person = { id: server.north.contactId, name: 'Cleo' };
  await updateContact(platform, viewer, parseInput(UpdateContact, person));
  for (const name of ['Org 1', 'Org 2', 'Other'])
    await createOrganization(platform, viewer, { name });
  await applyAll(
    Array.from({ length: 12 }, (_, a) => ({
      kind: 'create',
      a,
      b: a,
      days: 0,
      type: 'CALL',
      flag: true,
    })),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 6, maxLength: 40 }),
      fc.array(fc.integer({ min: 0, max: 130 }), { maxLength: 2 }),
      async (changes, jumps) => {
        await applyAll(changes);
        await expectKept(Date.now());
        for (const days of jumps.sort((a, b) => a - b)) {
          const now = new Date(Date.now() + days * DAY);
          await recomputeDueWarmness(platform, { now, batch: 5 });
          await expectKept(now.getTime());
        }
        // Back to today: only what is computed anew knows of it.
        await recomputeAllWarmness(platform, { tenantId: viewer.tenantId, batch: 7 });
        await expectKept(Date.now());
      },
    ),
    { numRuns: 10 * TIMES, endOnFailure: true },
  );
});

test('a second look at everything finds nothing to change', async () => {
  await recomputeAllWarmness(platform);
  expect(await recomputeAllWarmness(platform)).toBe(0);
  expect(await recomputeDueWarmness(platform)).toBe(0);
});

test('a contact that is put into the database by other means is counted, and is due', async () => {
  const contact = {
    tenantId: viewer.tenantId,
    id: crypto.randomUUID(),
    name: 'Foreign',
    email: 'f@x.example',
    ownerId: viewer.userId,
  };
  await prismaOf(platform.database).contact.create({ data: contact });
  expect(await recomputeDueWarmness(platform)).toBe(1);
  expect(
    await rows(
      `select "warmnessScore" from contact where "tenantId" = $1 and id = '${contact.id}'`,
    ),
  ).toEqual([{ warmnessScore: 1 }]);
});

test('readers do not wait while everything is computed anew', async () => {
  const tenant = platform.database.forTenant(viewer);
  await tenant.transaction(async (tx) => {
    await lockContacts(tx, await contactIds());
    const { data } = await server.north.owner.run('{ contacts(first: 5) { nodes { id } } }');
    expect(data.contacts.nodes).toHaveLength(5);
  });
});
