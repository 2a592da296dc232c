/** Loaders for artifacts and their content. By id, portal users get only what they may see. */
import DataLoader from 'dataloader';
import type { ArtifactType } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { RequestError } from '../../platform/errors.ts';
import { recordOf } from '../../platform/records.ts';
import { type Context, isClient, perRequest } from '../../schema-builder/context.ts';
import { rowLoader } from '../../schema-builder/loaders.ts';
import { inVisiblePackage } from '../visibility.ts';
import { type ArtifactNode, type ArtifactNodeOf, artifactNode } from './nodes.ts';
import { artifactsById, contentStatement } from './summaries.ts';
import { ARTIFACT_TYPES } from './types.ts';

/** Of these artifacts, those that are collateral in a package that the portal user may see. */
const artifactsInVisiblePackages = prepare((p: { ids: string[]; portalContactId: string | null }) =>
  query
    .selectFrom('collateral')
    .select('artifactId')
    .distinct()
    .where('artifactId', '=', anyOf(p.ids))
    .where(inVisiblePackage('collateral', p.portalContactId)),
);

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** The artifact as the viewer may see it: for portal users, a DRAFT is null. */
export function visibleArtifact(
  context: Context,
  artifact: ArtifactNode | null,
): ArtifactNode | null {
  return artifact?.status === 'DRAFT' && isClient(context.viewer) ? null : artifact;
}

/** `id` is the uuid: the ids of the five types are in five tables. */
export interface ArtifactKey {
  type: ArtifactType;
  id: string;
}

/**
 * Artifacts by key, without their content and whichever packages they are in; null for a deleted
 * one and, for portal users, a DRAFT. One statement for all types.
 */
export const artifactLoader = perRequest(
  (context) =>
    new DataLoader<ArtifactKey, ArtifactNode | null, string>(
      async (keys) => {
        const ids = recordOf(ARTIFACT_TYPES, (type) =>
          keys.filter((key) => key.type === type).map((key) => key.id),
        );
        const rows = await database(context).runPrepared(artifactsById, ids);
        const found = new Map(rows.map((row) => [`${row.type}:${row.id}`, artifactNode(row)]));
        return keys.map((key) =>
          visibleArtifact(context, found.get(`${key.type}:${key.id}`) ?? null),
        );
      },
      { cacheKeyFn: (key) => `${key.type}:${key.id}`, maxBatchSize: Number.POSITIVE_INFINITY },
    ),
);

/** Artifacts by key; portal users get only those in packages that they may see. */
const artifactByIdLoader = perRequest(
  (context) =>
    new DataLoader<ArtifactKey, ArtifactNode | null, string>(
      async (keys) => {
        const { contactId } = context.viewer;
        if (contactId === null) return artifactLoader(context).loadMany(keys);
        const ids = keys.map((key) => key.id);
        const visible = await database(context).runPrepared(artifactsInVisiblePackages, {
          ids,
          portalContactId: contactId,
        });
        const allowed = new Set(visible.map((row) => row.artifactId));
        return Promise.all(
          keys.map((key) => (allowed.has(key.id) ? artifactLoader(context).load(key) : null)),
        );
      },
      { cacheKeyFn: (key) => `${key.type}:${key.id}`, maxBatchSize: Number.POSITIVE_INFINITY },
    ),
);

/** Makes the loader of the artifacts of one type, by uuid; null for what the viewer may not see. */
export function artifactOfType<Type extends ArtifactType>(type: Type) {
  return (context: Context) => ({
    // Summaries are read from the table of this type.
    load: (id: string) =>
      artifactByIdLoader(context).load({ type, id }) as Promise<ArtifactNodeOf<Type> | null>,
  });
}

const contentLoaders = recordOf(ARTIFACT_TYPES, (type) => {
  const statement = contentStatement(type);
  return rowLoader((context, ids) => database(context).runPrepared(statement, { ids }));
});

/**
 * Loads the content of an artifact, with one statement for all of its type. Throws NOT_FOUND if the
 * artifact was deleted meanwhile.
 */
export async function loadContent<T>(context: Context, artifact: ArtifactNode): Promise<T> {
  const row = await contentLoaders[artifact.type](context).load(artifact.uuid);
  if (row === null)
    throw new RequestError('NOT_FOUND', 'The artifact was deleted while it was read.');
  return row.content as T;
}
