/**
 * The JSON Schema (draft 2020-12) that a workflow declares of its input, checked by Ajv. Tenants
 * write these schemas, and patterns in them can take hours, so all of it happens in threads
 * (schema-thread.ts), for which tenants take turns.
 */
import type Tinypool from 'tinypool';
import type { UserError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import { sharedThreads, startThreads } from '../../platform/threads.ts';
import { SECOND } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import type { Definition, JsonObject } from './definition.ts';
import type { SchemaTask } from './schema-thread.ts';

/** Each checks some hundred inputs a second; the second one is for the next tenant. */
const THREADS = 2;
const MEMORY_LIMIT_MB = 64;
const MAX_WAIT_MS = 5 * SECOND;
const MAX_WAITING = 100;

const usingThreads = sharedThreads<Tinypool>({
  resource: 'schema threads',
  size: THREADS,
  waitMs: MAX_WAIT_MS,
  maxWaiting: MAX_WAITING,
  busy: 'Your company is already checking as many workflow inputs as it may at once.',
  start: () =>
    startThreads(new URL('./schema-thread.ts', import.meta.url), {
      threads: THREADS,
      memoryLimitMb: MEMORY_LIMIT_MB,
    }),
  end: (pool) => pool.destroy(),
});

/** What is wrong with a schema that is to be saved. */
export async function schemaProblems(
  platform: Platform,
  viewer: Viewer,
  schema: JsonObject | null,
): Promise<UserError[]> {
  return schema === null ? [] : check(platform, viewer, { schema, input: null });
}

/** Each place where an input does not fit its workflow. */
export async function inputProblems(
  platform: Platform,
  viewer: Viewer,
  { inputSchema: schema, input }: Pick<Definition, 'inputSchema'> & { input: JsonObject },
): Promise<UserError[]> {
  return schema === null ? [] : check(platform, viewer, { schema, input });
}

function check(platform: Platform, { tenantId }: Viewer, task: SchemaTask): Promise<UserError[]> {
  return usingThreads(platform, { tenantId }, async (pool) => {
    try {
      return (await pool.run(task)) as UserError[];
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'))
        throw error;
      const field = task.input === null ? 'inputSchema' : 'input';
      const message = 'Checking this needs too much memory: expected something simpler.';
      return [{ code: 'INVALID', field: [field], message }];
    }
  });
}
