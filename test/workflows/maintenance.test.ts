/**
 * Maintenance: priorities by rules, technicians by skill, distance and load, and the ready-made
 * workflow on them.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedWorkflows } from '../../src/workflows/index.ts';
import { assessByRules } from '../../src/workflows/maintenance/priority-rules.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { asset, BERLIN, CREATE, property, requestOf, technician } from './maintenance.ts';
import { mutate, noop, run, saved, statusesOf, stepsOf } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' } });
  user = server.north.owner;
});
afterAll(() => server.stop());

const ASSIGN = {
  id: 'assign',
  type: 'ASSIGN_TECHNICIAN',
  dependsOn: ['create'],
  input: { requestId: '{{ steps.create.output.requestId }}' },
};

async function assigned(key: string, input: object): Promise<string> {
  const state = await run(user, key, { title: 'Broken', ...input });
  expect(state.errorMessage).toBeNull();
  return stepsOf(state)['assign'].output.technicianId;
}

describe('a technician', () => {
  test('is the nearest with the skill, though one without it is nearer, and others have less to do', async () => {
    const key = await saved(user, 'nearest', [CREATE, ASSIGN]);
    const propertyId = await property(user);
    const assetId = await asset(user, propertyId, 'Boilers');
    await technician(user, 'Wrong skill', { skills: ['Lifts'], ...BERLIN });
    await technician(user, 'Far', { skills: ['boilers'], latitude: 48.14, longitude: 11.58 });
    const near = await technician(user, 'Near', {
      skills: ['Roofs', 'BOILERS'],
      latitude: 52.4,
      longitude: 13.06,
    });
    for (let count = 0; count < 3; count += 1)
      expect(await assigned(key, { propertyId, assetId })).toBe(near);
  });

  test('of two at one place is the one with fewer open requests, also when many are assigned at once', async () => {
    const key = await saved(user, 'balanced', [CREATE, ASSIGN]);
    const propertyId = await property(user);
    const assetId = await asset(user, propertyId, 'Windows');
    const both = [
      await technician(user, 'One', { skills: ['Windows'], ...BERLIN }),
      await technician(user, 'Two', { skills: ['Windows'], ...BERLIN }),
    ];
    const chosen = await Promise.all(
      Array.from({ length: 12 }, () => assigned(key, { propertyId, assetId })),
    );
    expect(both.map((id) => chosen.filter((one) => one === id).length)).toEqual([6, 6]);
    const { data } = await user.run(
      '{ technicians(skill: " windows ") { totalCount nodes { openRequests } } }',
    );
    expect(data.technicians).toEqual({
      totalCount: 2,
      nodes: [{ openRequests: 6 }, { openRequests: 6 }],
    });
  });

  test('is near across the antimeridian', async () => {
    const key = await saved(user, 'antimeridian', [CREATE, ASSIGN]);
    const propertyId = await property(user, { latitude: -17, longitude: 179.9 });
    const assetId = await asset(user, propertyId, 'Pumps');
    await technician(user, 'On the map', { skills: ['Pumps'], latitude: -17, longitude: 175 });
    const near = await technician(user, 'On the globe', {
      skills: ['Pumps'],
      latitude: -17,
      longitude: -179.9,
    });
    expect(await assigned(key, { propertyId, assetId })).toBe(near);
  });

  test.each([
    ['nobody has the skill', 'Magic', 'No technician has the skill "Magic".'],
    [
      'the request is for no asset',
      null,
      'The request names no asset, so the skill that it needs is unknown.',
    ],
  ])('is not found where %s: the step fails', async (_why, category, message) => {
    const key = await saved(user, 'nobody', [CREATE, ASSIGN]);
    const propertyId = await property(user);
    const assetId = category === null ? null : await asset(user, propertyId, category);
    const state = await run(user, key, { propertyId, assetId, title: 'x' });
    expect(stepsOf(state)['assign']).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      errorMessage: message,
    });
  });
});

describe('open requests of a technician', () => {
  test('follow what happens to its requests', async () => {
    const propertyId = await property(user);
    const assetId = await asset(user, propertyId, 'Doors');
    const [one, two] = [
      await technician(user, 'One', { skills: ['Doors'], ...BERLIN }),
      await technician(user, 'Two', { skills: [], ...BERLIN }),
    ];
    const key = await saved(user, 'doors', [CREATE, ASSIGN]);
    await assigned(key, { propertyId, assetId });
    const { data } = await user.run(
      '{ maintenanceRequests(first: 1, filter: { status: [ASSIGNED] }) { nodes { id } } }',
    );
    const { id } = data.maintenanceRequests.nodes[0];
    const open = async () => {
      const answer = await user.run(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Technician { openRequests } } }',
        { ids: [one, two] },
      );
      return answer.data.nodes.map((node: any) => node.openRequests);
    };
    const update = (change: object) =>
      mutate(
        user,
        'updateMaintenanceRequest',
        { id, ...change },
        'maintenanceRequest { status priority priorityReason }',
      );
    expect(await open()).toEqual([1, 0]);
    await update({ technicianId: two });
    expect(await open()).toEqual([0, 1]);
    expect((await update({ status: 'DONE', priority: 'LOW' })).maintenanceRequest).toEqual({
      status: 'DONE',
      priority: 'LOW',
      priorityReason: null,
    });
    expect(await open()).toEqual([0, 0]);
    expect((await update({ status: 'IN_PROGRESS', priority: null })).maintenanceRequest).toEqual({
      status: 'IN_PROGRESS',
      priority: null,
      priorityReason: null,
    });
    expect(await open()).toEqual([0, 1]);
    await update({ technicianId: null });
    expect(await open()).toEqual([0, 0]);
  });
});

describe('the embedded rules', () => {
  const assess = (title: string, month = 1) =>
    assessByRules({ title, description: '', category: null }, month).priority;

  test.each([
    ['I smell gas in the hallway', 'EMERGENCY'],
    ['Fire alarm: smoke in the kitchen', 'EMERGENCY'],
    ['The basement is flooded', 'EMERGENCY'],
    ['Burst pipe', 'EMERGENCY'],
    ['Elevator stuck on the third floor', 'HIGH'],
    ['The tap is leaking', 'HIGH'],
    ['Bedroom door does not close', 'MEDIUM'],
    ['Scratches in the paint', 'LOW'],
  ])('call "%s" %s', (title, priority) => {
    expect(assess(title)).toBe(priority);
  });

  test('call no heat an emergency in winter only', () => {
    expect([
      assess('There is no heat', 1),
      assess('Heating is not working', 12),
      assess('There is no heat', 7),
    ]).toEqual(['EMERGENCY', 'EMERGENCY', 'HIGH']);
  });
});

describe('the ready-made workflows', () => {
  beforeAll(() =>
    server.app.platform.database
      .forTenant({ tenantId: server.north.tenantId })
      .transaction((tx) => seedWorkflows(tx)),
  );

  test('are three, and could be saved as they are', async () => {
    const { data } = await user.run(
      '{ workflows(first: 50) { nodes { key name inputSchema steps { id type dependsOn input when parallel timeoutSeconds } } } }',
    );
    const seeded = data.workflows.nodes.filter(({ key }: { key: string }) =>
      ['maintenance-intake', 'new-client', 'campaign-follow-up'].includes(key),
    );
    expect(seeded).toHaveLength(3);
    for (const { key, name, inputSchema, steps } of seeded)
      await mutate(
        user,
        'saveWorkflow',
        { key: `${key} again`, name, inputSchema, steps },
        'workflow { version }',
      );
  });

  test('turn a call into a request with a priority and a technician, and tell the team', async () => {
    const propertyId = await property(user);
    const assetId = await asset(user, propertyId, 'Plumbing');
    const id = await technician(user, 'Plumber', { skills: ['Plumbing'], ...BERLIN });
    const state = await run(user, 'maintenance-intake', {
      propertyId,
      assetId,
      title: 'The cellar is flooded',
      description: 'Water everywhere',
    });
    expect(state.output).toEqual({ 'assign-technician': { technicianId: id } });
    const { requestId } = stepsOf(state)['create-request'].output;
    expect(await requestOf(user, requestId)).toEqual({
      id: requestId,
      title: 'The cellar is flooded',
      status: 'ASSIGNED',
      priority: 'EMERGENCY',
      priorityReason: 'Water is flooding the place.',
      property: { id: propertyId },
      asset: { id: assetId, category: 'Plumbing' },
      technician: { id, openRequests: 1 },
    });
    const { data } = await server.north.member.run(
      '{ notifications(first: 1) { nodes { title body subject { id __typename } } } }',
    );
    expect(data.notifications.nodes[0]).toEqual({
      title: 'New maintenance request',
      body: 'The cellar is flooded',
      subject: { id: requestId, __typename: 'MaintenanceRequest' },
    });
  });

  test.each([{}, { assetId: null, description: null }, { assetId: '', description: '' }])(
    'take a call without an asset: %j',
    async (given) => {
      const propertyId = await property(user);
      const title = 'The gutter leaks';
      const state = await run(user, 'maintenance-intake', { propertyId, title, ...given });
      expect(state).toMatchObject({ status: 'COMPLETED', progress: 100 });
      expect(statusesOf(state)['assign-technician']).toBe('SKIPPED');
      const { requestId } = stepsOf(state)['create-request'].output;
      expect(await requestOf(user, requestId)).toMatchObject({
        title,
        status: 'OPEN',
        priority: 'HIGH',
        asset: null,
      });
    },
  );
});

test('a request moves only as its status and its technician allow, and the error names where to', async () => {
  const state = await run(user, 'maintenance-intake', {
    propertyId: await property(user),
    title: 'A loose handle',
  });
  const { requestId: id } = stepsOf(state)['create-request'].output;
  const technicianId = await technician(user, 'Mover', { skills: ['Moving'], ...BERLIN });
  const move = async (input: object) => {
    const { data, errors } = await user.run(
      'mutation ($input: UpdateMaintenanceRequestInput!) { updateMaintenanceRequest(input: $input) { maintenanceRequest { status } userErrors { code message field } } }',
      { input: { id, ...input } },
    );
    expect(errors).toBeUndefined();
    const { maintenanceRequest, userErrors } = data.updateMaintenanceRequest;
    return maintenanceRequest?.status ?? userErrors;
  };
  const refused = (message: string) => [{ code: 'CONFLICT', field: ['status'], message }];
  for (const status of ['ASSIGNED', 'IN_PROGRESS'])
    expect(await move({ status })).toEqual(
      refused(`A request that is ${status} needs a technician: give technicianId too.`),
    );
  expect(await move({ status: 'IN_PROGRESS', technicianId })).toBe('IN_PROGRESS');
  expect(await move({ technicianId: null })).toBe('OPEN');
  expect(await move({ technicianId })).toBe('ASSIGNED');
  expect(await move({ status: 'CANCELLED' })).toBe('CANCELLED');
  for (const status of ['IN_PROGRESS', 'DONE', 'ASSIGNED'])
    expect(await move({ status })).toEqual(
      refused('A request that is CANCELLED can only become OPEN.'),
    );
  expect(await move({ status: 'CANCELLED', priority: 'LOW' })).toBe('CANCELLED');
  expect(await move({ status: 'OPEN' })).toBe('OPEN');
  expect(await move({ status: 'DONE' })).toBe('DONE');
});

describe('what steps are given', () => {
  test('of another tenant is like nothing at all', async () => {
    const [foreign, absent] = [
      await property(server.south.owner),
      Buffer.from('Property:00000000-0000-4000-8000-000000000000').toString('base64'),
    ];
    const key = await saved(user, 'foreign', [CREATE, noop('after', ['create'])]);
    const states = [
      await run(user, key, { propertyId: foreign, assetId: null, title: 'x' }),
      await run(user, key, { propertyId: absent, assetId: null, title: 'x' }),
    ];
    for (const state of states) {
      expect(statusesOf(state)).toEqual({ create: 'FAILED', after: 'SKIPPED' });
      expect(state.errorMessage).toBe(
        'Step "create": input.propertyId: Nothing with this id exists.',
      );
    }
  });

  test('an asset of another property is refused', async () => {
    const assetId = await asset(user, await property(user), 'Lifts');
    const state = await run(user, 'foreign', {
      propertyId: await property(user),
      assetId,
      title: 'x',
    });
    expect(state.errorMessage).toBe(
      'Step "create": input.assetId: The property has nothing with this id.',
    );
  });

  test('places are on the globe, and names are not empty', async () => {
    const create = (input: object) =>
      user.run(
        'mutation ($input: CreatePropertyInput!) { createProperty(input: $input) { property { id } userErrors { code field } } }',
        { input },
      );
    const { data } = await create({ name: ' ', address: 'x', latitude: 91, longitude: -180.5 });
    expect(data.createProperty).toEqual({
      property: null,
      userErrors: [['name'], ['latitude'], ['longitude']].map((field) => ({
        code: 'INVALID',
        field,
      })),
    });
  });
});
