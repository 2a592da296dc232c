/**
 * Ids that mean nothing, something of another tenant, or something of another type: all answer
 * alike, without a hint.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  absentId,
  BODIES,
  createArtifact,
  createPackage,
  errorCode,
  type MutationName,
  mutate,
  phaseOf,
  read,
  versionOf,
} from './operations.ts';

type Kind =
  | 'WorkPackage'
  | 'WorkPackagePhase'
  | 'WorkPackageItem'
  | 'Collateral'
  | 'Blog'
  | 'Contact'
  | 'Organization';

let server: TestServer;
let user: TestUser;
/** Ids of the viewer's own tenant, and of another. */
const own = {} as Record<Kind, string>;
const foreign = {} as Record<Kind, string>;

beforeAll(async () => {
  server = await startTestServer();
  user = server.north.owner;
  for (const [tenant, ids] of [
    [server.north, own],
    [server.south, foreign],
  ] as const) {
    const blog = await createArtifact(tenant.owner);
    const created = await createPackage(tenant.owner, {
      phases: [{ name: 'Phase', items: [{ label: 'Item', collateral: [{ artifactId: blog }] }] }],
    });
    const phase = created.phases[0];
    const item = phase?.items[0];
    Object.assign(ids, {
      WorkPackage: created.id,
      WorkPackagePhase: phase?.id,
      WorkPackageItem: item?.id,
      Collateral: item?.collateral[0]?.id,
      Blog: blog,
    });
    Object.assign(ids, { Contact: tenant.contactId, Organization: tenant.organizationId });
  }
});
afterAll(() => server.stop());

/** [mutation, kind of its id, field, the input with that id] */
const MUTATIONS: [MutationName, Kind, string, (id: string) => object][] = [
  ['createWorkPackage', 'Contact', 'contactId', (contactId) => ({ title: 'x', contactId })],
  ['createWorkPackage', 'Organization', 'companyId', (companyId) => ({ title: 'x', companyId })],
  [
    'createWorkPackage',
    'Blog',
    'phases.0.items.0.collateral.0.artifactId',
    (artifactId) => ({
      title: 'x',
      phases: [{ name: 'x', items: [{ label: 'x', collateral: [{ artifactId }] }] }],
    }),
  ],
  ['updateWorkPackage', 'WorkPackage', 'id', (id) => ({ id, title: 'Stolen' })],
  [
    'updateWorkPackage',
    'Contact',
    'contactId',
    (contactId) => ({ id: own.WorkPackage, contactId }),
  ],
  [
    'updateWorkPackage',
    'Organization',
    'companyId',
    (companyId) => ({ id: own.WorkPackage, companyId }),
  ],
  ['deleteWorkPackage', 'WorkPackage', 'id', (id) => ({ id })],
  [
    'addWorkPackagePhase',
    'WorkPackage',
    'workPackageId',
    (workPackageId) => ({ workPackageId, phase: phaseOf(1) }),
  ],
  ['updateWorkPackagePhase', 'WorkPackagePhase', 'id', (id) => ({ id, name: 'Stolen' })],
  ['removeWorkPackagePhase', 'WorkPackagePhase', 'id', (id) => ({ id })],
  [
    'addWorkPackageItem',
    'WorkPackagePhase',
    'phaseId',
    (phaseId) => ({ phaseId, item: { label: 'x' } }),
  ],
  [
    'addWorkPackageItem',
    'Blog',
    'item.collateral.0.artifactId',
    (artifactId) => ({
      phaseId: own.WorkPackagePhase,
      item: { label: 'x', collateral: [{ artifactId }] },
    }),
  ],
  ['updateWorkPackageItem', 'WorkPackageItem', 'id', (id) => ({ id, status: 'COMPLETED' })],
  ['removeWorkPackageItem', 'WorkPackageItem', 'id', (id) => ({ id })],
  ['attachCollateral', 'WorkPackageItem', 'itemId', (itemId) => ({ itemId, artifactId: own.Blog })],
  [
    'attachCollateral',
    'Blog',
    'artifactId',
    (artifactId) => ({ itemId: own.WorkPackageItem, artifactId }),
  ],
  ['detachCollateral', 'Collateral', 'id', (id) => ({ id })],
  ['updateArtifact', 'Blog', 'id', (id) => ({ id, body: BODIES.Blog })],
  ['deleteArtifact', 'Blog', 'id', (id) => ({ id })],
];

