/**
 * A text of 1.4 kB that selects 3,000 fields took 150 ms to compile and 4 MB to keep, and was
 * counted as 144 kB.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isCompilable, selectedFieldCount } from '../../src/graphql/compilable.ts';
import { keptDocumentBytes, keptDocuments } from '../../src/graphql/metrics.ts';
import { Operations } from '../../src/graphql/operations.ts';
import { schema, schemas } from '../../src/graphql/schema.ts';
import type { Context } from '../../src/schema-builder/context.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const MEBIBYTE = 1_048_576;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

const repeated = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const FIELDS =
  'addedToCampaign createdAt email id jobTitle lastContactedAt leadStatus name ownerId phone phoneE164 updatedAt warmnessScore';

/** Selects 18 fields for each of `lists` lists; different for each `number`. */
const wide = (lists: number, number = 0) =>
  `{ ${repeated(lists, (index) => `a${number}_${index}: contacts(first: 1) { nodes { ...F } }`)} } fragment F on Contact { ${FIELDS} organization { id name } }`;

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const found = document.definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (found === undefined) throw new Error('An operation is expected.');
  return found;
}

function compilable(source: string): [fields: number, isCompilable: boolean] {
  const document = parse(source);
  const operation = operationOf(document);
  const fields = selectedFieldCount(schema, document, operation);
  return [fields, isCompilable(schema, { document, operation, fields })];
}

test.each([
  ['an ordinary one', wide(10), [180, true]],
  [
    'one that selects many fields',
    `{ contacts(first: 1) { nodes { ${repeated(15, (index) => `o${index}: organization { ${'id '.repeat(40)} }`)} } } }`,
    [617, false],
  ],
  [
    'one on an interface of many types',
    `{ node(id: "x") { ...F } } fragment F on Node { ${repeated(27, (index) => `b${index}: id`)} }`,
    [expect.any(Number), false],
  ],
  [
    'one that writes a long argument again and again',
    `{ ${repeated(5, (index) => `a${index}: organization(id: "x") { ...F }`)} } fragment F on Organization { contacts(first: 0, after: "${'x'.repeat(20_000)}") { totalCount } }`,
    [expect.any(Number), false],
  ],
  [
    'one whose fragments double',
    `{ viewer { ...F0 } } ${repeated(40, (index) => `fragment F${index} on Viewer { ...F${index + 1} ...F${index + 1} }`)} fragment F40 on Viewer { role }`,
    [2 ** 40 + 1, false],
  ],
])('documents are compiled unless they select too much: %s', (_title, source, expected) => {
  expect(compilable(source)).toEqual(expected);
});

test('what is not compiled is answered all the same, each time', async () => {
  const large = `{ ${repeated(19, (index) => `a${index}: contacts(first: 1) { nodes { ...F ${repeated(2, (alias) => `o${alias}: organization { ...O }`)} } }`)} }
    fragment F on Contact { ${FIELDS} } fragment O on Organization { id name industry country city size website createdAt }`;
  expect(compilable(large)[1]).toBe(false);
  // The gauge is the process's: from here on it tells of this server.
  await server.north.owner.run('{ first: __typename }');
  const keptBefore = (await keptDocumentBytes.get()).values[0]?.value ?? 0;
  const answers = [];
  for (let run = 0; run < 3; run += 1) answers.push(await server.north.owner.run(large));
  expect(answers[0]?.errors).toBeUndefined();
  expect(answers[2]).toEqual(answers[0]);
  // A syntax tree is kept, and nothing else.
  expect(((await keptDocumentBytes.get()).values[0]?.value ?? 0) - keptBefore).toBe(
    4_096 + 100 * large.length,
  );
});

test('kept documents are counted with what the compiler made of them, and stay within their bound', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const { platform } = server.app;
  const operations = new Operations(schemas, platform.config);
  const viewer = {
    tenantId: server.north.tenantId,
    userId: server.north.owner.id,
    role: 'OWNER' as const,
    contactId: null,
  };
  const run = async (source: string) => {
    const ready = operations.ready(source, undefined, {});
    if (ready.errors) throw new Error(JSON.stringify(ready.errors));
    const context: Context = {
      platform,
      viewer,
      signal: new AbortController().signal,
      loaded: new Map(),
    };
    expect((await operations.run(ready, context)).errors).toBeUndefined();
  };
  const bytes = async () => (await keptDocumentBytes.get()).values[0]?.value ?? 0;
  const documents = async () => (await keptDocuments.get()).values[0]?.value ?? 0;
  await run(wide(18));
  await run(wide(18));
  const [before, counted] = [heap(), await bytes()];
  for (let number = 1; number <= 40; number += 1)
    for (let time = 0; time < 2; time += 1) await run(wide(18, number));
  const taken = heap() - before;
  const told = (await bytes()) - counted;
  expect(await documents()).toBe(41);
  expect(told).toBeGreaterThan(taken / 2);
  expect(told).toBeLessThan(taken * 4);
  for (let number = 41; number <= 140; number += 1)
    for (let time = 0; time < 2; time += 1) await run(wide(18, number));
  expect(await bytes()).toBeLessThanOrEqual(64 * MEBIBYTE);
  expect(await documents()).toBeLessThan(100);
});
