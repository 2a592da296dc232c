/** Artifacts of the five types: what they hold, what is derived, and their list. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  ARTIFACT_TYPE_NAMES,
  type ArtifactTypeName,
  BODIES,
  change,
  createArtifact,
  errorCode,
  read,
} from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer();
  user = server.north.member;
});
afterAll(() => server.stop());

const DETAIL = `id type title status published
  ... on Blog { slug subtitle content wordCount }
  ... on Persona { role goals painPoints narrative }
  ... on Template { subject body placeholders }
  ... on Deck { slides { heading body notes } slideCount }
  ... on Page { path pageContent: content }`;

const node = async (id: string, selection = `... on Artifact { ${DETAIL} }`) =>
  (await read(user, `query ($id: ID!) { node(id: $id) { ${selection} } }`, { id })).node;

const EXPECTED: Record<ArtifactTypeName, object> = {
  Blog: {
    type: 'BLOG',
    slug: 'a-blog',
    subtitle: 'Of words',
    content: 'Four words of content.',
    wordCount: 4,
  },
  Persona: {
    type: 'PERSONA',
    role: 'Buyer',
    goals: ['Save time'],
    painPoints: ['Too slow'],
    narrative: 'Once upon a time',
  },
  Template: {
    type: 'TEMPLATE',
    subject: 'Hello',
    body: 'Dear {{ name }}, from {{ sender }}',
    placeholders: ['name', 'sender'],
  },
  Deck: {
    type: 'DECK',
    slideCount: 2,
    slides: [
      { heading: 'One', body: 'First', notes: null },
      { heading: 'Two', body: 'Second', notes: 'Slowly' },
    ],
  },
  Page: { type: 'PAGE', path: '/about', pageContent: 'About us' },
};

describe.each(ARTIFACT_TYPE_NAMES)('a %s', (type) => {
  test('is created with all that it holds', async () => {
    const { artifact } = await change(user)(
      'createArtifact',
      { title: `A ${type}`, body: BODIES[type] },
      `artifact { ${DETAIL} }`,
    );
    expect(artifact).toEqual({
      id: artifact.id,
      title: `A ${type}`,
      status: 'DRAFT',
      published: false,
      ...EXPECTED[type],
    });
  });

  test('is found by node', async () => {
    const id = await createArtifact(user, type);
    expect(await node(id)).toEqual({
      id,
      title: `A ${type}`,
      status: 'DRAFT',
      published: false,
      ...EXPECTED[type],
    });
  });

  test('keeps its content when only the title changes', async () => {
    const id = await createArtifact(user, type);
    await change(user)('updateArtifact', { id, title: 'Renamed' });
    expect(await node(id)).toMatchObject({ title: 'Renamed', ...EXPECTED[type] });
  });

  test('is gone once it is deleted', async () => {
    const id = await createArtifact(user, type);
    const { deletedId } = await change(user)('deleteArtifact', { id }, 'deletedId');
    expect([deletedId, await node(id)]).toEqual([id, null]);
  });
});

describe('what is derived follows the content', () => {
  test.for([
    ['Blog', { blog: { content: 'One - two' } }, { wordCount: 2 }],
    [
      'Template',
      { template: { body: '{{ z }} {{ a | upcase }} {{ z }}' } },
      { placeholders: ['a', 'z'] },
    ],
    ['Deck', { deck: { slides: [] } }, { slides: [], slideCount: 0 }],
  ] as const)('of a %s', async ([type, body, expected]) => {
    const id = await createArtifact(user, type);
    await change(user)('updateArtifact', { id, body });
    expect(await node(id)).toMatchObject(expected);
  });
});

test('an explicit null clears a field, one that is left out stays', async () => {
  const id = await createArtifact(user, 'Blog');
  await change(user)('updateArtifact', { id, body: { blog: { slug: null, content: 'New' } } });
  expect(await node(id)).toMatchObject({ slug: null, subtitle: 'Of words', content: 'New' });
});

describe('publishedAt', () => {
  const state = (id: string) => node(id, '... on Artifact { published publishedAt }');

  test('is null before the first publication', async () => {
    expect(await state(await createArtifact(user))).toEqual({
      published: false,
      publishedAt: null,
    });
  });

  test('is set when an artifact is created PUBLISHED', async () => {
    const before = Date.now();
    const { published, publishedAt } = await state(
      await createArtifact(user, 'Page', { status: 'PUBLISHED' }),
    );
    expect([published, Date.parse(publishedAt) >= before - 1_000]).toEqual([true, true]);
  });

  test('is set the first time and stays, whatever comes after', async () => {
    const id = await createArtifact(user);
    const states: any[] = [];
    for (const status of ['PUBLISHED', 'IN_REVIEW', 'PUBLISHED']) {
      await change(user)('updateArtifact', { id, status });
      states.push(await state(id));
    }
    expect(states.map((one) => one.published)).toEqual([true, false, true]);
    expect(states[0].publishedAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    expect(new Set(states.map((one) => one.publishedAt)).size).toBe(1);
  });
});

describe('the list', () => {
  let owner: TestUser;
  const made: { id: string; type: string }[] = [];
  const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ArtifactFilter) {
    artifacts(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      totalCount nodes { id type } pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } }`;
  const list = async (variables: object) => (await read(owner, LIST, variables)).artifacts;
  const idsOf = (page: any): string[] => page.nodes.map((one: any) => one.id);

  /** 25 artifacts, the newest first in `made`: the types in turn, one of them published. */
  beforeAll(async () => {
    owner = server.south.owner;
    for (let index = 0; index < 25; index += 1) {
      const type = ARTIFACT_TYPE_NAMES[index % 5] as ArtifactTypeName;
      const title = index === 7 ? 'Crème brûlée for Łukasz' : `Number ${index}`;
      made.unshift({
        id: await createArtifact(owner, type, {
          title,
          status: index === 3 ? 'PUBLISHED' : 'DRAFT',
        }),
        type: type.toUpperCase(),
      });
    }
  });

  test('holds all types, newest first', async () => {
    expect(await list({ first: 100 })).toMatchObject({ totalCount: 25, nodes: made });
  });

  test.each([1, 4, 7, 24])('is read forward in pages of %i, each artifact once', async (first) => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: any = await list({ first, after });
      seen.push(...idsOf(page));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(made.map((one) => one.id));
  });

  test('is read backward too', async () => {
    const seen: string[] = [];
    for (let before: string | null = null, more = true; more; ) {
      const page: any = await list({ last: 6, before });
      seen.unshift(...idsOf(page));
      before = page.pageInfo.startCursor;
      more = page.pageInfo.hasPreviousPage;
    }
    expect(seen).toEqual(made.map((one) => one.id));
  });

  test('is filtered by types', async () => {
    const expected = made.filter((one) => ['DECK', 'PAGE'].includes(one.type));
    expect(await list({ first: 4, filter: { types: ['PAGE', 'DECK'] } })).toMatchObject({
      totalCount: 10,
      nodes: expected.slice(0, 4),
    });
  });

  test('is filtered by status', async () => {
    expect(await list({ filter: { status: ['PUBLISHED', 'APPROVED'] } })).toMatchObject({
      totalCount: 1,
      nodes: [made[21]],
    });
  });

  test('of no types, or no status, is empty', async () => {
    expect(await list({ filter: { types: [] } })).toMatchObject({ totalCount: 0, nodes: [] });
    expect(await list({ filter: { status: [] } })).toMatchObject({ totalCount: 0, nodes: [] });
  });

  test.for([
    ['creme', 1],
    ['BRÛ lukasz', 1],
    ['reme', 0],
    ['num', 24],
    ['number 1', 11],
    ['a-blog', 5],
    ['about', 5],
    ['buyer', 5],
    ['upon', 0],
    ["' or 1=1 --", 0],
  ] as const)('searched for %j has %i', async ([search, count]) => {
    expect((await list({ filter: { search } })).totalCount).toBe(count);
  });

  test.each([
    { first: -1 },
    { first: 501 },
    { after: 'nonsense' },
    { filter: { search: 'a\u0000' } },
  ])('refuses %j as BAD_USER_INPUT', async (variables) => {
    expect(await errorCode(owner, LIST, variables)).toBe('BAD_USER_INPUT');
  });

  test('of another tenant is its own', async () => {
    const mine = await read(user, '{ artifacts(first: 500) { nodes { id } } }');
    expect(idsOf(mine.artifacts).filter((id) => made.some((one) => one.id === id))).toEqual([]);
  });
});
