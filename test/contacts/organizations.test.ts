/** Organizations: their names, what a name may mean, lists, merging, deleting. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  attempt,
  change,
  createContact,
  createOrganization,
  daysAgo,
  logActivity,
  read,
  refusals,
  sql,
  uuidOf,
} from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  user = server.north.owner;
});
afterAll(() => server.stop());

const organization = async (
  id: string,
  fields = 'name normalizedName contactCount averageWarmness lastActivityAt',
) =>
  (await read(user, `query ($id: ID!) { organization(id: $id) { ${fields} } }`, { id }))
    .organization;

describe('the name of an organization', () => {
  test('is taken by another way of writing it, and the refusal names the field', async () => {
    await createOrganization(user, 'Acme Corp.');
    expect(await refusals(user, 'createOrganization', { name: ' ACME corp' })).toEqual([
      'TAKEN name',
    ]);
    expect(await refusals(user, 'createOrganization', { name: 'Acme Corporation' })).toEqual([]);
    const id = await createOrganization(user, 'Other');
    expect(await refusals(user, 'updateOrganization', { id, name: 'Acme, Corp!' })).toEqual([
      'TAKEN name',
    ]);
    expect(await refusals(user, 'createOrganization', { name: '?!' })).toEqual(['INVALID name']);
  });

  test('is taken once of 20 that come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refusals(user, 'createOrganization', { name: 'Vandelay' })),
    );
    expect(answers.filter((codes) => codes.length === 0)).toHaveLength(1);
    expect(answers.filter((codes) => codes[0] === 'TAKEN name')).toHaveLength(19);
  });

  test('may be that of another tenant', async () => {
    await createOrganization(user, 'Everywhere');
    expect(
      await refusals(server.south.owner, 'createOrganization', { name: 'Everywhere' }),
    ).toEqual([]);
  });
});

describe('changing an organization', () => {
  test('changes what is given, and clears what is null', async () => {
    const id = await createOrganization(user, 'Changing', { industry: 'Retail', city: 'Bath' });
    await change(user, 'updateOrganization', {
      id,
      name: 'Changed & Co',
      industry: null,
      country: 'GB',
    });
    expect(await organization(id, 'name normalizedName industry city country')).toEqual({
      name: 'Changed & Co',
      normalizedName: 'changed and co',
      industry: null,
      city: 'Bath',
      country: 'GB',
    });
    expect(
      await refusals(user, 'updateOrganization', { id: server.south.organizationId, name: 'x' }),
    ).toEqual(['NOT_FOUND id']);
  });

  test('lets its contacts be found by the new name, and no longer by the old one', async () => {
    const id = await createOrganization(user, 'Oldname');
    await createContact(user, {
      name: 'Petra Renamed',
      email: 'petra@x.example',
      organizationId: id,
    });
    await change(user, 'updateOrganization', { id, name: 'Zebrafish' });
    const found = async (search: string) =>
      (
        await read(user, 'query ($s: String) { contacts(filter: { search: $s }) { totalCount } }', {
          s: search,
        })
      ).contacts.totalCount;
    expect(await found('petra zebra')).toBe(1);
    expect(await found('petra x.example')).toBe(1);
    expect(await found('petra oldname')).toBe(0);
  });
});

describe('organizationMatches', () => {
  const matches = async (name: string, more = '') =>
    (
      await read(
        user,
        `query ($name: String!) { organizationMatches(name: $name${more}) { kind similarity organization { name } } }`,
        { name },
      )
    ).organizationMatches;
  let ids: string[];

  beforeAll(async () => {
    ids = [];
    for (const name of [
      'Globex Corp',
      'GLOBEX CORPORATION',
      'Globex Ltd.',
      'Globexx Media',
      'Initrode',
      'Unlike',
    ])
      ids.push(await createOrganization(user, name));
    await sql(server.databaseUrl, 'update organization set "pipedriveOrgId" = $2 where id = $1', [
      uuidOf(ids[4]!),
      '77',
    ]);
  });

  test('finds by the external id, the exact name, without legal forms, and by similarity, best first', async () => {
    const found = await matches('Globex Corp.', ', pipedriveOrgId: "77", first: 10');
    expect(found.map((match: any) => `${match.kind} ${match.organization.name}`)).toEqual(
      [
        'EXTERNAL_ID Initrode',
        'EXACT Globex Corp',
        'LEGAL_FORM GLOBEX CORPORATION',
        'LEGAL_FORM Globex Ltd.',
        'SIMILAR Globexx Media',
      ].filter((line) => line !== 'SIMILAR Globexx Media' || found.length === 5),
    );
    expect(found.slice(0, 2).map((match: any) => match.similarity)).toEqual([1, 1]);
  });

  test('never finds another spelling out as its exact match', async () => {
    const exact = (await matches('Globex Corp.')).filter((match: any) => match.kind === 'EXACT');
    expect(exact.map((match: any) => match.organization.name)).toEqual(['Globex Corp']);
  });

  test('finds similar names of 0.45 and more only', async () => {
    const found = await matches('Globexx Medi', ', first: 50');
    expect(found[0]).toMatchObject({ kind: 'SIMILAR', organization: { name: 'Globexx Media' } });
    expect(found.every((match: any) => match.similarity >= 0.45)).toBe(true);
    expect(await matches('Nothing alike at all')).toEqual([]);
  });

  test('finds none of another tenant', async () => {
    const { organizationMatches } = await read(
      server.south.owner,
      '{ organizationMatches(name: "Globex Corp", pipedriveOrgId: "77") { kind } }',
    );
    expect(organizationMatches).toEqual([]);
  });

  test('refuses names and numbers that can not be', async () => {
    for (const args of ['name: ""', 'name: "!!"', 'name: "x", first: 0', 'name: "x", first: 51']) {
      expect(
        (await user.run(`{ organizationMatches(${args}) { kind } }`)).errors?.[0]?.extensions.code,
        args,
      ).toBe('BAD_USER_INPUT');
    }
  });
});

describe('the list of organizations', () => {
  beforeAll(async () => {
    const { owner } = server.south;
    const sizes: [string, number, string][] = [
      ['Anton', 1, 'Retail'],
      ['Berta', 3, 'Retail'],
      ['Caesar', 0, 'Energy'],
      ['Dora', 1, 'Energy'],
    ];
    for (const [name, contacts, industry] of sizes) {
      const id = await createOrganization(owner, name, { industry, country: 'GB' });
      for (let count = 0; count < contacts; count += 1) {
        const contactId = await createContact(owner, { organizationId: id });
        if (name !== 'Dora')
          await logActivity(owner, contactId, 'NOTE', daysAgo(name === 'Anton' ? 1 : 9));
      }
    }
  });
  const names = async (args: string) =>
    (
      await read(server.south.owner, `{ organizations(first: 20${args}) { nodes { name } } }`)
    ).organizations.nodes
      .map((node: { name: string }) => node.name)
      .filter((name: string) => !['Client of south', 'Everywhere'].includes(name));

  test.each([
    ['', ['Berta', 'Anton', 'Dora', 'Caesar']],
    [', orderBy: { field: CONTACT_COUNT }', ['Caesar', 'Dora', 'Anton', 'Berta']],
    [', orderBy: { field: NAME, direction: DESC }', ['Dora', 'Caesar', 'Berta', 'Anton']],
    [', orderBy: { field: LAST_ACTIVITY, direction: DESC }', ['Anton', 'Berta']],
    [', filter: { industry: "Energy" }', ['Dora', 'Caesar']],
    [', filter: { search: "ber" }', ['Berta']],
    [', filter: { search: "%" }', []],
    [', filter: { country: "GB", industry: "Retail" }', ['Berta', 'Anton']],
  ])('with (first: 20%s) is in order', async (args, expected) => {
    expect((await names(args)).slice(0, expected.length || 1)).toEqual(expected);
  });

  test.each(['CONTACT_COUNT', 'NAME', 'LAST_ACTIVITY'])(
    'by %s has the same pages forward and backward',
    async (field) => {
      for (const direction of ['ASC', 'DESC']) {
        const page = async (args: string) =>
          (
            await read(
              server.south.owner,
              `{ organizations(${args}, orderBy: { field: ${field}, direction: ${direction} }) { nodes { id } pageInfo { endCursor startCursor } } }`,
            )
          ).organizations;
        const all = (await page('first: 50')).nodes;
        const forward: object[] = [];
        for (let after = ''; ; ) {
          const { nodes, pageInfo } = await page(`first: 2${after}`);
          forward.push(...nodes);
          if (nodes.length < 2) break;
          after = `, after: "${pageInfo.endCursor}"`;
        }
        const backward: object[] = [];
        for (let before = ''; ; ) {
          const { nodes, pageInfo } = await page(`last: 2${before}`);
          backward.unshift(...nodes);
          if (nodes.length < 2) break;
          before = `, before: "${pageInfo.startCursor}"`;
        }
        expect([forward, backward]).toEqual([all, all]);
      }
    },
  );
});

describe('merging', () => {
  test('moves contacts, deals and packages, whose versions rise by 1, and removes the source', async () => {
    const [sourceId, targetId] = [
      await createOrganization(user, 'Source'),
      await createOrganization(user, 'Target'),
    ];
    const [moved] = await Promise.all([
      createContact(user, { name: 'Mona Moved', organizationId: sourceId, email: 'm@x.example' }),
      createContact(user, { organizationId: targetId }),
    ]);
    await logActivity(user, moved, 'CALL', daysAgo(2));
    const { workPackage } = await change(
      user,
      'createWorkPackage',
      { title: 'x', companyId: sourceId },
      'workPackage { id version }',
    );
    await sql(server.databaseUrl, 'update organization set "pipedriveOrgId" = $2 where id = $1', [
      uuidOf(sourceId),
      '4711',
    ]);
    const { organization: merged } = await change(
      user,
      'mergeOrganizations',
      { sourceId, targetId },
      'organization { id contactCount averageWarmness lastActivityAt }',
    );
    expect(merged).toMatchObject({
      id: targetId,
      contactCount: 2,
      averageWarmness: (6 + 1) / 2,
      lastActivityAt: expect.any(String),
    });
    expect(await organization(sourceId)).toBeNull();
    const state = await read(
      user,
      'query ($id: ID!, $wp: ID!) { contact(id: $id) { organizationId } workPackage(id: $wp) { version companyId } }',
      {
        id: moved,
        wp: workPackage.id,
      },
    );
    expect(state).toEqual({
      contact: { organizationId: targetId },
      workPackage: { version: workPackage.version + 1, companyId: targetId },
    });
    const { organizationMatches } = await read(
      user,
      '{ organizationMatches(name: "none such", pipedriveOrgId: "4711") { kind organization { name } } }',
    );
    expect(organizationMatches).toEqual([
      { kind: 'EXTERNAL_ID', organization: { name: 'Target' } },
    ]);
    const { contacts } = await read(
      user,
      '{ contacts(filter: { search: "mona target" }) { totalCount } }',
    );
    expect(contacts.totalCount).toBe(1);
  });

  test('fills what the target lacks, and keeps what it has', async () => {
    const sourceId = await createOrganization(user, 'Knows much', {
      industry: 'Retail',
      size: '51–200',
      website: 'https://knows.example',
      address: '1 High Street',
      city: 'Bath',
      country: 'GB',
    });
    const targetId = await createOrganization(user, 'Knows little', { city: 'Bristol' });
    await change(user, 'mergeOrganizations', { sourceId, targetId });
    expect(await organization(targetId, 'name industry size website address city country')).toEqual(
      {
        name: 'Knows little',
        industry: 'Retail',
        size: '51–200',
        website: 'https://knows.example',
        address: '1 High Street',
        city: 'Bristol',
        country: 'GB',
      },
    );
  });

  test('keeps the aliases of a source that was a target before', async () => {
    const ids = [];
    for (const name of ['First', 'Second', 'Third'])
      ids.push(await createOrganization(user, `${name} of the chain`));
    await sql(
      server.databaseUrl,
      'update organization set "pipedriveOrgId" = \'chain \' || name where id = any($1)',
      [ids.map(uuidOf)],
    );
    await change(user, 'mergeOrganizations', { sourceId: ids[0], targetId: ids[1] });
    await change(user, 'mergeOrganizations', { sourceId: ids[1], targetId: ids[2] });
    const aliases = await sql(
      server.databaseUrl,
      'select "pipedriveOrgId" from organization_alias where "organizationId" = $1 order by 1',
      [uuidOf(ids[2]!)],
    );
    expect(aliases).toEqual([
      { pipedriveOrgId: 'chain First of the chain' },
      { pipedriveOrgId: 'chain Second of the chain' },
    ]);
  });

  test('is refused into itself, and with what does not exist', async () => {
    const id = await createOrganization(user, 'Lonely');
    expect(await refusals(user, 'mergeOrganizations', { sourceId: id, targetId: id })).toEqual([
      'INVALID targetId',
    ]);
    expect(
      await refusals(user, 'mergeOrganizations', {
        sourceId: id,
        targetId: server.south.organizationId,
      }),
    ).toEqual(['NOT_FOUND targetId']);
    expect(
      await refusals(user, 'mergeOrganizations', {
        sourceId: server.south.organizationId,
        targetId: id,
      }),
    ).toEqual(['NOT_FOUND sourceId']);
  });

  test('both ways at once leaves one of the two', async () => {
    const [one, other] = [
      await createOrganization(user, 'One way'),
      await createOrganization(user, 'Other way'),
    ];
    const answers = await Promise.all([
      attempt(
        user,
        'mergeOrganizations',
        { sourceId: one, targetId: other },
        'organization { id }',
      ),
      attempt(
        user,
        'mergeOrganizations',
        { sourceId: other, targetId: one },
        'organization { id }',
      ),
    ]);
    expect(answers.map(({ data }) => data.mergeOrganizations.userErrors.length).sort()).toEqual([
      0, 1,
    ]);
    expect(
      [await organization(one), await organization(other)].filter((found) => found !== null),
    ).toHaveLength(1);
  });
});

describe('deleting an organization', () => {
  test('is refused while contacts or packages belong to it', async () => {
    const id = await createOrganization(user, 'Needed');
    const contactId = await createContact(user, { organizationId: id });
    expect(await refusals(user, 'deleteOrganization', { id })).toEqual(['CONFLICT id']);
    await change(user, 'deleteContact', { id: contactId });
    await change(user, 'createWorkPackage', { title: 'x', companyId: id });
    expect(await refusals(user, 'deleteOrganization', { id })).toEqual(['CONFLICT id']);
  });

  test('removes it when nothing does', async () => {
    const id = await createOrganization(user, 'Needless');
    expect((await change(user, 'deleteOrganization', { id }, 'deletedId')).deletedId).toBe(id);
    expect(await refusals(user, 'deleteOrganization', { id })).toEqual(['NOT_FOUND id']);
  });
});

test('its contacts come by priority', async () => {
  const id = await createOrganization(user, 'Ordered');
  const [warm, cold] = [
    await createContact(user, { name: 'Warm', email: 'a@x.example', organizationId: id }),
    await createContact(user, { name: 'Cold', organizationId: id }),
  ];
  const { contacts } = await organization(id, 'contacts(first: 5) { totalCount nodes { id } }');
  expect(contacts).toEqual({ totalCount: 2, nodes: [{ id: cold }, { id: warm }] });
});
