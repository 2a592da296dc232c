/**
 * Steps that do what other domains do: packets and activities, and the ready-made workflows of
 * them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedWorkflows } from '../../src/workflows/index.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { mutate, run, saved, stepsOf } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' } });
  user = server.north.owner;
  await server.app.platform.database.forTenant(server.north).transaction(seedWorkflows);
});
afterAll(() => server.stop());

async function newClient(): Promise<string> {
  return (
    await mutate(user, 'createClient', { name: 'Ada', clientType: 'INDIVIDUAL' }, 'client { id }')
  ).client.id;
}

const packet = (packetType: string) => ({
  id: 'packet',
  type: 'GENERATE_PACKET',
  input: { clientId: '{{ input.clientId }}', packetType },
});

test('GENERATE_PACKET is done when the packet is, and makes no second one', async () => {
  const key = await saved(user, 'packet', [packet('WELCOME')]);
  const clientId = await newClient();
  const first = stepsOf(await run(user, key, { clientId }))['packet'];
  expect(first).toMatchObject({ status: 'COMPLETED', output: { packetId: expect.any(String) } });
  const { data } = await user.run(
    'query ($id: ID!) { node(id: $id) { ... on Packet { type status } } }',
    { id: first.output.packetId },
  );
  expect(data.node).toEqual({ type: 'WELCOME', status: 'COMPLETED' });
  expect(stepsOf(await run(user, key, { clientId }))['packet'].output).toEqual(first.output);
});

test('GENERATE_PACKET fails for a client that there is not, like for one of another tenant', async () => {
  const clientId = Buffer.from('Client:00000000-0000-4000-8000-000000000000').toString('base64');
  expect((await run(user, 'packet', { clientId })).errorMessage).toBe(
    'Step "packet": input.clientId: Nothing with this id exists.',
  );
});

test('LOG_ACTIVITY adds an activity of whoever started the workflow, and the contact is as warm as by hand', async () => {
  const step = {
    id: 'log',
    type: 'LOG_ACTIVITY',
    input: {
      contactId: '{{ input.contactId }}',
      type: 'CALL',
      subject: 'About {{ input.what }}',
      note: null,
    },
  };
  const key = await saved(user, 'log', [step]);
  const { activityId } = stepsOf(
    await run(server.north.member, key, { contactId: server.north.contactId, what: 'spring' }),
  )['log'].output;
  const { data } = await user.run(
    'query ($id: ID!) { contact(id: $id) { lastContactedAt activities(first: 1) { nodes { id type subject } } } }',
    {
      id: server.north.contactId,
    },
  );
  expect(data.contact).toEqual({
    lastContactedAt: expect.any(String),
    activities: { nodes: [{ id: activityId, type: 'CALL', subject: 'About spring' }] },
  });
  const { rows } = await server.app.platform.database.pool.query('select "userId" from activity');
  expect(rows).toEqual([{ userId: server.north.member.id }]);
  expect(
    (await run(user, key, { contactId: server.south.contactId, what: 'x' })).errorMessage,
  ).toBe('Step "log": input.contactId: Nothing with this id exists.');
});

test('the ready-made workflow of a new client makes the packet and tells the team and the owner', async () => {
  const clientId = await newClient();
  const state = await run(user, 'new-client', { clientId, name: 'Ada', contactId: null });
  expect(state).toMatchObject({ status: 'COMPLETED', progress: 100 });
  expect(stepsOf(state)['log-welcome'].status).toBe('SKIPPED');
  const { data } = await user.run(
    '{ notifications(first: 1) { nodes { title subject { __typename } } } }',
  );
  expect(data.notifications.nodes).toEqual([
    { title: 'The welcome packet of Ada is ready', subject: { __typename: 'Packet' } },
  ]);
});
