/** Submitting: what it needs, what it makes, and what a second time does. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersFor } from '../support/intake.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  COMPLETE,
  change,
  createClient,
  finishedPackets,
  intakeOf,
  mutate,
  read,
  refusals,
  useEveryKind,
} from './operations.ts';

let server: TestServer;
/** Takes no job, so that packets stay as they were made. */
let idle: TestServer;
let owner: TestUser;
let database: pg.Client;

beforeAll(async () => {
  idle = await startTestServer({ worker: false });
  owner = idle.north.owner;
  await useEveryKind(owner);
  server = await startTestServer();
  database = new pg.Client({ connectionString: idle.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await server.stop();
  await idle.stop();
});

const SUBMITTED =
  'message client { intakeCompletedAt } packets { id type status priority attempts maxAttempts version progress }';
const submit = (clientId: string, input: object = {}) =>
  mutate(owner, 'submitIntake', { clientId, ...input }, SUBMITTED);

async function jobsOf(clientId: string): Promise<any[]> {
  const id = Buffer.from(clientId, 'base64').toString().split(':')[1];
  const text =
    'select job.priority, job.state, packet.type from packet left join pgboss.job on job.id = packet."jobId" where "clientId" = $1 order by packet.id';
  return (await database.query(text, [id])).rows;
}

describe('submitting', () => {
  test('makes a PENDING packet of each type of the path, with its job', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    const payload = await submit(id, { answers: COMPLETE });
    expect(payload).toMatchObject({
      message: 'Your personalized packets are being generated',
      client: { intakeCompletedAt: expect.any(String) },
      packets: ['WELCOME', 'WELLNESS'].map((type) => ({
        type,
        status: 'PENDING',
        priority: 'NORMAL',
        attempts: 0,
        maxAttempts: 3,
        version: 1,
        progress: 0,
      })),
      userErrors: [],
    });
    expect(await jobsOf(id)).toEqual(
      ['WELCOME', 'WELLNESS'].map((type) => ({ type, priority: 0, state: 'created' })),
    );
  });

  test('merges its answers into what was saved', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    await change(owner, 'saveIntakeProgress', {
      clientId: id,
      answers: { everyText: 'Ann', everyChoice: 'A' },
    });
    expect((await submit(id, { answers: { ...COMPLETE, everyChoice: null } })).userErrors).toEqual(
      [],
    );
    expect(await intakeOf(owner, id)).toMatchObject({
      answers: COMPLETE,
      percent: 100,
      isComplete: true,
    });
  });

  test('names each required question without an answer, and makes nothing', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    await change(owner, 'saveIntakeProgress', { clientId: id, answers: { everyText: 'Ann' } });
    const input = { clientId: id, answers: { everyChoice: 'B' } };
    expect(await refusals(owner, 'submitIntake', input)).toEqual([
      'REQUIRED answers.everyNumber',
      'REQUIRED answers.everyDate',
    ]);
    expect((await intakeOf(owner, id)).answers).toEqual({ everyText: 'Ann' });
    expect(await jobsOf(id)).toEqual([]);
    expect(
      (await read(owner, 'query ($id: ID!) { client(id: $id) { intakeCompletedAt } }', { id }))
        .client.intakeCompletedAt,
    ).toBeNull();
  });

  test('refuses wrong answers as saving does', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    const answers = { ...COMPLETE, everyNumber: 99, nothing: 1 };
    expect(await refusals(owner, 'submitIntake', { clientId: id, answers })).toEqual([
      'INVALID answers.everyNumber',
      'NOT_FOUND answers.nothing',
    ]);
    expect(await refusals(owner, 'submitIntake', { clientId: id, answers: 'x' })).toEqual([
      'INVALID answers',
    ]);
    expect(await submit(id, { answers })).toMatchObject({
      client: null,
      packets: [],
      message: null,
    });
  });

  test('refuses a saved answer that does not fit any more', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    await change(owner, 'saveIntakeProgress', {
      clientId: id,
      answers: { ...COMPLETE, everyChoice: 'B' },
    });
    const questions = [
      { key: 'everyChoice', label: 'Choice', kind: 'SINGLE_CHOICE', options: ['A'] },
    ];
    await useEveryKind(owner, { questions });
    expect(await refusals(owner, 'submitIntake', { clientId: id })).toEqual([
      'INVALID answers.everyChoice',
    ]);
    await useEveryKind(owner);
  });

  test.each([
    ['URGENT', 1],
    ['NORMAL', 0],
    ['LOW', -1],
  ])('gives packets and jobs the priority %s', async (priority, ofJob) => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    const { packets } = await submit(id, { answers: COMPLETE, priority });
    expect(packets.map((packet: any) => packet.priority)).toEqual([priority, priority]);
    expect((await jobsOf(id)).map((job) => job.priority)).toEqual([ofJob, ofJob]);
  });

  test('costs 5 statements, the raised versions among them', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    const query =
      'mutation ($input: SubmitIntakeInput!) { submitIntake(input: $input) { message packets { id } client { id } userErrors { code } } }';
    const answer = await owner.run(
      query,
      { input: { clientId: id, answers: COMPLETE } },
      { 'x-performance': '1' },
    );
    expect(answer.data.submitIntake.userErrors).toEqual([]);
    expect(answer.extensions?.performance?.sqlStatements).toBe(5);
  });
});

