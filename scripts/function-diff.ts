/**
 * The SQL that leads from the functions of a migrated database to those in prisma/functions, where
 * each stands in a file NAME.sql as `create or replace function "NAME"`. Development only.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import pg from 'pg';

/** The files are tried out in a schema of this name, which is rolled back. */
const WANTED = 'wanted_functions';

/** Functions of extensions are left out. */
const READ_FUNCTIONS = `
  select p.proname as name, pg_get_function_identity_arguments(p.oid) as arguments,
    pg_get_function_result(p.oid) as result, pg_get_functiondef(p.oid) as definition
  from pg_proc p
  where p.pronamespace = $1::regnamespace and not exists (
    select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  order by p.proname`;

interface SqlFunction {
  name: string;
  arguments: string;
  result: string;
  definition: string;
}

/** Resolves to an empty string when the database has exactly the functions of the folder. */
export async function diffFunctions(databaseUrl: string, folder: string): Promise<string> {
  const files = await readFunctionFiles(folder);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    const before = await readFunctions(client, 'public');
    await client.query(`create schema ${WANTED}; set local search_path = ${WANTED}, public`);
    await client.query(UNCHECKED);
    for (const [name, sql] of files) await createWanted(client, name, sql);
    const after = await readFunctions(client, WANTED);
    checkNames([...after.keys()], [...files.keys()]);
    return [...dropped(before, after), ...created({ before, after, files })].join('\n');
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

/** Functions may call each other: their bodies are not checked while one of them is missing. */
const UNCHECKED = 'set local check_function_bodies = off;\n';

function dropped(before: Map<string, SqlFunction>, after: Map<string, SqlFunction>): string[] {
  return [...before.values()]
    .filter((old) => !isReplaceable(old, after.get(old.name)))
    .map((old) => `drop function "${old.name}"(${old.arguments});\n`);
}

interface Difference {
  before: Map<string, SqlFunction>;
  after: Map<string, SqlFunction>;
  files: Map<string, string>;
}

function created({ before, after, files }: Difference): string[] {
  const changed = [...after.values()].filter(
    (wanted) => bareDefinition(before.get(wanted.name)) !== bareDefinition(wanted),
  );
  if (changed.length === 0) return [];
  return [UNCHECKED, ...changed.map(({ name }) => files.get(name) ?? '')];
}

/** `create or replace` changes neither arguments nor the type of the result. */
function isReplaceable(old: SqlFunction, wanted: SqlFunction | undefined): boolean {
  return old.arguments === wanted?.arguments && old.result === wanted.result;
}

/** Without the schema, which stands in the first line. */
function bareDefinition(found: SqlFunction | undefined): string | undefined {
  return found?.definition.replace(/^CREATE OR REPLACE FUNCTION \w+\./, '');
}

async function createWanted(client: pg.Client, name: string, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (cause) {
    throw new Error(`${name}.sql: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function checkNames(found: string[], expected: string[]): void {
  const missing = expected.find((name) => !found.includes(name));
  const surplus = found.find((name) => !expected.includes(name));
  if (missing === undefined && surplus === undefined) return;
  throw new Error(
    `A file of prisma/functions has the name of its one function: ${missing ?? surplus}.`,
  );
}

async function readFunctions(client: pg.Client, schema: string): Promise<Map<string, SqlFunction>> {
  const { rows } = await client.query<SqlFunction>(READ_FUNCTIONS, [schema]);
  return new Map(rows.map((row) => [row.name, row]));
}

async function readFunctionFiles(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => extname(name) === '.sql').sort();
  const read = async (name: string): Promise<[string, string]> => [
    basename(name, '.sql'),
    // git may write text files with \r\n on Windows.
    (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n'),
  ];
  return new Map(await Promise.all(names.map(read)));
}
