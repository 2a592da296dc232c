/** Artifacts: blogs, personas, templates, decks and pages that may be collateral of any items. */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { ArtifactStatus, ArtifactType } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import {
  applyPage,
  NEWEST_FIRST,
  type PageArguments,
  parsePage,
  toPage,
} from '../platform/database/keyset.ts';
import { matchesSearch } from '../platform/database/search.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import { decodeGlobalId } from '../platform/global-id.ts';
import { type Given, idOf, name, parseInput, parseSearch } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { ArtifactBody, derivedColumns, givenBody } from './artifact-content.ts';
import { ARTIFACT_TYPES, summariesOf } from './artifact-summaries.ts';
import { NOW } from './change.ts';
import {
  ARTIFACT_TABLES,
  ARTIFACT_TYPE_NAMES,
  type ArtifactSummary,
  artifactTypeOf,
} from './rows.ts';
import { publishWorkPackageChanged } from './topics.ts';

const status = z.enum(['DRAFT', 'IN_REVIEW', 'APPROVED', 'PUBLISHED']);
const anyArtifactId = () => idOf(...Object.values(ARTIFACT_TYPE_NAMES));
const CreateArtifact = z.object({ title: name(), status: status.nullish(), body: ArtifactBody });
const UpdateArtifact = z.object({
  id: anyArtifactId(),
  title: name().optional(),
  status: status.optional(),
  body: ArtifactBody.optional(),
});
const DeleteArtifact = z.object({ id: anyArtifactId() });

export interface ArtifactListArguments extends PageArguments {
  filter?: {
    types?: ArtifactType[] | null;
    status?: ArtifactStatus[] | null;
    search?: string | null;
  } | null;
}

/**
 * A page of artifacts of all types, newest first: one statement, of which each type's table gives
 * at most a page.
 */
export async function listArtifacts(
  platform: Platform,
  viewer: Viewer,
  args: ArtifactListArguments,
) {
  const page = parsePage(args, NEWEST_FIRST);
  const search = parseSearch('filter.search', args.filter?.search);
  const types = args.filter?.types
    ? ARTIFACT_TYPES.filter((type) => args.filter?.types?.includes(type))
    : ARTIFACT_TYPES;
  const statuses = args.filter?.status;
  const database = platform.database.forTenant(viewer);
  const matching = types.map((type) =>
    summariesOf(type)
      .$if(statuses != null, (rows) =>
        rows.where(sql<boolean>`status::text = any(${statuses}::text[])`),
      )
      .$if(search !== null, (rows) =>
        rows.where(matchesSearch(ARTIFACT_TABLES[type], search ?? '')),
      ),
  );
  if (matching.length === 0) return { ...toPage<ArtifactSummary>([], page), count: async () => 0 };
  const parts = matching.map(
    (rows, index) => sql`(${applyPage(rows, ARTIFACT_TABLES[types[index] as ArtifactType], page)})`,
  );
  const union = sql<ArtifactSummary>`(${sql.join(parts, sql` union all `)})`.as<'artifact'>(
    'artifact',
  );
  const counted = matching.map((rows) => sql`(select count(*) from (${rows}) as matching)`);
  return {
    ...toPage(
      await database.run(applyPage(query.selectFrom(union).selectAll(), 'artifact', page)),
      page,
    ),
    count: async () =>
      (
        await database.run(
          query.selectNoFrom(sql<number>`${sql.join(counted, sql` + `)}`.as('count')),
        )
      )[0]?.count ?? 0,
  };
}

/** Creates an artifact of the type whose body is given; PUBLISHED ones are published now. */
export async function createArtifact(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof CreateArtifact>,
) {
  const { title, status: given, body } = parseInput(CreateArtifact, input);
  const { type, columns } = givenBody(body);
  const state = given ?? 'DRAFT';
  const row = {
    ...columns,
    ...derivedColumns(type, { title, ...columns }),
    id: uuidv7(),
    title,
    status: state,
    ...(state === 'PUBLISHED' ? { publishedAt: NOW } : {}),
  };
  const database = platform.database.forTenant(viewer);
  await database.run(query.insertInto(ARTIFACT_TABLES[type] as 'blog').values(row as never));
  const [artifact] = await database.run(summariesOf(type).where('id', '=', row.id));
  return { artifact };
}

