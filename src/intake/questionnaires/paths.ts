/** Intake paths: which blocks a type of client is asked, in order, and which packets it gets. */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { ClientType } from '../../../generated/kysely.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { type UserErrorCode, UserInputError } from '../../platform/errors.ts';
import { type Given, name, parseInput } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { publishCatalogChanged } from '../topics.ts';
import { CLIENT_TYPES, PACKET_TYPES } from '../vocabulary.ts';
import { INTAKE_CATALOG, lockCatalog } from './blocks.ts';
import { catalogWithin, type IntakePath, readCatalog } from './questionnaires.ts';

export const MAX_PATH_BLOCKS = 50;

const UpsertIntakePath = z.object({
  clientType: z.enum(CLIENT_TYPES),
  title: name(),
  isActive: z.boolean().nullish(),
  blockKeys: z
    .array(z.string())
    .min(1, 'Expected at least one block.')
    .max(MAX_PATH_BLOCKS, `Expected at most ${MAX_PATH_BLOCKS} blocks a path.`),
  packetTypes: z.array(z.enum(PACKET_TYPES)).min(1, 'Expected at least one packet type.').max(100),
});

/** The paths of the tenant. */
export async function listIntakePaths(
  platform: Platform,
  viewer: Viewer,
  { includeInactive }: { includeInactive?: boolean | null },
): Promise<IntakePath[]> {
  const { paths } = await readCatalog(platform, viewer);
  return includeInactive ? paths : paths.filter((path) => path.isActive);
}

/** The path of a type of client, whether it is active or not. */
export async function findIntakePath(
  platform: Platform,
  viewer: Viewer,
  clientType: ClientType,
): Promise<IntakePath | null> {
  return (await readCatalog(platform, viewer)).pathByClientType.get(clientType) ?? null;
}

/** Creates or replaces the path of a type of client. */
export async function upsertIntakePath(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof UpsertIntakePath>,
) {
  const path = parseInput(UpsertIntakePath, input);
  refuse([...doubles('blockKeys', path.blockKeys), ...doubles('packetTypes', path.packetTypes)]);
  return platform.database.forTenant(viewer).change(INTAKE_CATALOG, async (tx) => {
    await lockCatalog(tx);
    const blockIds = await findBlocks(tx, path.blockKeys);
    const values = {
      title: path.title,
      isActive: path.isActive ?? true,
      packetTypes: `{${path.packetTypes.join()}}`,
    };
    const [row] = await tx.run(
      query
        .insertInto('intake_path')
        .values({ ...values, id: uuidv7(), clientType: path.clientType })
        .onConflict((conflict) =>
          conflict
            .columns(['tenantId', 'clientType'])
            .doUpdateSet({ ...values, updatedAt: sql`statement_timestamp()` }),
        )
        .returning('id'),
    );
    if (!row) throw new Error('A path was written and not answered.');
    await tx.run(query.deleteFrom('intake_path_block').where('pathId', '=', row.id));
    await tx.run(
      query
        .insertInto('intake_path_block')
        .values(blockIds.map((blockId, position) => ({ pathId: row.id, position, blockId }))),
    );
    publishCatalogChanged(platform, tx);
    return { intakePath: (await catalogWithin(tx)).pathById.get(row.id) };
  });
}

interface Problem {
  code: UserErrorCode;
  field: [string, number];
  message: string;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0)
    throw new UserInputError(
      problems.map((problem) => ({ ...problem, field: problem.field.map(String) })),
    );
}

function doubles(field: string, values: readonly string[]): Problem[] {
  return values.flatMap((value, index): Problem[] =>
    values.indexOf(value) === index
      ? []
      : [{ code: 'INVALID', field: [field, index], message: 'Expected each of them once.' }],
  );
}

/** The ids of blocks in the order of their keys. */
async function findBlocks(tx: TenantTransaction, keys: readonly string[]): Promise<string[]> {
  const storable = keys.filter((key) => !key.includes('\u0000') && key.isWellFormed());
  const rows = await tx.run(
    query
      .selectFrom('question_block')
      .select(['id', 'key'])
      .where('key', '=', sql<string>`any(${storable}::text[])`),
  );
  const ids = new Map(rows.map((row) => [row.key, row.id]));
  refuse(
    keys.flatMap((key, index): Problem[] =>
      ids.has(key)
        ? []
        : [{ code: 'NOT_FOUND', field: ['blockKeys', index], message: 'No block has this key.' }],
    ),
  );
  return keys.map((key) => ids.get(key) as string);
}
