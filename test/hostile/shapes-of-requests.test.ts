/**
 * Small requests whose shape once cost seconds: fragments that double, variables of many keys,
 * documents that only a subscription sends.
 */
import type { GraphQLResolveInfo } from 'graphql';
import { type FieldNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Documents } from '../../src/graphql/documents.ts';
import { schema } from '../../src/graphql/schema.ts';
import { variablesProblem } from '../../src/graphql/variables.ts';
import { selectedFields } from '../../src/schema-builder/lookahead.ts';
import { subscribe } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const BUDGET = 3_000;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    worker: false,
    settings: { API_COST_PER_MINUTE: String(BUDGET) },
  });
});
afterAll(() => server.stop());

/**
 * Fragments of which each spreads the next one twice, and the last one reads titles: 2^levels paths
 * to it.
 */
function doubling(levels: number): string {
  const fragments = Array.from(
    { length: levels },
    (_, level) =>
      `fragment f${level} on WorkPackageConnection { ...{ ...f${level + 1} } ...{ ...f${level + 1} } }`,
  );
  return `{ workPackages(first: 0) { ...f0 } } ${fragments.join(' ')} fragment f${levels} on WorkPackageConnection { nodes { id title } }`;
}

/**
 * What the resolver of `workPackages` is told of a document, with fragments that count how often
 * they are gone into.
 */
function infoOf(source: string): { info: GraphQLResolveInfo; visits: () => number } {
  let visits = 0;
  const document = parse(source);
  const fragments: Record<string, unknown> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const visited = () => {
      visits += 1;
      return definition;
    };
    Object.defineProperty(fragments, definition.name.value, { get: visited, enumerable: true });
  }
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION,
  );
  const fieldNodes = operation?.selectionSet.selections as FieldNode[];
  return { info: { fieldNodes, fragments } as unknown as GraphQLResolveInfo, visits: () => visits };
}

describe('fragments that spread each other twice', () => {
  test('are gone into once each when a resolver looks what is selected', () => {
    const { info, visits } = infoOf(doubling(40));
    expect(selectedFields(info, ['nodes'])).toEqual(['id', 'title']);
    expect(visits()).toBeLessThan(200);
  });

  test('are answered, for a portal client too', async () => {
    const answer = await server.north.client.run(doubling(22));
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({ workPackages: { nodes: [] } });
  });
});

describe('variables', () => {
  const QUERY =
    'query ($filter: ContactFilter) { contacts(first: 1, filter: $filter) { totalCount } }';

  test('of more keys than any input has are refused before they are held against their types', async () => {
    const filter = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, index) => [`k${index}`, 1]),
    );
    const answer = await server.north.member.run(QUERY, { filter });
    expect(answer.errors).toEqual([
      {
        message: expect.stringContaining('at most 20,000 keys'),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });

  test('of a key longer than any name are refused without repeating it', async () => {
    const answer = await server.north.member.run(QUERY, { filter: { ['k'.repeat(100_000)]: 1 } });
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(answer.errors?.[0]?.message.length).toBeLessThan(200);
  });

  test('are looked at once however they nest', () => {
    let reads = 0;
    const leaf = {};
    const read = () => {
      reads += 1;
      return reads;
    };
    Object.defineProperty(leaf, 'read', { enumerable: true, get: read });
    let nested: unknown = leaf;
    for (let level = 0; level < 60; level += 1) nested = { '': [nested] };
    expect(variablesProblem({ nested })).toBeNull();
    expect(reads).toBe(1);
  });
});

describe('hints of names', () => {
  test('are taken off the end of a message, whatever a client wrote before', () => {
    const documents = new Documents(schema, {
      ...server.app.platform.config,
      INTROSPECTION: false,
    });
    const repeated = 'Did you mean'.repeat(10_000);
    expect(
      documents.withoutHints(`Cannot query field "nam" on type "User". Did you mean "name"?`),
    ).toBe('Cannot query field "nam" on type "User".');
    expect(documents.withoutHints(`Bad value "${repeated}": expected Int.`)).toBe(
      `Bad value "${repeated}": expected Int.`,
    );
  });
});

describe('documents that come to be subscribed to', () => {
  test('are charged for being checked, as over HTTP, though they are refused', async () => {
    const { member } = server.south;
    const codes: string[] = [];
    for (let index = 0; index < 40 && !codes.includes('RATE_LIMITED'); index += 1) {
      const query = `subscription { noSuchField${index} ${'{ a }'.replace('a', 'a '.repeat(400))} }`;
      const subscriber = subscribe(server.url, member, { id: 'x', query });
      const refusal = (await subscriber.ended) as { extensions: { code: string } }[];
      subscriber.stop();
      codes.push(...refusal.map(({ extensions }) => extensions.code));
    }
    expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED', 'RATE_LIMITED']));
  });
});
