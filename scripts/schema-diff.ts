/**
 * The SQL that leads from the migrations to prisma/schema.prisma. Development only.
 *
 * Prisma's own command downloads a native schema engine. The same engine exists as WebAssembly on
 * npm, meant for bundlers: it is instantiated by hand here and given the `pg` adapter, corrected in
 * four places.
 *
 * It does not see CHECK constraints, triggers, partial indexes and deferrable constraints, which
 * stand in the migrations only, nor functions (function-diff.ts).
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const NO_FILTER = { externalTables: [], externalEnums: [] };
const DIFFERENCE_FOUND = 2;
/**
 * The one-byte type "char" of the system catalogues: the adapter refuses it, and the engine insists
 * on it.
 */
const CHAR_OID = 18;
const TEXT_OID = 25;
const ENGINE_FILE = '@prisma/schema-engine-wasm/schema_engine_bg';

/** Typed by the DOM library only, which a server has no other use for. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

export interface DiffOptions {
  /**
   * A server on which databases may be made; the migrations are tried out in one, which is dropped
   * again.
   */
  shadowDatabaseUrl: string;
  migrationsDir: string;
  schemaPath: string;
}

/** Resolves to an empty string when the migrations lead to the schema. */
export async function diffSchema(options: DiffOptions): Promise<string> {
  const schema = {
    files: [{ path: options.schemaPath, content: await readFile(options.schemaPath, 'utf8') }],
  };
  const engine = await startEngine(shadowAdapter(options.shadowDatabaseUrl));
  try {
    const result = await engine.diff({
      from: { tag: 'migrations', ...(await readMigrationList(options.migrationsDir)) },
      to: { tag: 'schemaDatamodel', ...schema },
      script: true,
      exitCode: true,
      filters: NO_FILTER,
    });
    return result.exitCode === DIFFERENCE_FOUND ? (result.stdout ?? '') : '';
  } finally {
    engine.free();
  }
}

let loading: Promise<void> | null = null;

async function startEngine(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  loading ??= loadEngine();
  await loading;
  return engineModule.SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

/**
 * Once a process: the module keeps views of the first instance's memory and reads a second one's
 * with them.
 */
async function loadEngine(): Promise<void> {
  // A panic ends the process with "unreachable" and nothing else.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
  });
  // The package does not export the file itself, but the one beside it.
  const file = createRequire(import.meta.url)
    .resolve(ENGINE_FILE)
    .replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': { ...engineModule },
  });
  engineModule.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start !== 'function')
    throw new Error(`${file} has no __wbindgen_start: another version than expected.`);
  start();
}

async function readMigrationList(folder: string): Promise<MigrationList> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const read = async (name: string) => ({
    path: name,
    migrationFile: {
      path: 'migration.sql',
      content: {
        tag: 'ok' as const,
        value: await readFile(join(folder, name, 'migration.sql'), 'utf8'),
      },
    },
  });
  return {
    baseDir: resolve(folder),
    // Nothing but the provider is read from it; without it an empty folder has no provider.
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.sort().map(read)),
  };
}

/** Only shadow databases are ever touched: the engine's "real" database is one too. */
function shadowAdapter(url: string): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: 'shadow',
    connect: () => connect(url),
    async connectToShadowDb() {
      const database = `shadow_${randomUUID()}`;
      await runOnce(url, `create database "${database}"`);
      const shadowUrl = new URL(url);
      shadowUrl.pathname = `/${database}`;
      const adapter = await connect(shadowUrl.href);
      const closePool = adapter.dispose.bind(adapter);
      return Object.assign(adapter, {
        // The original drops the database while its own connections are still open.
        async dispose() {
          await closePool();
          await runOnce(url, `drop database "${database}" with (force)`);
        },
      });
    },
  };
}

async function connect(url: string): Promise<SqlDriverAdapter> {
  const pool = new pg.Pool({ connectionString: url });
  const query = pool.query.bind(pool);
  const charColumns = new WeakMap<object, number[]>();
  Object.assign(pool, {
    async query(config: pg.QueryConfig) {
      const result = await query(config);
      charColumns.set(
        result.rows,
        result.fields.flatMap(({ dataTypeID }, index) => (dataTypeID === CHAR_OID ? [index] : [])),
      );
      for (const field of result.fields)
        if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
      return result;
    },
  });
  const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  return Object.assign(adapter, {
    async queryRaw(sqlQuery: SqlQuery) {
      const result = await queryRaw(sqlQuery);
      for (const index of charColumns.get(result.rows) ?? [])
        result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    },
    // The original cuts the script at every semicolon, also inside of function bodies and strings.
    async executeScript(script: string) {
      await query(script);
    },
  });
}

async function runOnce(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