describe.for(MUTATIONS)(
  '%s with a %s that the tenant does not have',
  ([mutation, kind, field, inputWith]) => {
    const answer = async (id: string) =>
      JSON.parse(JSON.stringify(await mutate(user)(mutation, inputWith(id))));

    test('answers NOT_FOUND on its field', async () => {
      const { userErrors } = await answer(absentId(kind));
      expect(
        userErrors.map((error: { code: string; field: string[] }) => [
          error.code,
          error.field.join('.'),
        ]),
      ).toEqual([['NOT_FOUND', field]]);
    });

    test('answers the same, to the letter, for what is another tenant’s', async () => {
      expect(await answer(foreign[kind])).toEqual(await answer(absentId(kind)));
    });

    test('answers the same for an id of another type', async () => {
      const otherKind = kind === 'Contact' ? 'Organization' : 'Contact';
      expect(await answer(own[otherKind])).toEqual(await answer(absentId(kind)));
    });
  },
);

test('nothing of the other tenant was changed by all of that', async () => {
  const query =
    'query ($id: ID!) { workPackage(id: $id) { version title phaseCount itemCount } artifacts { totalCount } workPackages { totalCount } }';
  expect(await read(server.south.owner, query, { id: foreign.WorkPackage })).toEqual({
    workPackage: { version: 1, title: 'Website', phaseCount: 1, itemCount: 1 },
    artifacts: { totalCount: 1 },
    workPackages: { totalCount: 1 },
  });
});

test('nothing of the own tenant was changed either', async () => {
  expect(await versionOf(user, own.WorkPackage)).toBe(1);
});

const NODES: Kind[] = [
  'WorkPackage',
  'WorkPackagePhase',
  'WorkPackageItem',
  'Collateral',
  'Blog',
  'Contact',
  'Organization',
];

describe('node', () => {
  test.each(NODES)('finds a %s of the own tenant', async (kind) => {
    expect(
      await read(user, 'query ($id: ID!) { node(id: $id) { __typename id } }', { id: own[kind] }),
    ).toEqual({ node: { __typename: kind, id: own[kind] } });
  });

  test.each(NODES)('is null for a %s of another tenant', async (kind) => {
    expect(
      await read(user, 'query ($id: ID!) { node(id: $id) { id } }', { id: foreign[kind] }),
    ).toEqual({ node: null });
  });

  test('is BAD_USER_INPUT for a malformed id', async () => {
    expect(await errorCode(user, '{ node(id: "nonsense") { id } }')).toBe('BAD_USER_INPUT');
  });
});

describe('nodes', () => {
  test('has null in the place of each id that means nothing here', async () => {
    const ids = [
      own.WorkPackage,
      foreign.WorkPackage,
      absentId('WorkPackage'),
      absentId('Nonsense'),
      own.Blog,
    ];
    const { nodes } = await read(user, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(nodes).toEqual([{ id: own.WorkPackage }, null, null, null, { id: own.Blog }]);
  });

  test('is BAD_USER_INPUT for more than 500 ids', async () => {
    expect(
      await errorCode(user, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: Array(501).fill(own.Blog),
      }),
    ).toBe('BAD_USER_INPUT');
  });
});

describe('workPackage', () => {
  test.each([
    ['absent', () => absentId('WorkPackage')],
    ['of another tenant', () => foreign.WorkPackage],
    ['of another type', () => own.WorkPackagePhase],
  ] as const)('is null for an id that is %s', async (_what, id) => {
    expect(
      await read(user, 'query ($id: ID!) { workPackage(id: $id) { id } }', { id: id() }),
    ).toEqual({ workPackage: null });
  });

  test.each(['', 'nonsense', 'a\u0000b', '\ud800', 'x'.repeat(100_000)])(
    'is BAD_USER_INPUT for the malformed id no. %#',
    async (id) => {
      expect(
        await errorCode(user, 'query ($id: ID!) { workPackage(id: $id) { id } }', { id }),
      ).toBe('BAD_USER_INPUT');
    },
  );
});

describe('a filter of workPackages', () => {
  const list =
    'query ($filter: WorkPackageFilter) { workPackages(filter: $filter) { totalCount nodes { id } } }';

  test.each(['contactId', 'companyId'] as const)(
    'finds nothing by a %s of another tenant',
    async (field) => {
      const id = field === 'contactId' ? foreign.Contact : foreign.Organization;
      expect(await read(user, list, { filter: { [field]: id } })).toEqual({
        workPackages: { totalCount: 0, nodes: [] },
      });
    },
  );

  test.each(['contactId', 'companyId'])('is BAD_USER_INPUT with a malformed %s', async (field) => {
    expect(await errorCode(user, list, { filter: { [field]: 'nonsense' } })).toBe('BAD_USER_INPUT');
  });
});
