/** What a portal user sees of intake: its own client, and nothing of anybody else's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersFor } from '../support/intake.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  change,
  createClient,
  finishedPackets,
  read,
  refusals,
  submittedClient,
} from './operations.ts';

let server: TestServer;
let client: TestUser;
let own: string;
let other: { id: string; packets: any[] };

beforeAll(async () => {
  server = await startTestServer();
  client = server.north.client;
  own = await createClient(server.north.owner, { name: 'Own', contactId: server.north.contactId });
  other = await submittedClient(server.north.owner, { name: 'Other' });
  await finishedPackets(server.north.owner, other.id);
});
afterAll(() => server.stop());

const SHOWN =
  'id contactId contact { name } intake { percent } packets { totalCount nodes { id sections { heading } html } } packetSummary { total }';

describe('a portal user', () => {
  test('fills in and submits its own intake, and reads its packets', async () => {
    const answers = await answersFor(client);
    await change(client, 'saveIntakeProgress', { clientId: own, answers });
    const { packets } = await change(client, 'submitIntake', { clientId: own }, 'packets { id }');
    const finished = await finishedPackets(client, own, 'id status html');
    expect(finished.map(({ id }) => id)).toEqual(packets.map(({ id }: any) => id));
    expect(finished.every(({ status, html }) => status === 'COMPLETED' && html !== null)).toBe(
      true,
    );
    const shown = await read(
      client,
      `query ($id: ID!) { client(id: $id) { ${SHOWN} } node(id: $id) { ... on Client { name } } }`,
      { id: own },
    );
    expect(shown.client).toMatchObject({
      contact: { name: 'Cleo of north' },
      intake: { percent: 100 },
      packetSummary: { total: packets.length },
    });
    expect(shown.node).toEqual({ name: 'Own' });
  });

  test('finds itself alone among clients and packets', async () => {
    const { clients, packets } = await read(
      client,
      '{ clients { totalCount nodes { id } } packets(first: 500) { totalCount nodes { clientId } } }',
    );
    expect(clients).toEqual({ totalCount: 1, nodes: [{ id: own }] });
    expect(packets.nodes.every(({ clientId }: any) => clientId === own)).toBe(true);
    expect(
      (
        await read(
          client,
          'query ($id: ID!) { packets(filter: { clientId: $id }) { totalCount } }',
          { id: other.id },
        )
      ).packets.totalCount,
    ).toBe(0);
  });

  test("reads another client and its packets as absent, and can't change them", async () => {
    const ids = { client: other.id, packet: other.packets[0].id };
    const answer = await read(
      client,
      'query ($client: ID!, $packet: ID!) { client(id: $client) { id } nodes(ids: [$client, $packet]) { id } }',
      ids,
    );
    expect(answer).toEqual({ client: null, nodes: [null, null] });
    expect(
      await refusals(client, 'saveIntakeProgress', { clientId: other.id, answers: {} }),
    ).toEqual(['NOT_FOUND clientId']);
    expect(await refusals(client, 'submitIntake', { clientId: other.id })).toEqual([
      'NOT_FOUND clientId',
    ]);
  });

  test('sees the active blocks of its questionnaire only', async () => {
    const { owner } = server.north;
    const block = { key: 'off', title: 'Off', category: 'off', isActive: false, questions: [] };
    const { questionBlock } = await change(
      owner,
      'upsertQuestionBlock',
      block,
      'questionBlock { id }',
    );
    await change(owner, 'upsertQuestionBlock', { ...block, key: 'on', isActive: true });
    await change(owner, 'upsertIntakePath', {
      clientType: 'SENIOR',
      title: 'x',
      blockKeys: ['on', 'off'],
      packetTypes: ['WELCOME'],
    });
    const query =
      'query ($id: ID!) { questionBlocks(category: "off", includeInactive: true) { key } intakePath(clientType: SENIOR) { blocks { key } } node(id: $id) { id } }';
    const only = [{ key: 'on' }];
    expect(await read(client, query, { id: questionBlock.id })).toEqual({
      questionBlocks: only,
      intakePath: { blocks: only },
      node: null,
    });
    expect((await read(owner, query, { id: questionBlock.id })).intakePath.blocks).toHaveLength(2);
  });

  test('can neither read templates by id nor retry or cancel its packets', async () => {
    const { packetTemplates } = await read(server.north.owner, '{ packetTemplates { id } }');
    expect(
      (
        await read(client, 'query ($id: ID!) { node(id: $id) { id } }', {
          id: packetTemplates[0].id,
        })
      ).node,
    ).toBeNull();
    const { errors } = await client.run(
      'mutation ($id: ID!) { cancelPacket(input: { id: $id }) { packet { id } } }',
      { id: other.packets[0].id },
    );
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
