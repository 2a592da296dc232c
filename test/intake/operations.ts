/**
 * What the tests of intake have in common: mutations by name, and clients with packets in one line.
 */
import { answersFor } from '../support/intake.ts';
import { eventually } from '../support/live.ts';
import type { TestUser } from '../support/server.ts';

const INPUT_TYPES = {
  createClient: 'CreateClientInput',
  saveIntakeProgress: 'SaveIntakeProgressInput',
  submitIntake: 'SubmitIntakeInput',
  retryPacket: 'PacketIdInput',
  cancelPacket: 'PacketIdInput',
  upsertQuestionBlock: 'UpsertQuestionBlockInput',
  upsertIntakePath: 'UpsertIntakePathInput',
  upsertPacketTemplate: 'UpsertPacketTemplateInput',
} as const;
type MutationName = keyof typeof INPUT_TYPES;

/** Runs a mutation and answers its payload; fails when it is answered by a GraphQL error. */
export async function mutate(
  user: TestUser,
  name: MutationName,
  input: object,
  selection = '',
): Promise<any> {
  const { data, errors } = await user.run(
    `mutation ($input: ${INPUT_TYPES[name]}!) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`,
    { input },
  );
  if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
  return data[name];
}

/** Runs a mutation that has to succeed. */
export async function change(
  user: TestUser,
  name: MutationName,
  input: object,
  selection?: string,
): Promise<any> {
  const payload = await mutate(user, name, input, selection);
  if (payload.userErrors.length > 0)
    throw new Error(`${name}: ${JSON.stringify(payload.userErrors)}`);
  return payload;
}

/** What a mutation is refused for, each as 'CODE path.of.the.field'; without a refusal nothing. */
export async function refusals(
  user: TestUser,
  name: MutationName,
  input: object,
): Promise<string[]> {
  const { userErrors } = await mutate(user, name, input);
  return userErrors.map(
    (error: { code: string; field: string[] }) => `${error.code} ${error.field.join('.')}`,
  );
}

/** Answers the data of a query; fails when there are errors. */
export async function read(user: TestUser, query: string, variables?: object): Promise<any> {
  const { data, errors } = await user.run(query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Creates a client, and answers its id. */
export async function createClient(user: TestUser, input: object = {}): Promise<string> {
  return (
    await change(
      user,
      'createClient',
      { name: 'Ann Lee', clientType: 'INDIVIDUAL', ...input },
      'client { id }',
    )
  ).client.id;
}

const INTAKE =
  'query ($id: ID!) { client(id: $id) { intakeCompletedAt intake { answers answered required percent isComplete missing lastSavedAt path { clientType } } } }';

/** The saved intake of a client, or null. */
export async function intakeOf(user: TestUser, id: string): Promise<any> {
  return (await read(user, INTAKE, { id })).client.intake;
}

const PACKET =
  'id type status priority progress version attempts maxAttempts errorMessage nextAttemptAt title startedAt completedAt';

/** A client that submitted valid answers; answers its id and its packets as they were then. */
export async function submittedClient(
  user: TestUser,
  input: object = {},
  submission: object = {},
): Promise<{ id: string; packets: any[] }> {
  const id = await createClient(user, input);
  const answers = await answersFor(user, (input as { clientType?: string }).clientType);
  const { packets } = await change(
    user,
    'submitIntake',
    { clientId: id, answers, ...submission },
    `packets { ${PACKET} }`,
  );
  return { id, packets };
}

/** The packets of a client, the first made first. */
export async function packetsOf(user: TestUser, id: string, selection = PACKET): Promise<any[]> {
  const { client } = await read(
    user,
    `query ($id: ID!) { client(id: $id) { packets { nodes { ${selection} } } } }`,
    { id },
  );
  return client.packets.nodes.reverse();
}

/** Waits until no packet of a client waits or is generated, and answers them. */
export async function finishedPackets(
  user: TestUser,
  id: string,
  selection = PACKET,
): Promise<any[]> {
  await eventually(
    'all packets are finished',
    async () =>
      (await read(user, 'query ($id: ID!) { client(id: $id) { packetSummary { done } } }', { id }))
        .client.packetSummary.done,
  );
  return packetsOf(user, id, selection);
}

/** A block with questions of each kind, on the CORPORATE path alone; `more` beside them. */
export async function useEveryKind(user: TestUser, block: object = {}): Promise<void> {
  const questions = [
    { key: 'everyText', label: 'Text', kind: 'TEXT', required: true },
    { key: 'everyLong', label: 'Long text', kind: 'LONG_TEXT' },
    { key: 'everyNumber', label: 'Number', kind: 'NUMBER', min: 1.5, max: 10, required: true },
    { key: 'everyBoolean', label: 'Yes or no', kind: 'BOOLEAN' },
    { key: 'everyDate', label: 'Date', kind: 'DATE', required: true },
    { key: 'everyChoice', label: 'Choice', kind: 'SINGLE_CHOICE', options: ['A', 'B'] },
    { key: 'everyChoices', label: 'Choices', kind: 'MULTIPLE_CHOICE', options: ['A', 'B', 'C'] },
  ];
  await change(user, 'upsertQuestionBlock', {
    key: 'every',
    title: 'Every kind',
    category: 'test',
    questions,
    ...block,
  });
  const hidden = [{ key: 'hiddenText', label: 'Hidden', kind: 'TEXT', required: true }];
  await change(user, 'upsertQuestionBlock', {
    key: 'hidden',
    title: 'Hidden',
    category: 'test',
    isActive: false,
    questions: hidden,
  });
  await change(user, 'upsertIntakePath', {
    clientType: 'CORPORATE',
    title: 'Test',
    blockKeys: ['every', 'hidden'],
    packetTypes: ['WELCOME', 'WELLNESS'],
  });
}

export const COMPLETE = { everyText: 'Ann', everyNumber: 2, everyDate: '1990-05-17' };
