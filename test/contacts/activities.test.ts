/** Activities, and what follows from them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recomputeDueWarmness } from '../../src/contacts/index.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, createContact, DAY, daysAgo, logActivity, read, refusals } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  user = server.north.owner;
});
afterAll(() => server.stop());

const contact = async (id: string) =>
  (
    await read(
      user,
      'query ($id: ID!) { contact(id: $id) { lastContactedAt warmnessScore warmness { base activity relationship engagement score computedAt } organization { lastActivityAt } } }',
      { id },
    )
  ).contact;

describe('lastContactedAt', () => {
  test('is the newest call, e-mail or meeting, not a note or a task', async () => {
    const id = await createContact(user);
    const moments = {
      NOTE: daysAgo(1),
      TASK: daysAgo(2),
      EMAIL: daysAgo(3),
      CALL: daysAgo(5),
      MEETING: daysAgo(9),
    };
    for (const [type, moment] of Object.entries(moments)) await logActivity(user, id, type, moment);
    expect((await contact(id)).lastContactedAt).toBe(moments.EMAIL.toISOString());
  });

  test('knows nothing of the future until it comes', async () => {
    const id = await createContact(user, { organizationName: 'Futurists' });
    const tomorrow = new Date(Date.now() + DAY);
    await logActivity(user, id, 'MEETING', tomorrow);
    expect(await contact(id)).toMatchObject({
      lastContactedAt: null,
      organization: { lastActivityAt: null },
      warmness: { activity: 0, engagement: 0 },
    });
    await recomputeDueWarmness(server.app.platform, { now: new Date(tomorrow.getTime() - 1) });
    expect((await contact(id)).lastContactedAt).toBeNull();
    await recomputeDueWarmness(server.app.platform, { now: tomorrow });
    expect(await contact(id)).toMatchObject({
      lastContactedAt: tomorrow.toISOString(),
      organization: { lastActivityAt: tomorrow.toISOString() },
      warmness: { activity: 3, engagement: 2 },
    });
  });
});

describe('warmness', () => {
  test('follows in the answer of the mutation that changes it', async () => {
    const id = await createContact(user, { email: 'a@x.example', leadStatus: 'CONTACTED' });
    const answer = await change(
      user,
      'logActivity',
      { contactId: id, type: 'MEETING', subject: 'x' },
      'activity { type note } contact { warmnessScore lastContactedAt }',
    );
    expect(answer).toMatchObject({
      activity: { type: 'MEETING', note: null },
      contact: { warmnessScore: 7, lastContactedAt: expect.any(String) },
    });
    expect((await contact(id)).warmness).toMatchObject({
      base: 1,
      activity: 3,
      relationship: 1,
      engagement: 2,
      score: 7,
    });
  });

  test('fades as time goes by', async () => {
    const id = await createContact(user);
    await logActivity(user, id, 'CALL');
    const scores = [(await contact(id)).warmnessScore];
    for (const days of [8, 31, 91]) {
      await recomputeDueWarmness(server.app.platform, { now: new Date(Date.now() + days * DAY) });
      scores.push((await contact(id)).warmnessScore);
    }
    expect(scores).toEqual([4, 3, 0, 0]);
    expect((await contact(id)).warmness).toMatchObject({ engagement: -1, score: 0 });
  });
});

test.each([
  ['an organization', { organizationName: 'Busy' }],
  ['none', { jobTitle: 'Busy' }],
])(
  '20 activities that are logged at once for a contact with %s all count',
  async (_with, input) => {
    const id = await createContact(user, input);
    const types = ['CALL', 'EMAIL', 'MEETING', 'NOTE'];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        logActivity(user, id, types[index % 4]!, daysAgo(index)),
      ),
    );
    expect((await contact(id)).warmness).toMatchObject({ base: 1, activity: 7, engagement: 2 });
    const { contact: whole } = await read(
      user,
      'query ($id: ID!) { contact(id: $id) { activities(first: 100) { totalCount nodes { id } } } }',
      { id },
    );
    expect(whole.activities).toMatchObject({ totalCount: 20 });
  },
);

test('an activity is refused without a contact, a subject, or with a date that is none', async () => {
  const contactId = await createContact(user);
  const log = (input: object) =>
    refusals(user, 'logActivity', { contactId, type: 'CALL', subject: 'x', ...input });
  expect(await log({ contactId: server.south.contactId })).toEqual(['NOT_FOUND contactId']);
  expect(await log({ subject: ' ' })).toEqual(['INVALID subject']);
  expect(await log({ note: 'x'.repeat(10_001) })).toEqual(['INVALID note']);
  expect(await log({ occurredAt: '2026-02-30T00:00:00Z' })).toEqual(['INVALID occurredAt']);
  expect(await log({ occurredAt: '2026-02-28' })).toEqual(['INVALID occurredAt']);
  for (const occurredAt of [
    '2026-02-28T10:00:00+02:00',
    '2026-02-28T10:00Z',
    '2026-02-28T10:00+0200',
    '2026-02-28T10:00:00,5Z',
  ]) {
    expect(await log({ occurredAt }), occurredAt).toEqual([]);
  }
});

test('contactAnalytics counts contacts, scores and industries', async () => {
  const { owner } = server.south;
  await createContact(owner, { email: 'a@x.example', jobTitle: 'x' });
  const { contact: made } = await change(
    owner,
    'createContact',
    { name: 'x', organizationName: 'Fishers', email: 'a@x.example' },
    'contact { organizationId }',
  );
  await change(owner, 'updateOrganization', { id: made.organizationId, industry: 'Fishing' });
  await createContact(owner, { organizationName: 'Fishers' });
  await recomputeDueWarmness(server.app.platform);
  const { contactAnalytics } = await read(
    owner,
    '{ contactAnalytics { contacts withOrganization warmness { score contacts } industries { industry organizations contacts averageWarmness } } }',
  );
  expect(contactAnalytics).toEqual({
    contacts: 4,
    withOrganization: 3,
    warmness: Array.from({ length: 11 }, (_, score) => ({
      score,
      contacts: { 1: 1, 2: 3 }[score] ?? 0,
    })),
    industries: [
      { industry: 'Fishing', organizations: 1, contacts: 2, averageWarmness: 1.5 },
      { industry: null, organizations: 1, contacts: 1, averageWarmness: 2 },
    ],
  });
});

describe('correcting an activity', () => {
  const log = async (contactId: string, input: object) =>
    (
      await change(
        user,
        'logActivity',
        { contactId, subject: 'x', ...input },
        'activity { id type subject note occurredAt }',
      )
    ).activity;

  test('changes what is given, and the figures of its contact at once', async () => {
    const contactId = await createContact(user, { organizationName: 'Correctors' });
    const { id } = await log(contactId, { type: 'MEETING', note: 'Old', occurredAt: daysAgo(2) });
    const selection = `activity { type subject note occurredAt } contact {
      lastContactedAt warmness { activity engagement } organization { lastActivityAt } }`;
    const moved = await change(user, 'updateActivity', { id, occurredAt: daysAgo(40) }, selection);
    expect(moved).toMatchObject({
      activity: { type: 'MEETING', subject: 'x', note: 'Old' },
      contact: { warmness: { activity: 0, engagement: 0 } },
    });
    expect(moved.contact.lastContactedAt).toBe(moved.activity.occurredAt);
    expect(moved.contact.organization.lastActivityAt).toBe(moved.activity.occurredAt);
    const noted = await change(user, 'updateActivity', { id, type: 'NOTE', note: null }, selection);
    expect(noted).toMatchObject({
      activity: { type: 'NOTE', note: null },
      contact: { lastContactedAt: null },
    });
    expect(await change(user, 'updateActivity', { id }, selection)).toEqual({
      ...noted,
      userErrors: [],
    });
  });

  test('deletes it with what it counted for', async () => {
    const contactId = await createContact(user, { organizationName: 'Deleters' });
    const [first, second] = [
      await log(contactId, { type: 'CALL', occurredAt: daysAgo(3) }),
      await log(contactId, { type: 'MEETING', occurredAt: daysAgo(1) }),
    ];
    await change(user, 'deleteActivity', { id: second.id }, 'deletedId');
    expect(await contact(contactId)).toMatchObject({
      lastContactedAt: first.occurredAt,
      organization: { lastActivityAt: first.occurredAt },
      warmness: { activity: 2 },
    });
    await change(user, 'deleteActivity', { id: first.id });
    expect(await contact(contactId)).toMatchObject({
      lastContactedAt: null,
      organization: { lastActivityAt: null },
      warmness: { activity: 0, engagement: 0 },
    });
  });

  test('is refused for what does not exist, and in another tenant', async () => {
    const { id } = await log(await createContact(user), { type: 'CALL' });
    await change(user, 'deleteActivity', { id });
    expect(await refusals(user, 'updateActivity', { id, subject: 'y' })).toEqual(['NOT_FOUND id']);
    expect(await refusals(user, 'deleteActivity', { id })).toEqual(['NOT_FOUND id']);
    const south = await createContact(server.south.owner);
    const { activity } = await change(
      server.south.owner,
      'logActivity',
      { contactId: south, type: 'CALL', subject: 'x' },
      'activity { id }',
    );
    expect(await refusals(user, 'deleteActivity', { id: activity.id })).toEqual(['NOT_FOUND id']);
    expect(await refusals(user, 'updateActivity', { id: activity.id, subject: 'y' })).toEqual([
      'NOT_FOUND id',
    ]);
  });
});
