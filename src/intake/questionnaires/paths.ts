/**
 * Intake paths, one for each client type: the blocks whose questions are asked, in order, and the
 * packets that the answers become.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ClientType, PacketType } from '../../../generated/kysely.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { type UserErrorCode, UserInputError } from '../../platform/errors.ts';
import { isStorable, name } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { changeCatalog } from '../catalog.ts';
import { givenKey } from './blocks.ts';
import { type IntakePath, questionnairesWithin, readQuestionnaires } from './questionnaires.ts';

const MAX_PATH_BLOCKS = 50;

/** A whole path; the client type decides which one is replaced. */
export const UpsertIntakePath = z
  .object({
    clientType: z
      .enum(ClientType)
      .describe('The type of the clients on the path. The path of this type is replaced.'),
    title: name().describe('The name of the path, such as "Personal coaching".'),
    isActive: z
      .boolean()
      .default(true)
      .describe('False stops clients of this type from saving answers and submitting intakes.'),
    blockKeys: z
      .array(givenKey())
      .min(1, 'Expected at least one block.')
      .max(MAX_PATH_BLOCKS, `Expected at most ${MAX_PATH_BLOCKS} blocks in a path.`)
      .describe('The keys of the blocks in the order in which they are asked, each once.'),
    packetTypes: z
      .array(z.enum(PacketType))
      .min(1, 'Expected at least one packet type.')
      .max(100)
      .describe('The types of the packets that a submission creates, in order, each once.'),
  })
  .describe('An intake path to create, or to replace as a whole, by its client type.');
type PathInput = z.output<typeof UpsertIntakePath>;

/** The paths of the tenant in the order of the client types. */
export async function listIntakePaths(
  platform: Platform,
  viewer: Viewer,
  { includeInactive }: { includeInactive?: boolean | null },
): Promise<IntakePath[]> {
  const { paths } = await readQuestionnaires(platform, viewer);
  return includeInactive ? paths : paths.filter((path) => path.isActive);
}

/** The path of a client type, active or not; null when there is none. */
export async function findIntakePath(
  platform: Platform,
  viewer: Viewer,
  clientType: ClientType,
): Promise<IntakePath | null> {
  const { pathByClientType } = await readQuestionnaires(platform, viewer);
  return pathByClientType.get(clientType) ?? null;
}

/**
 * Creates or replaces the path of a client type. Throws INVALID for repeated keys or packet types,
 * and NOT_FOUND for each key without a block.
 */
export async function upsertIntakePath(platform: Platform, viewer: Viewer, path: PathInput) {
  refuse([...repeated('blockKeys', path.blockKeys), ...repeated('packetTypes', path.packetTypes)]);
  return changeCatalog(platform, viewer, async (tx) => {
    const blockIds = await findBlocks(tx, path.blockKeys);
    const id = await writePath(tx, path);
    await tx.run(query.deleteFrom('intake_path_block').where('pathId', '=', id));
    await tx.run(
      query
        .insertInto('intake_path_block')
        .values(blockIds.map((blockId, position) => ({ pathId: id, position, blockId }))),
    );
    return { intakePath: (await questionnairesWithin(tx)).pathById.get(id) };
  });
}

async function writePath(tx: TenantTransaction, path: PathInput): Promise<string> {
  const values = {
    title: path.title,
    isActive: path.isActive,
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
  if (!row) throw new Error('Writing a path returned no row.');
  return row.id;
}

interface Problem {
  code: UserErrorCode;
  field: string;
  index: number;
  message: string;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new UserInputError(
    problems.map(({ code, field, index, message }) => ({
      code,
      field: [field, String(index)],
      message,
    })),
  );
}

/** A problem for each value that appears earlier in the list. */
function repeated(field: string, values: readonly string[]): Problem[] {
  return values.flatMap((value, index): Problem[] =>
    values.indexOf(value) === index
      ? []
      : [{ code: 'INVALID', field, index, message: 'Expected each value once.' }],
  );
}

/** The ids of the blocks with these keys, in their order. */
async function findBlocks(tx: TenantTransaction, keys: readonly string[]): Promise<string[]> {
  const storable = keys.filter(isStorable);
  const rows = await tx.run(
    query
      .selectFrom('question_block')
      .select(['id', 'key'])
      .where('key', '=', sql<string>`any(${storable}::text[])`),
  );
  const idByKey = new Map(rows.map((row) => [row.key, row.id]));
  const ids = keys.map((key) => idByKey.get(key));
  refuse(
    ids.flatMap((id, index): Problem[] =>
      id === undefined
        ? [{ code: 'NOT_FOUND', field: 'blockKeys', index, message: 'No block has this key.' }]
        : [],
    ),
  );
  return ids.filter((id) => id !== undefined);
}