describe('submitting again', () => {
  test.each([
    [undefined],
    [{}],
    [COMPLETE],
    [{ everyText: 'Ann', everyLong: null }],
    [{ everyChoices: ['B', 'A'] }],
  ])('with the same answers (%j) answers the same packets', async (answers) => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    const first = await submit(id, { answers: { ...COMPLETE, everyChoices: ['A', 'B'] } });
    const second = await submit(id, { answers, priority: 'URGENT' });
    expect(second).toEqual(first);
    expect(await jobsOf(id)).toHaveLength(2);
  });

  test.each([
    [{ everyText: 'Other' }],
    [{ everyText: null }],
    [{ everyLong: 'New' }],
    [{ nothing: 1 }],
  ])('with other answers (%j) is a CONFLICT', async (answers) => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    await submit(id, { answers: COMPLETE });
    expect(await refusals(owner, 'submitIntake', { clientId: id, answers })).toEqual([
      'CONFLICT clientId',
    ]);
    expect((await intakeOf(owner, id)).answers).toEqual(COMPLETE);
  });

  test('at the same time makes the packets once', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    const payloads = await Promise.all(
      Array.from({ length: 10 }, () => submit(id, { answers: COMPLETE })),
    );
    expect(new Set(payloads.map((payload) => JSON.stringify(payload.packets))).size).toBe(1);
    expect(await jobsOf(id)).toHaveLength(2);
  });

  test('while another tab saves other answers keeps either all of them or none', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    const [, saved] = await Promise.all([
      submit(id, { answers: COMPLETE }),
      mutate(owner, 'saveIntakeProgress', { clientId: id, answers: { everyLong: 'late' } }),
    ]);
    const { answers } = await intakeOf(owner, id);
    expect(answers).toEqual(
      saved.userErrors.length === 0 ? { ...COMPLETE, everyLong: 'late' } : COMPLETE,
    );
  });
});

test('200 clients that submit at once get every packet exactly once', async () => {
  // With connections of its own: a packet's attempt that finds none, behind 200 submissions, would
  // count.
  const worker = await startTestServer({ shareWith: idle });
  const user = owner;
  const answers = await answersFor(user);
  const ids: string[] = [];
  while (ids.length < 200)
    ids.push(
      ...(await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          createClient(user, { name: `Client ${ids.length + index}` }),
        ),
      )),
    );
  const submitted = async (clientId: string): Promise<void> => {
    const query =
      'mutation ($input: SubmitIntakeInput!) { submitIntake(input: $input) { userErrors { code } } }';
    const { data, errors } = await user.run(query, { input: { clientId, answers } });
    // A machine that is too busy to find a connection within two seconds, or to answer within ten,
    // says so; submitting again is harmless.
    if (['SERVICE_UNAVAILABLE', 'TIMEOUT'].includes(errors?.[0]?.extensions.code ?? ''))
      return submitted(clientId);
    expect(data?.submitIntake).toEqual({ userErrors: [] });
  };
  await Promise.all(ids.map(submitted));
  for (const id of ids) {
    const packets = await finishedPackets(user, id);
    expect(packets.map(({ type, status, attempts }) => ({ type, status, attempts }))).toEqual(
      ['WELCOME', 'NUTRITION', 'WORKOUT', 'RECOVERY'].map((type) => ({
        type,
        status: 'COMPLETED',
        attempts: 1,
      })),
    );
  }
  await worker.stop();
});

test('urgent packets are generated before normal ones and these before low ones, the oldest first', async () => {
  const submitted: string[] = [];
  for (const priority of ['LOW', 'NORMAL', 'URGENT', 'LOW', 'NORMAL', 'URGENT']) {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    await submit(id, { answers: COMPLETE, priority });
    submitted.push(id);
  }
  const worker = await startTestServer({ shareWith: idle, settings: { PACKET_CONCURRENCY: '1' } });
  try {
    const packetsOfEach = await Promise.all(submitted.map((id) => finishedPackets(owner, id)));
    const started = packetsOfEach
      .flatMap((packets, index) => packets.map((packet) => ({ ...packet, of: submitted[index] })))
      .sort((one, other) => (one.startedAt < other.startedAt ? -1 : 1));
    expect(started.map(({ priority }) => priority)).toEqual([
      ...Array(4).fill('URGENT'),
      ...Array(4).fill('NORMAL'),
      ...Array(4).fill('LOW'),
    ]);
    // The packets of one submission are equally old.
    expect(started.map(({ of }) => of)).toEqual(
      [2, 5, 1, 4, 0, 3].flatMap((index) => [submitted[index], submitted[index]]),
    );
  } finally {
    await worker.stop();
  }
});
