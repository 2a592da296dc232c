/** The tenant is in every statement that domain code can build. */
import { type Compilable, sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { query, TENANT } from '../../src/platform/database/tenant-scope.ts';
import { tenantTables } from '../../src/platform/database/tenant-tables.ts';

/** How often the tenant is in the statement's text and parameters. */
function scoped(statement: Compilable): number {
  const { sql: text, parameters } = statement.compile();
  const inText = text.match(/"tenantId" = \$|"tenantId"\)/g)?.length ?? 0;
  expect(parameters.filter((parameter) => parameter === TENANT)).toHaveLength(inText);
  return inText;
}

const contacts = () => query.selectFrom('contact').select('contact.id');

describe('a statement has the tenant for each table', () => {
  test.each<[string, () => Compilable, number]>([
    ['select', () => contacts(), 1],
    ['select under another name', () => query.selectFrom('contact as c').select('c.id'), 1],
    [
      'select from two tables',
      () => query.selectFrom(['contact as c', 'organization as o']).select('c.id'),
      2,
    ],
    [
      'inner join',
      () => contacts().innerJoin('organization', 'organization.id', 'contact.organizationId'),
      2,
    ],
    [
      'left join',
      () => contacts().leftJoin('organization as o', 'o.id', 'contact.organizationId'),
      2,
    ],
    [
      'lateral join',
      () =>
        contacts().leftJoinLateral(
          (eb) => eb.selectFrom('work_package').select('work_package.id').as('w'),
          (join) => join.onTrue(),
        ),
      2,
    ],
    [
      'subquery in where',
      () =>
        contacts().where(
          'contact.organizationId',
          'in',
          query.selectFrom('organization').select('organization.id'),
        ),
      2,
    ],
    ['subquery in from', () => query.selectFrom(contacts().as('inner')).select('inner.id'), 1],
    [
      'subquery in select',
      () =>
        query
          .selectFrom('organization')
          .select((eb) => eb.selectFrom('contact').select('contact.id').as('x')),
      2,
    ],
    [
      'exists',
      () =>
        contacts().where((eb) =>
          eb.exists(eb.selectFrom('work_package').select('work_package.id')),
        ),
      2,
    ],
    [
      'common table expression',
      () =>
        query
          .with('mine', (db) => db.selectFrom('contact').select('contact.id'))
          .selectFrom('mine')
          .select('mine.id'),
      1,
    ],
    [
      'union',
      () => contacts().union(query.selectFrom('organization').select('organization.id')),
      2,
    ],
    [
      'query inside SQL text',
      () =>
        contacts().where(
          sql<boolean>`exists (${query.selectFrom('organization').select('organization.id')})`,
        ),
      2,
    ],
    [
      'or in where',
      () =>
        contacts().where((eb) =>
          eb.or([eb('contact.name', '=', 'a'), eb('contact.name', '=', 'b')]),
        ),
      1,
    ],
    ['update', () => query.updateTable('contact').set({ name: 'x' }).where('id', '=', 'y'), 1],
    ['update from', () => query.updateTable('contact').from('organization').set({ name: 'x' }), 2],
    ['delete', () => query.deleteFrom('contact'), 1],
    ['delete using', () => query.deleteFrom('contact').using('organization'), 2],
  ])('%s', (_what, build, expected) => {
    expect(scoped(build())).toBe(expected);
  });

  test('insert fills it in for each row', () => {
    const row = { id: 'a', name: 'x', ownerId: 'o', searchText: '' };
    const { parameters } = query
      .insertInto('contact')
      .values([row, { ...row, id: 'b' }] as never)
      .compile();
    expect(parameters.filter((parameter) => parameter === TENANT)).toHaveLength(2);
  });

  test('insert of a query fills it in as the last column of the query', () => {
    const { sql: text, parameters } = query
      .insertInto('contact')
      .columns(['id'] as never)
      .expression(contacts() as never)
      .compile();
    expect(text).toBe(
      'insert into "contact" ("id", "tenantId") select "contact"."id", $1::uuid as "tenantId" from "contact" where "contact"."tenantId" = $2',
    );
    expect(parameters).toEqual([TENANT, TENANT]);
  });

  test('or keeps its parentheses, so that it can not undo the tenant', () => {
    const { sql: text } = contacts()
      .where((eb) => eb.or([eb('contact.name', '=', 'a'), eb('contact.name', '=', 'b')]))
      .compile();
    expect(text).toMatch(/where "contact"\."tenantId" = \$1 and \(/);
  });
});

describe('what goes around it is refused', () => {
  test.each<[string, () => Compilable]>([
    [
      'SQL text that reads a table',
      () => contacts().where(sql<boolean>`exists (select 1 from organization)`),
    ],
    [
      'SQL text that joins a table',
      () =>
        contacts().where(sql<boolean>`exists (select 1 from x join only "organization" on true)`),
    ],
    [
      'SQL text of another schema name',
      () => contacts().where(sql<boolean>`exists (select 1 from public.organization)`),
    ],
    [
      'SQL text with a list of tables',
      () => contacts().where(sql<boolean>`exists (select 1 from x, organization)`),
    ],
    [
      'SQL text with a table as a parameter',
      () => contacts().where(sql<boolean>`exists (select 1 from ${sql.table('organization')})`),
    ],
    [
      'an insert of a union',
      () =>
        query
          .insertInto('contact')
          .columns(['id'] as never)
          .expression(
            contacts().union(query.selectFrom('organization').select('organization.id')) as never,
          ),
    ],
    [
      'merge',
      () =>
        query
          .mergeInto('contact')
          .using('organization', 'organization.id', 'contact.organizationId')
          .whenMatched()
          .thenDelete(),
    ],
  ])('%s', (_what, build) => {
    expect(() => build().compile()).toThrow();
  });
});

describe('the tables of tenants', () => {
  test('are all of the data model but the tenant itself', () => {
    expect(tenantTables()).toContain('consent_word');
    expect(tenantTables()).not.toContain('tenant');
  });

  test('can not include one without a tenant', () => {
    expect(() => tenantTables({ note: { id: 'uuid' } })).toThrow('The table note has no tenantId');
  });
});
