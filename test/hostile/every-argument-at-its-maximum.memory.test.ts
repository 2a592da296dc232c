/**
 * Every argument of the schema at its maximum and over it, as a member and as an owner: nothing
 * breaks, nothing grows.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { type Attempt, InputFuzz } from '../support/input-fuzz.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';

const MEBIBYTE = 1_048_576;
const MAX_ANSWER_BYTES = 8 * MEBIBYTE;
const AT_ONCE = 4;

let server: TestServer;
/** An object of each type that has fields with arguments. */
let ids: Record<string, string>;

beforeAll(async () => {
  // Thousands of requests by two users are more than one may make in a minute.
  server = await startTestServer({ worker: false, settings: { API_COST_PER_MINUTE: '0' } });
  const { owner, contactId, organizationId } = server.north;
  const made = await owner.run(`mutation {
    createCampaign(input: { name: "x", templates: [{ templateName: "x" }] }) { campaign { id } }
    createClient(input: { name: "x", clientType: INDIVIDUAL }) { client { id } }
    saveWorkflow(input: { key: "x", name: "x", steps: [{ id: "x", type: WAIT, input: { seconds: 0 } }] }) { workflow { id } }
  }`);
  ids = {
    Contact: contactId,
    Organization: organizationId,
    Campaign: made.data.createCampaign.campaign.id,
    Client: made.data.createClient.client.id,
    Workflow: made.data.saveWorkflow.workflow.id,
  };
});
afterAll(() => server.stop());

interface Answer {
  status: number;
  bytes: number;
  errors: { message: string; extensions: { code: string } }[];
  userErrors: { code: string; field: string[]; message: string }[];
}

async function send(user: TestUser, { kind, query, variables }: Attempt): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql${kind === 'subscription' ? '/stream' : ''}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: kind === 'subscription' ? 'text/event-stream' : 'application/json',
      authorization: `Bearer ${user.token}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = kind === 'subscription' ? await firstEvent(response) : await response.text();
  const json = kind === 'subscription' ? /^data: (\{.*)$/m.exec(text)?.[1] : text;
  const { data, errors = [] } = JSON.parse(json ?? '{}');
  const payload: any = Object.values(data ?? {})[0];
  return {
    status: response.status,
    bytes: Buffer.byteLength(text),
    errors,
    userErrors: payload?.userErrors ?? [],
  };
}

/** What a stream says up to the end of its first event; one that is not refused has no end. */
async function firstEvent(response: Response): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += read.value;
    if (/^data: \{.*\n\n/m.test(text)) break;
  }
  await reader.cancel();
  return text;
}

const TOO_LARGE =
  /^(Argument "[^"]+": )?Expected (at most [\d,]+ .*, found [\d,]+|each \w+ once, found \w+ again)\.$/;

/** What is wrong with an answer, in words; nothing where it is as it has to be. */
function faultsOf({ size, place, path, kind }: Attempt, answer: Answer, role: string): string[] {
  const faults = [];
  const codes = answer.errors.map(({ extensions }) => extensions.code);
  if (answer.status !== 200) faults.push(`status ${answer.status}`);
  if (answer.bytes > MAX_ANSWER_BYTES) faults.push(`${answer.bytes} bytes`);
  for (const code of [
    'INTERNAL_SERVER_ERROR',
    'TIMEOUT',
    'RATE_LIMITED',
    'GRAPHQL_VALIDATION_FAILED',
  ])
    if (codes.includes(code)) faults.push(code);
  const messages = [...answer.errors, ...answer.userErrors].map(({ message }) => message);
  const tooLarge = messages.filter((message) => TOO_LARGE.test(message));
  if (size === 'at' && tooLarge.length > 0) faults.push(`refused at its maximum: ${tooLarge[0]}`);
  const isClosed = role === 'member' && codes[0] === 'FORBIDDEN';
  if (size === 'over' && !isClosed && !isRefused(answer, { path, kind }))
    faults.push(`not refused: ${JSON.stringify([answer.errors, answer.userErrors]).slice(0, 300)}`);
  return faults.map((fault) => `${place} ${size} as ${role}: ${fault}`);
}

/**
 * Whether it says which argument is too large: as a userError where the mutation has those, else as
 * BAD_USER_INPUT.
 */
function isRefused(
  { errors, userErrors }: Answer,
  { path, kind }: Pick<Attempt, 'path' | 'kind'>,
): boolean {
  const field = kind === 'mutation' ? path.slice(1) : path;
  const [told] = userErrors;
  if (told)
    return (
      told.code === 'INVALID' &&
      told.field.join('.') === field.join('.') &&
      TOO_LARGE.test(told.message)
    );
  const [error] = errors;
  return (
    error?.extensions.code === 'BAD_USER_INPUT' &&
    error.message.startsWith(`Argument "${path.join('.')}": `) &&
    TOO_LARGE.test(error.message)
  );
}

async function faultsOfAll(attempts: readonly Attempt[]): Promise<string[]> {
  const faults: string[] = [];
  const waiting = [...attempts];
  const work = async () => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      for (const role of ['member', 'owner'] as const)
        faults.push(...faultsOf(one, await send(server.north[role], one), role));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return faults;
}

/** The memory of the process that is in use once nothing is left to be collected. */
async function memoryInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 4; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('the objects lead to every field that has arguments of text', () => {
  const withText = Object.values(schema.getTypeMap()).filter(
    (type) =>
      isObjectType(type) &&
      ![schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(
        type,
      ) &&
      !type.name.startsWith('__') &&
      Object.values(type.getFields()).some((field) =>
        field.args.some((argument) => /String|ID|JSON|Date/.test(String(argument.type))),
      ),
  );
  // The dead of the queue are below the root field `packetQueue`, which has no id, and there is no
  // message before one was sent; what is below them takes the same arguments as every list.
  expect(withText.map(({ name }) => name).filter((name) => !(name in ids))).toEqual([
    'CampaignMessage',
    'PacketQueue',
  ]);
});

test('each argument is taken at its maximum, refused over it, and no number breaks anything', async () => {
  const attempts = new InputFuzz(schema).attempts(ids);
  for (const size of ['at', 'over', 'number'] as const)
    expect(attempts.filter((one) => one.size === size).length).toBeGreaterThan(50);
  expect(await faultsOfAll(attempts)).toEqual([]);
});

test('and the process holds no more afterwards than before', async () => {
  // The round above filled what is kept by document; these send other texts, three times.
  const round = (fill: string) =>
    faultsOfAll(
      new InputFuzz(schema, fill)
        .attempts(ids)
        .filter(({ size, kind }) => size === 'at' && kind === 'query'),
    );
  await round('y');
  const before = await memoryInUse();
  for (const fill of ['z', 'w', 'v']) await round(fill);
  const after = await memoryInUse();
  expect(after / before).toBeLessThan(1.25);
});
