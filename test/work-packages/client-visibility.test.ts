/** What portal clients may see of packages: the same on every path, and nothing else. */
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { attempt, change, createArtifact, createPackage, errorCode, read } from './operations.ts';

interface Ids {
  workPackage: string;
  phase: string;
  item: string;
  collateral: string;
  draftCollateral: string;
  artifact: string;
  draft: string;
}

let server: TestServer;
let owner: TestUser;
let client: TestUser;
let colleagueId: string;
const packages = {} as Record<
  'active' | 'company' | 'completed' | 'draft' | 'archived' | 'stranger',
  Ids
>;

/** A package in a status, with an artifact that is IN_REVIEW and one that is a DRAFT. */
async function packageWith(status: string, whose: object): Promise<Ids> {
  const artifact = await createArtifact(owner, 'Blog', { status: 'IN_REVIEW' });
  const draft = await createArtifact(owner, 'Page');
  const collateral = [{ artifactId: draft }, { artifactId: artifact }];
  const { id, phases } = await createPackage(owner, {
    ...whose,
    phases: [{ name: 'x', items: [{ label: 'x', collateral }] }],
  });
  await change(owner)('updateWorkPackage', { id, status });
  const item = phases[0]?.items[0];
  const [first, second] = item?.collateral.map((one) => one.id) ?? [];
  return {
    workPackage: id,
    phase: phases[0]?.id ?? '',
    item: item?.id ?? '',
    collateral: second ?? '',
    draftCollateral: first ?? '',
    artifact,
    draft,
  };
}

beforeAll(async () => {
  server = await startTestServer();
  owner = server.north.owner;
  client = server.north.client;
  const { contactId, organizationId, tenantId } = server.north;
  const colleague = uuidv7();
  colleagueId = encodeGlobalId('Contact', colleague);
  const contact = {
    tenantId,
    id: colleague,
    name: 'Colleague',
    ownerId: owner.id,
    organizationId: Buffer.from(organizationId, 'base64').toString().split(':')[1],
  };
  await prismaOf(server.app.platform.database).contact.create({ data: contact });
  packages.active = await packageWith('ACTIVE', { contactId });
  packages.company = await packageWith('ACTIVE', { contactId: colleagueId });
  packages.completed = await packageWith('COMPLETED', { companyId: organizationId });
  packages.draft = await packageWith('DRAFT', { contactId });
  packages.archived = await packageWith('ARCHIVED', { contactId });
  packages.stranger = await packageWith('ACTIVE', {});
});
afterAll(() => server.stop());

const nodesOf = async (ids: string[]) =>
  (await read(client, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).nodes;

describe.each(['active', 'company', 'completed'] as const)(
  'of the %s package a client',
  (which) => {
    test('finds each part by node, but the artifact that is a DRAFT', async () => {
      const { draft, ...others } = packages[which];
      expect(await nodesOf(Object.values(others))).toEqual(
        Object.values(others).map((id) => ({ id })),
      );
      expect(await nodesOf([draft])).toEqual([null]);
    });

    test('reads the DRAFT artifact as absent, among collateral and artifacts', async () => {
      const query =
        'query ($id: ID!) { workPackage(id: $id) { phases { items { collateral { artifact { id } } artifacts { id } } } } }';
      const { workPackage } = await read(client, query, { id: packages[which].workPackage });
      const seen = { id: packages[which].artifact };
      expect(workPackage.phases[0].items[0]).toEqual({
        collateral: [{ artifact: null }, { artifact: seen }],
        artifacts: [seen],
      });
    });

    test('reads the DRAFT artifact as absent from its collateral’s node', async () => {
      const { node } = await read(
        client,
        'query ($id: ID!) { node(id: $id) { ... on Collateral { artifact { id } } } }',
        {
          id: packages[which].draftCollateral,
        },
      );
      expect(node).toEqual({ artifact: null });
    });

    test('reads content', async () => {
      const { node } = await read(
        client,
        'query ($id: ID!) { node(id: $id) { ... on Blog { content } } }',
        { id: packages[which].artifact },
      );
      expect(node).toEqual({ content: 'Four words of content.' });
    });
  },
);

describe.each(['draft', 'archived', 'stranger'] as const)('of the %s package a client', (which) => {
  test('finds nothing by node', async () => {
    const ids = Object.values(packages[which]);
    expect(await nodesOf(ids)).toEqual(ids.map(() => null));
  });

  test('finds nothing by workPackage', async () => {
    const id = packages[which].workPackage;
    expect(await read(client, 'query ($id: ID!) { workPackage(id: $id) { id } }', { id })).toEqual({
      workPackage: null,
    });
  });
});

test('a client finds nothing of another tenant’s client', async () => {
  const ids = Object.values(packages.active);
  expect(
    (await read(server.south.client, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }))
      .nodes,
  ).toEqual(ids.map(() => null));
});

