/** Packages, phases, items and collateral as they are created and changed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, createArtifact, createPackage, phaseOf, read, refusals } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer();
  user = server.north.member;
});
afterAll(() => server.stop());

const detail = async (id: string, selection: string) =>
  (await read(user, `query ($id: ID!) { workPackage(id: $id) { ${selection} } }`, { id }))
    .workPackage;

describe('creating a package', () => {
  test('stores all that is given, in order, as a DRAFT', async () => {
    const blog = await createArtifact(user, 'Blog');
    const page = await createArtifact(user, 'Page');
    const input = {
      description: 'About it',
      startDate: '2026-03-02',
      phases: [
        {
          name: 'Design',
          description: 'Look',
          items: [
            {
              label: 'Logo',
              quantity: 2,
              estimatedHoursEach: 1.25,
              collateral: [{ artifactId: page }, { artifactId: blog }],
            },
            { label: 'Font' },
          ],
        },
        { name: 'Build' },
      ],
    };
    const { id } = await createPackage(user, input);
    const selection = `title description status startDate phases { name description position
      items { label position status quantity estimatedHoursEach progressCompleted collateral { type artifactId artifact { id } } artifacts { id } } }`;
    const item = { status: 'NOT_STARTED', progressCompleted: 0 };
    const collateral = [
      { type: 'PAGE', artifactId: page, artifact: { id: page } },
      { type: 'BLOG', artifactId: blog, artifact: { id: blog } },
    ];
    expect(await detail(id, selection)).toEqual({
      title: 'Website',
      description: 'About it',
      status: 'DRAFT',
      startDate: '2026-03-02',
      phases: [
        {
          name: 'Design',
          description: 'Look',
          position: 0,
          items: [
            {
              ...item,
              label: 'Logo',
              position: 0,
              quantity: 2,
              estimatedHoursEach: 1.25,
              collateral,
              artifacts: [{ id: page }, { id: blog }],
            },
            {
              ...item,
              label: 'Font',
              position: 1,
              quantity: 1,
              estimatedHoursEach: 0,
              collateral: [],
              artifacts: [],
            },
          ],
        },
        { name: 'Build', description: null, position: 1, items: [] },
      ],
    });
  });

  const OWNER = 'contactId companyId contact { id name } company { id name }';

  test('with only a contact takes its organization', async () => {
    const { id } = await createPackage(user, { contactId: server.north.contactId });
    expect(await detail(id, 'contactId companyId')).toEqual({
      contactId: server.north.contactId,
      companyId: server.north.organizationId,
    });
  });

  test('with a contact and a company keeps that company', async () => {
    const { data } = await user.run(
      'mutation { createOrganization(input: { name: "Other" }) { organization { id } } }',
    );
    const companyId = data.createOrganization.organization.id;
    const { id } = await createPackage(user, { contactId: server.north.contactId, companyId });
    expect(await detail(id, 'companyId')).toEqual({ companyId });
  });

  test('with a contact that has no organization takes none', async () => {
    const { data } = await user.run(
      'mutation { createContact(input: { name: "Solo" }) { contact { id } } }',
    );
    const { id } = await createPackage(user, { contactId: data.createContact.contact.id });
    expect(await detail(id, 'companyId company { id }')).toEqual({
      companyId: null,
      company: null,
    });
  });

  test('without any client has none', async () => {
    const { id } = await createPackage(user);
    expect(await detail(id, OWNER)).toEqual({
      contactId: null,
      companyId: null,
      contact: null,
      company: null,
    });
  });
});

describe('an explicit null', () => {
  test('clears what may be empty of a package', async () => {
    const { id } = await createPackage(user, {
      description: 'x',
      contactId: server.north.contactId,
      startDate: '2026-03-02',
      phases: [phaseOf(1)],
    });
    await change(user)('updateWorkPackage', {
      id,
      description: null,
      contactId: null,
      companyId: null,
      startDate: null,
    });
    expect(await detail(id, 'description contactId companyId startDate expectedEndDate')).toEqual({
      description: null,
      contactId: null,
      companyId: null,
      startDate: null,
      expectedEndDate: null,
    });
  });

  test('clears the description of a phase', async () => {
    const { id, phases } = await createPackage(user, { phases: [{ name: 'x', description: 'y' }] });
    await change(user)('updateWorkPackagePhase', { id: phases[0]?.id, description: null });
    expect(await detail(id, 'phases { name description }')).toEqual({
      phases: [{ name: 'x', description: null }],
    });
  });

  test('is not the same as leaving a field out', async () => {
    const { id } = await createPackage(user, { description: 'x', startDate: '2026-03-02' });
    await change(user)('updateWorkPackage', { id, title: 'Other' });
    expect(await detail(id, 'title description startDate')).toEqual({
      title: 'Other',
      description: 'x',
      startDate: '2026-03-02',
    });
  });
});

describe('positions', () => {
  const names = async (id: string) =>
    (await detail(id, 'phases { name position }')).phases.map(
      (phase: any) => `${phase.position} ${phase.name}`,
    );
  const four = () =>
    createPackage(user, { phases: ['a', 'b', 'c', 'd'].map((name) => ({ name })) });

  test.for([
    [0, '0 x 1 a 2 b 3 c 4 d'],
    [2, '0 a 1 b 2 x 3 c 4 d'],
    [4, '0 a 1 b 2 c 3 d 4 x'],
    [null, '0 a 1 b 2 c 3 d 4 x'],
  ] as const)('a phase added at %s makes %s', async ([position, expected]) => {
    const { id } = await four();
    await change(user)('addWorkPackagePhase', {
      workPackageId: id,
      phase: { name: 'x' },
      position,
    });
    expect((await names(id)).join(' ')).toBe(expected);
  });

  test.for([
    [0, 3, '0 b 1 c 2 d 3 a'],
    [3, 0, '0 d 1 a 2 b 3 c'],
    [1, 2, '0 a 1 c 2 b 3 d'],
  ] as const)('a phase moved from %i to %i makes %s', async ([from, to, expected]) => {
    const { id, phases } = await four();
    const { phase } = await change(user)(
      'updateWorkPackagePhase',
      { id: phases[from]?.id, position: to },
      'phase { position }',
    );
    expect([phase.position, (await names(id)).join(' ')]).toEqual([to, expected]);
  });

  test('close up behind a phase that is removed', async () => {
    const { id, phases } = await four();
    await change(user)('removeWorkPackagePhase', { id: phases[1]?.id }, 'deletedId');
    expect(await names(id)).toEqual(['0 a', '1 c', '2 d']);
  });

  test('of items move and close up in the same way', async () => {
    const { id, phases } = await createPackage(user, {
      phases: [{ name: 'x', items: ['a', 'b', 'c', 'd'].map((label) => ({ label })) }],
    });
    const items = phases[0]?.items ?? [];
    await change(user)('updateWorkPackageItem', { id: items[3]?.id, position: 0 });
    await change(user)('removeWorkPackageItem', { id: items[1]?.id });
    await change(user)('addWorkPackageItem', {
      phaseId: phases[0]?.id,
      item: { label: 'x' },
      position: 1,
    });
    const [phase] = (await detail(id, 'phases { items { label position } }')).phases;
    expect(phase.items.map((item: any) => `${item.position} ${item.label}`)).toEqual([
      '0 d',
      '1 x',
      '2 a',
      '3 c',
    ]);
  });
});

describe('collateral', () => {
  const withItem = async (...artifacts: string[]) => {
    const collateral = artifacts.map((artifactId) => ({ artifactId }));
    const created = await createPackage(user, {
      phases: [{ name: 'x', items: [{ label: 'x', collateral }, { label: 'y' }] }],
    });
    const [item, second] = created.phases[0]?.items ?? [];
    return {
      id: created.id,
      itemId: item?.id,
      secondId: second?.id,
      collateral: item?.collateral.map((one) => one.id) ?? [],
    };
  };
  const artifactsOf = async (id: string) =>
    (await detail(id, 'phases { items { collateral { artifact { id } } artifacts { id } } }'))
      .phases[0].items[0];

  test('is TAKEN where the item has the artifact already', async () => {
    const blog = await createArtifact(user);
    const { itemId } = await withItem(blog);
    expect(await refusals(user)('attachCollateral', { itemId, artifactId: blog })).toEqual([
      'TAKEN artifactId',
    ]);
  });

  test('is TAKEN where one input names an artifact twice', async () => {
    const artifactId = await createArtifact(user);
    const phases = [
      { name: 'x', items: [{ label: 'x', collateral: [{ artifactId }, { artifactId }] }] },
    ];
    expect(await refusals(user)('createWorkPackage', { title: 'x', phases })).toEqual([
      'TAKEN phases.0.items.0.collateral.1.artifactId',
    ]);
  });

  test('of another item may be the same artifact', async () => {
    const blog = await createArtifact(user);
    const { secondId } = await withItem(blog);
    const { item } = await change(user)(
      'attachCollateral',
      { itemId: secondId, artifactId: blog },
      'item { artifacts { id } }',
    );
    expect(item.artifacts).toEqual([{ id: blog }]);
  });

  test('goes to the end, and closes up when one is detached', async () => {
    const [one, two, three] = await Promise.all([
      createArtifact(user),
      createArtifact(user, 'Deck'),
      createArtifact(user, 'Page'),
    ]);
    const { id, itemId, collateral } = await withItem(one, two);
    await change(user)('detachCollateral', { id: collateral[0] }, 'deletedId');
    await change(user)('attachCollateral', { itemId, artifactId: three });
    await change(user)('attachCollateral', { itemId, artifactId: one });
    expect((await artifactsOf(id)).artifacts).toEqual(
      [two, three, one].map((artifact) => ({ id: artifact })),
    );
  });

  test('stays when its artifact is deleted, reads null, and is left out of artifacts', async () => {
    const [one, two] = await Promise.all([createArtifact(user), createArtifact(user, 'Deck')]);
    const { id } = await withItem(one, two);
    await change(user)('deleteArtifact', { id: one });
    expect(await artifactsOf(id)).toEqual({
      collateral: [{ artifact: null }, { artifact: { id: two } }],
      artifacts: [{ id: two }],
    });
  });

  test('of a removed item goes, the artifact stays', async () => {
    const blog = await createArtifact(user);
    const { itemId, collateral } = await withItem(blog);
    await change(user)('removeWorkPackageItem', { id: itemId });
    const { nodes } = await read(user, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [collateral[0], blog],
    });
    expect(nodes).toEqual([null, { id: blog }]);
  });
});

test('a deleted package is gone with all that is in it', async () => {
  const blog = await createArtifact(user);
  const { id, phases } = await createPackage(user, {
    phases: [{ name: 'x', items: [{ label: 'x', collateral: [{ artifactId: blog }] }] }],
  });
  const item = phases[0]?.items[0];
  const { deletedId } = await change(user)('deleteWorkPackage', { id }, 'deletedId');
  const { nodes } = await read(user, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: [id, phases[0]?.id, item?.id, item?.collateral[0]?.id, blog],
  });
  expect([deletedId, nodes]).toEqual([id, [null, null, null, null, { id: blog }]]);
});