/**
 * Changes an artifact; each package that it is collateral in gets a new version. A body must be of
 * the artifact's own type.
 */
export async function updateArtifact(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof UpdateArtifact>,
) {
  const { id, body, ...change } = parseInput(UpdateArtifact, input);
  const type = typeOfId(input.id);
  const given = body && givenBody(body);
  if (given && type !== undefined && given.type !== type)
    throw userError(
      'INVALID',
      ['body', given.key],
      `This artifact is a ${ARTIFACT_TYPE_NAMES[type]} and stays one.`,
    );
  return platform.database.forTenant(viewer).change(['artifact', id], async (tx) => {
    const stored = type && (await lockArtifact(tx, type, id));
    if (!type || !stored) throw notFound(['id']);
    const next: Record<string, unknown> = { ...stored, ...given?.columns, ...change };
    const derived = derivedColumns(type, next);
    const publishedAt =
      next['status'] === 'PUBLISHED' && stored['publishedAt'] === null ? { publishedAt: NOW } : {};
    if (differs({ ...stored, ...derivedColumns(type, stored) }, { ...next, ...derived })) {
      const { tenantId: _tenant, id: _id, createdAt: _created, ...columns } = next;
      await tx.run(
        query
          .updateTable(ARTIFACT_TABLES[type] as 'blog')
          .set({ ...columns, ...derived, ...publishedAt, updatedAt: NOW } as never)
          .where('id', '=', id),
      );
      await raiseVersions(platform, tx, id);
    }
    const [artifact] = await tx.run(summariesOf(type).where('id', '=', id));
    return { artifact };
  });
}

/** Deletes an artifact; its collateral stays and reads null. */
export async function deleteArtifact(
  platform: Platform,
  viewer: Viewer,
  input: z.input<typeof DeleteArtifact>,
) {
  const { id } = parseInput(DeleteArtifact, input);
  const type = typeOfId(input.id);
  await platform.database.forTenant(viewer).change(['artifact', id], async (tx) => {
    const deleted =
      type &&
      (await tx.run(
        query
          .deleteFrom(ARTIFACT_TABLES[type] as 'blog')
          .where('id', '=', id)
          .returning('id'),
      ));
    if (!deleted?.length) throw notFound(['id']);
    await raiseVersions(platform, tx, id);
  });
}

function typeOfId(globalId: string): ArtifactType | undefined {
  return artifactTypeOf(decodeGlobalId(globalId)?.type ?? '');
}

async function lockArtifact(
  tx: TenantTransaction,
  type: ArtifactType,
  id: string,
): Promise<Record<string, unknown> | undefined> {
  const [row] = await tx.run(
    query
      .selectFrom(ARTIFACT_TABLES[type] as 'blog')
      .selectAll()
      .where('id', '=', id)
      .forUpdate(),
  );
  return row;
}

/** Whether any column would change; lists are compared as JSON. */
function differs(stored: Record<string, unknown>, next: Record<string, unknown>): boolean {
  return Object.keys(next).some(
    (column) => comparable(stored[column]) !== comparable(next[column]),
  );
}

function comparable(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
}

/**
 * Raises the version of each package that has the artifact, all locked in one order so that two
 * artifacts never wait for each other.
 */
async function raiseVersions(
  platform: Platform,
  tx: TenantTransaction,
  artifactId: string,
): Promise<void> {
  const within = query
    .selectFrom('collateral')
    .select('workPackageId')
    .where('artifactId', '=', artifactId);
  const locked = await tx.run(
    query
      .selectFrom('work_package')
      .select('id')
      .where('id', 'in', within)
      .orderBy('id')
      .forUpdate(),
  );
  if (locked.length === 0) return;
  const ids = locked.map((row) => row.id);
  await tx.run(
    query
      .updateTable('work_package')
      .set({ version: sql<number>`"version" + 1`, updatedAt: NOW })
      .where('id', '=', anyOf(ids)),
  );
  for (const id of ids) publishWorkPackageChanged(platform, tx, id);
}
