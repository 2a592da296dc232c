/** Artifacts: blogs, personas, templates, decks and pages that may be collateral of any items. */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ArtifactStatus, type ArtifactType } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { anyId, name } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { NOW } from '../editing/change.ts';
import { WORK_PACKAGE_CHANGED } from '../topics.ts';
import { ArtifactBody, derivedColumns, givenBody } from './bodies.ts';
import { summariesOf } from './summaries.ts';
import { ARTIFACTS, artifactTable, artifactTypeOf } from './types.ts';

/**
 * Parses a global id into type and uuid; the type is undefined if it is the id of something else.
 */
export const artifactId = anyId().transform(({ type, id }) => ({ type: artifactTypeOf(type), id }));

/** A new artifact, by default a DRAFT. Its type follows from which body is given. */
export const CreateArtifact = z
  .object({
    title: name().describe('The title that lists show.'),
    status: z
      .enum(ArtifactStatus)
      .nullish()
      .default('DRAFT')
      .describe('Its status. PUBLISHED publishes it now.'),
    body: ArtifactBody.describe('Its content, which decides its type.'),
  })
  .describe('A new artifact. It belongs to no item until it is attached to one.');

/** Changes to an artifact; undefined keeps a value. A body replaces the whole content. */
export const UpdateArtifact = z
  .object({
    id: artifactId.describe('The artifact to change.'),
    title: name().optional().describe('The title that lists show.'),
    status: z
      .enum(ArtifactStatus)
      .optional()
      .describe('The new status. The first PUBLISHED sets `publishedAt`.'),
    body: ArtifactBody.optional().describe(
      'The new content, of the same type: the type of an artifact never changes.',
    ),
  })
  .describe(
    'What to change in an artifact. What is left out stays as it is. Each package that it is in gets a new version.',
  );

/** Creates an artifact of the type whose body is given; `publishedAt` is set if it is PUBLISHED. */
export async function createArtifact(
  platform: Platform,
  viewer: Viewer,
  { title, status: given, body }: z.output<typeof CreateArtifact>,
) {
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
  await database.run(query.insertInto(artifactTable(type)).values(row as never));
  const [artifact] = await database.run(summariesOf(type).where('id', '=', row.id));
  return { artifact };
}

/**
 * Changes an artifact. If anything differs, each package that it is collateral in gets a new
 * version. Throws INVALID for a body of another type, and NOT_FOUND if there is no such artifact.
 */
export async function updateArtifact(
  platform: Platform,
  viewer: Viewer,
  { id: artifact, body, ...change }: z.output<typeof UpdateArtifact>,
) {
  const { type, id } = artifact;
  const given = body && givenBody(body);
  if (given && type !== undefined && given.type !== type)
    throw userError(
      'INVALID',
      ['body', given.key],
      `This artifact is a ${ARTIFACTS[type].typeName}, and its type cannot change.`,
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
          .updateTable(artifactTable(type))
          .set({ ...columns, ...derived, ...publishedAt, updatedAt: NOW } as never)
          .where('id', '=', id),
      );
      await raiseVersions(platform, tx, id);
    }
    const [artifact] = await tx.run(summariesOf(type).where('id', '=', id));
    return { artifact };
  });
}

/**
 * Deletes an artifact. Its collateral stays, with a null `artifact`; each package that it is in
 * gets a new version. Throws NOT_FOUND if there is no such artifact.
 */
export async function deleteArtifact(
  platform: Platform,
  viewer: Viewer,
  { id: { type, id } }: { id: z.output<typeof artifactId> },
) {
  await platform.database.forTenant(viewer).change(['artifact', id], async (tx) => {
    const deleted =
      type &&
      (await tx.run(query.deleteFrom(artifactTable(type)).where('id', '=', id).returning('id')));
    if (!deleted?.length) throw notFound(['id']);
    await raiseVersions(platform, tx, id);
  });
}

async function lockArtifact(
  tx: TenantTransaction,
  type: ArtifactType,
  id: string,
): Promise<Record<string, unknown> | undefined> {
  const [row] = await tx.run(
    query.selectFrom(artifactTable(type)).selectAll().where('id', '=', id).forUpdate(),
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
  WORK_PACKAGE_CHANGED.publishAfterCommit(platform, tx, ids);
}