describe('workPackages of a client', () => {
  const list = async (filter?: object) =>
    (
      await read(
        client,
        'query ($filter: WorkPackageFilter) { workPackages(filter: $filter) { totalCount nodes { id } } }',
        { filter },
      )
    ).workPackages;

  test('are those of its contact and organization that are ACTIVE or COMPLETED', async () => {
    const expected = [packages.completed, packages.company, packages.active].map((one) => ({
      id: one.workPackage,
    }));
    expect(await list()).toEqual({ totalCount: 3, nodes: expected });
  });

  test.each(['DRAFT', 'ARCHIVED'])('are none that are %s, also when asked for', async (status) => {
    expect(await list({ status: [status] })).toEqual({ totalCount: 0, nodes: [] });
  });
});

describe('of contacts and organizations a client', () => {
  const workPackage = 'query ($id: ID!) { workPackage(id: $id) { SELECTION } }';
  const select = (selection: string) => workPackage.replace('SELECTION', selection);

  test('reads the fields that are meant for it', async () => {
    const query = select('contact { id name email phone jobTitle } company { id name }');
    expect((await read(client, query, { id: packages.active.workPackage })).workPackage).toEqual({
      contact: {
        id: server.north.contactId,
        name: 'Cleo of north',
        email: 'cleo@north.example',
        phone: null,
        jobTitle: null,
      },
      company: { id: server.north.organizationId, name: 'Client of north' },
    });
  });

  test('reads another contact as null', async () => {
    const answer = await read(client, select('contactId contact { id } company { id }'), {
      id: packages.company.workPackage,
    });
    expect(answer.workPackage).toEqual({
      contactId: colleagueId,
      contact: null,
      company: { id: server.north.organizationId },
    });
    expect(await nodesOf([colleagueId])).toEqual([null]);
  });

  test.each([
    'contact { phoneE164 }',
    'contact { ownerId }',
    'contact { owner { id } }',
    'contact { organizationId }',
    'contact { organization { id } }',
    'contact { leadStatus }',
    'contact { createdAt }',
    'contact { updatedAt }',
    'contact { workPackages { totalCount } }',
    'company { normalizedName }',
    'company { industry }',
    'company { size }',
    'company { website }',
    'company { address }',
    'company { city }',
    'company { country }',
    'company { contactCount }',
    'company { createdAt }',
    'company { updatedAt }',
  ])('may not read %s: FORBIDDEN', async (selection) => {
    expect(await errorCode(client, select(selection), { id: packages.active.workPackage })).toBe(
      'FORBIDDEN',
    );
  });

  test('reads its own contact and organization by node', async () => {
    expect(await nodesOf([server.north.contactId, server.north.organizationId])).toEqual([
      { id: server.north.contactId },
      { id: server.north.organizationId },
    ]);
  });
});

describe('FORBIDDEN to a client is', () => {
  test.each([
    '{ artifacts { totalCount } }',
    '{ contacts { totalCount } }',
    '{ contact(id: "x") { id } }',
    '{ organization(id: "x") { id } }',
    '{ users { totalCount } }',
  ])('the query %s', async (query) => {
    expect(await errorCode(client, query)).toBe('FORBIDDEN');
  });

  test.for([
    ['createWorkPackage', { title: 'x' }],
    ['updateWorkPackage', { id: 'PACKAGE', title: 'x' }],
    ['deleteWorkPackage', { id: 'PACKAGE' }],
    ['addWorkPackagePhase', { workPackageId: 'PACKAGE', phase: { name: 'x' } }],
    ['updateWorkPackagePhase', { id: 'PACKAGE' }],
    ['removeWorkPackagePhase', { id: 'PACKAGE' }],
    ['addWorkPackageItem', { phaseId: 'PACKAGE', item: { label: 'x' } }],
    ['updateWorkPackageItem', { id: 'PACKAGE' }],
    ['removeWorkPackageItem', { id: 'PACKAGE' }],
    ['attachCollateral', { itemId: 'PACKAGE', artifactId: 'PACKAGE' }],
    ['detachCollateral', { id: 'PACKAGE' }],
    ['createArtifact', { title: 'x', body: { page: { path: '/', content: '' } } }],
    ['updateArtifact', { id: 'PACKAGE' }],
    ['deleteArtifact', { id: 'PACKAGE' }],
  ] as const)('the mutation %s', async ([mutation, input]) => {
    const own = JSON.parse(
      JSON.stringify(input).replaceAll('PACKAGE', packages.active.workPackage),
    );
    const { errors } = await attempt(client)(mutation, own);
    expect(errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN']);
  });
});
