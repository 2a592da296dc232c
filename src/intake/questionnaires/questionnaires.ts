/**
 * The questionnaires of a tenant: its question blocks and intake paths, all of them together. They
 * are few and change rarely, so one cache entry for each tenant serves every look-up: by id, by
 * category, by client type, and a path with its blocks. What clients answer is in answers.ts, what
 * owners and members change in blocks.ts and paths.ts.
 */
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { ClientType, PacketType, QuestionKind } from '../../../generated/kysely.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { catalogCache } from '../caches.ts';
import { CLIENT_TYPES } from '../vocabulary.ts';

/** `min` and `max` are included, and null without a limit; only choices have options. */
export interface Question {
  key: string;
  label: string;
  kind: QuestionKind;
  required: boolean;
  options: string[];
  unit: string | null;
  min: number | null;
  max: number | null;
}

/**
 * Blocks and paths as GraphQL reads them: `id` is the global id. All requests share these objects
 * and none may change them.
 */
export interface QuestionBlock {
  id: string;
  uuid: string;
  key: string;
  title: string;
  category: string;
  position: number;
  isActive: boolean;
  questions: Question[];
}

/** `id` is the global id. Shared by all requests, like the blocks: it may not be changed. */
export interface IntakePath {
  id: string;
  uuid: string;
  clientType: ClientType;
  title: string;
  isActive: boolean;
  packetTypes: PacketType[];
  /** In the order in which they are asked, with the inactive ones. */
  blocks: QuestionBlock[];
  /** The questions that are asked: those of the active blocks, by key, in order. */
  questions: ReadonlyMap<string, Question>;
}

/** All of a tenant, inactive ones included. `blockById` and `pathById` go by uuid. */
export interface Questionnaires {
  /** By position, then key. */
  blocks: QuestionBlock[];
  blockById: ReadonlyMap<string, QuestionBlock>;
  blocksByCategory: ReadonlyMap<string, QuestionBlock[]>;
  /** In the order of the client types. */
  paths: IntakePath[];
  pathById: ReadonlyMap<string, IntakePath>;
  pathByClientType: ReadonlyMap<ClientType, IntakePath>;
}

type FlatBlock = Omit<QuestionBlock, 'id' | 'uuid'> & { id: string };
type FlatPath = Omit<IntakePath, 'id' | 'uuid' | 'blocks' | 'questions'> & {
  id: string;
  blockIds: string[];
};

/** One statement, so that blocks and paths are of one moment. */
const allBlocksAndPaths = prepare(() =>
  query
    .selectNoFrom((eb) => [
      jsonArrayFrom(
        eb
          .selectFrom('question_block')
          .select((block) => [
            'question_block.id',
            'question_block.key',
            'question_block.title',
            'question_block.category',
            'question_block.position',
            'question_block.isActive',
            jsonArrayFrom(
              block
                .selectFrom('question')
                .select([
                  'question.key',
                  'label',
                  'kind',
                  'required',
                  'options',
                  'unit',
                  'min',
                  'max',
                ])
                .whereRef('question.blockId', '=', 'question_block.id')
                .orderBy('question.position'),
            ).as('questions'),
          ])
          .orderBy('question_block.position')
          .orderBy('question_block.key'),
      ).as('blocks'),
      jsonArrayFrom(
        eb
          .selectFrom('intake_path')
          .select((path) => [
            'intake_path.id',
            'clientType',
            'title',
            'isActive',
            sql<PacketType[]>`${sql.ref('packetTypes')}::text[]`.as('packetTypes'),
            sql<string[]>`array(${path
              .selectFrom('intake_path_block')
              .select('blockId')
              .whereRef('intake_path_block.pathId', '=', 'intake_path.id')
              .orderBy('intake_path_block.position')})`.as('blockIds'),
          ]),
      ).as('paths'),
    ])
    .$castTo<{ blocks: FlatBlock[]; paths: FlatPath[] }>(),
);

const cached = perProcess((platform) => catalogCache<Questionnaires>(platform, 'intake-catalog'));

/** The questionnaires of a tenant, from the cache if it has them. */
export function readQuestionnaires(
  platform: Platform,
  { tenantId }: { tenantId: string },
): Promise<Questionnaires> {
  return cached(platform)(tenantId, () => loadQuestionnaires(platform, tenantId));
}

/** The questionnaires as they are stored now, past the cache. */
export function loadQuestionnaires(platform: Platform, tenantId: string): Promise<Questionnaires> {
  return questionnairesWithin(platform.database.forTenant({ tenantId }));
}

/** The questionnaires as a transaction sees them, with its own changes. */
export async function questionnairesWithin(tx: TenantQueries): Promise<Questionnaires> {
  const [flat] = await tx.runPrepared(allBlocksAndPaths, {});
  return assemble(flat ?? { blocks: [], paths: [] });
}

function assemble(flat: { blocks: FlatBlock[]; paths: FlatPath[] }): Questionnaires {
  const blocks = flat.blocks.map(
    (block): QuestionBlock => ({
      ...block,
      id: encodeGlobalId('QuestionBlock', block.id),
      uuid: block.id,
    }),
  );
  const blockById = new Map(blocks.map((block) => [block.uuid, block]));
  const paths = flat.paths
    .map((path) => assemblePath(path, blockById))
    .sort(
      (one, other) => CLIENT_TYPES.indexOf(one.clientType) - CLIENT_TYPES.indexOf(other.clientType),
    );
  return {
    blocks,
    blockById,
    blocksByCategory: Map.groupBy(blocks, (block) => block.category),
    paths,
    pathById: new Map(paths.map((path) => [path.uuid, path])),
    pathByClientType: new Map(paths.map((path) => [path.clientType, path])),
  };
}

function assemblePath(
  { id, blockIds, ...path }: FlatPath,
  blockById: ReadonlyMap<string, QuestionBlock>,
): IntakePath {
  const blocks = blockIds
    .map((blockId) => blockById.get(blockId))
    .filter((block) => block !== undefined);
  const asked = blocks.filter((block) => block.isActive).flatMap((block) => block.questions);
  const questions = new Map(asked.map((question) => [question.key, question]));
  return { ...path, id: encodeGlobalId('IntakePath', id), uuid: id, blocks, questions };
}
