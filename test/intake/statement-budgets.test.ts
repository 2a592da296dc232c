/** How many SQL statements reads of intake cost. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { finishedPackets, submittedClient } from './operations.ts';

let server: TestServer;
let owner: TestUser;
let id: string;

beforeAll(async () => {
  server = await startTestServer();
  owner = server.north.owner;
  for (let index = 0; index < 5; index += 1)
    ({ id } = await submittedClient(owner, { name: `Client ${index}` }));
  await finishedPackets(owner, id);
});
afterAll(() => server.stop());

async function statements(query: string): Promise<number | undefined> {
  const { errors, extensions } = await owner.run(query, { id }, { 'x-performance': '1' });
  expect(errors).toBeUndefined();
  return extensions?.performance?.sqlStatements;
}

const PROGRESS =
  'name packets(first: 20) { totalCount nodes { id type status progress title errorMessage } } packetSummary { total progress done }';

test("a client's packets with their summary cost 2", async () => {
  expect(await statements(`query ($id: ID!) { client(id: $id) { ${PROGRESS} } }`)).toBe(2);
});

test('a list of clients with their packets costs 2, with their answers 3', async () => {
  expect(await statements('{ clients { nodes { id name clientType } } }')).toBe(1);
  expect(await statements(`{ clients { nodes { ${PROGRESS} } } }`)).toBe(2);
  expect(
    await statements(
      `{ clients { nodes { ${PROGRESS} intake { percent missing path { title blocks { questions { key } } } } } } }`,
    ),
  ).toBe(3);
});

test('a list of packets costs 1, with clients 2, and reads sections and pages only when they are selected', async () => {
  expect(await statements('{ packets { nodes { id type status progress } } }')).toBe(1);
  expect(await statements('{ packets { nodes { id client { name } } } }')).toBe(2);
  expect(await statements('{ packets { nodes { id sections { heading } } } }')).toBe(2);
  expect(await statements('{ packets { nodes { id sections { heading } html } } }')).toBe(3);
});

test('the questionnaire costs nothing once it is known, analytics and the queue cost 1', async () => {
  await statements('{ intakePath(clientType: ATHLETE) { title } }');
  expect(
    await statements('{ intakePath(clientType: ATHLETE) { blocks { questions { key } } } }'),
  ).toBe(0);
  expect(
    await statements('{ intakeAnalytics { started byDay { day } byClientType { started } } }'),
  ).toBe(1);
  expect(
    await statements(
      '{ packetQueue { pending processing completed failed oldestPendingSeconds } }',
    ),
  ).toBe(1);
});
