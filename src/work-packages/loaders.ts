/**
 * Loaders of packages and what is in them. For portal clients they find what these may see and
 * nothing else.
 */
import DataLoader from 'dataloader';
import { sql } from 'kysely';
import type { ArtifactType } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { applyPage, type Page, type PageRequest, toPage } from '../platform/database/keyset.ts';
import { prepare } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { RequestError } from '../platform/errors.ts';
import { type Context, isClient, perRequest } from '../schema-builder/context.ts';
import { groupLoader, rowLoader } from '../schema-builder/loaders.ts';
import { ARTIFACT_TYPES, artifactsById, contentStatement } from './artifact-summaries.ts';
import {
  type ArtifactNode,
  artifactNode,
  collateralNode,
  itemNode,
  packageNode,
  phaseNode,
} from './nodes.ts';
import { packagesById } from './packages.ts';
import {
  COLLATERAL_COLUMNS,
  ITEM_COLUMNS,
  PACKAGE_COLUMNS,
  PHASE_COLUMNS,
  type WorkPackageRow,
} from './rows.ts';
import { assembleTree, treeCache, treesById, type WorkPackageTree } from './tree.ts';
import { inVisiblePackage } from './visibility.ts';

type ById = { ids: string[]; portalContactId: string | null };

const phasesById = prepare((p: ById) =>
  query
    .selectFrom('work_package_phase')
    .select(PHASE_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(inVisiblePackage('work_package_phase', p.portalContactId)),
);
const itemsById = prepare((p: ById) =>
  query
    .selectFrom('work_package_item')
    .select(ITEM_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(inVisiblePackage('work_package_item', p.portalContactId)),
);
const collateralById = prepare((p: ById) =>
  query
    .selectFrom('collateral')
    .select(COLLATERAL_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(inVisiblePackage('collateral', p.portalContactId)),
);
const phasesOfPackages = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('work_package_phase')
    .select(PHASE_COLUMNS)
    .where('workPackageId', '=', anyOf(p.ids))
    .orderBy('workPackageId')
    .orderBy('position'),
);
const itemsOfPhases = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('work_package_item')
    .select(ITEM_COLUMNS)
    .where('phaseId', '=', anyOf(p.ids))
    .orderBy('phaseId')
    .orderBy('position'),
);
const collateralOfItems = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('collateral')
    .select(COLLATERAL_COLUMNS)
    .where('itemId', '=', anyOf(p.ids))
    .orderBy('itemId')
    .orderBy('position'),
);
/** Of these artifacts, those that are collateral in a package that the client may see. */
const artifactsInVisiblePackages = prepare((p: ById) =>
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

export const workPackageLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(packagesById, { ids, portalContactId: context.viewer.contactId }),
  packageNode,
);
export const phaseLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(phasesById, { ids, portalContactId: context.viewer.contactId }),
  (row) => phaseNode(row),
);
export const itemLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(itemsById, { ids, portalContactId: context.viewer.contactId }),
  (row) => itemNode(row),
);
export const collateralLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(collateralById, {
      ids,
      portalContactId: context.viewer.contactId,
    }),
  (row) => collateralNode(row),
);

export const phasesLoader = groupLoader(
  (context, ids) => database(context).runPrepared(phasesOfPackages, { ids }),
  (phase) => phase.workPackageId,
  (row) => phaseNode(row),
);
export const itemsLoader = groupLoader(
  (context, ids) => database(context).runPrepared(itemsOfPhases, { ids }),
  (item) => item.phaseId,
  (row) => itemNode(row),
);
export const collateralOfItemLoader = groupLoader(
  (context, ids) => database(context).runPrepared(collateralOfItems, { ids }),
  (collateral) => collateral.itemId,
  (row) => collateralNode(row),
);

/** Whole packages that are in no cache, in one statement. */
const uncachedTreeLoader = rowLoader<WorkPackageTree>(async (context, ids) =>
  (await database(context).runPrepared(treesById, { ids })).map(assembleTree),
);

/**
 * All that is in a package, at its version or a newer one; from the cache when it holds that
 * version.
 */
export async function loadTree(
  context: Context,
  { id, version }: { id: string; version: number },
): Promise<WorkPackageTree | null> {
  const { platform, viewer } = context;
  return treeCache(platform).get(`${viewer.tenantId}:${id}:${version}`, async () => {
    const loader = uncachedTreeLoader(context);
    const tree = await loader.load(id);
    // The request may have loaded the package before, at an older version: that must not be cached
    // as this one.
    return tree !== null && tree.version < version ? loader.clear(id).load(id) : tree;
  });
}

/** The tree if this process has it at hand. */
export function peekTree(
  { platform, viewer }: Context,
  { id, version }: { id: string; version: number },
): WorkPackageTree | undefined {
  return treeCache(platform).peek(`${viewer.tenantId}:${id}:${version}`);
}

/** Drafts of artifacts read as absent for clients. */
export function visibleArtifact(
  context: Context,
  artifact: ArtifactNode | null,
): ArtifactNode | null {
  return artifact?.status === 'DRAFT' && isClient(context.viewer) ? null : artifact;
}

export interface ArtifactKey {
  type: ArtifactType;
  id: string;
}

/** Artifact summaries, whatever packages they are in. */
export const artifactLoader = perRequest(
  (context) =>
    new DataLoader<ArtifactKey, ArtifactNode | null, string>(
      async (keys) => {
        const ids = Object.fromEntries(
          ARTIFACT_TYPES.map((type) => [
            type,
            keys.filter((key) => key.type === type).map((key) => key.id),
          ]),
        );
        const rows = await database(context).runPrepared(
          artifactsById,
          ids as Record<ArtifactType, string[]>,
        );
        const found = new Map(rows.map((row) => [`${row.type}:${row.id}`, artifactNode(row)]));
        return keys.map((key) =>
          visibleArtifact(context, found.get(`${key.type}:${key.id}`) ?? null),
        );
      },
      { cacheKeyFn: (key) => `${key.type}:${key.id}`, maxBatchSize: Number.POSITIVE_INFINITY },
    ),
);

/** Artifacts that were asked for by id: clients find those of their packages. */
export const artifactByIdLoader = perRequest(
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

const contentLoaders = Object.fromEntries(
  ARTIFACT_TYPES.map((type) => {
    const statement = contentStatement(type);
    return [type, rowLoader((context, ids) => database(context).runPrepared(statement, { ids }))];
  }),
) as Record<ArtifactType, ReturnType<typeof rowLoader<{ id: string; content: unknown }>>>;

/** The large content of an artifact, one statement for all of its type. */
export async function loadContent<T>(context: Context, artifact: ArtifactNode): Promise<T> {
  const row = await contentLoaders[artifact.type](context).load(artifact.uuid);
  if (row === null)
    throw new RequestError('NOT_FOUND', 'The artifact was deleted while it was read.');
  return row.content as T;
}

/** The first packages of each of some contacts, in one statement. */
export const packagesOfContactLoader = perRequest(
  (context) =>
    new DataLoader<{ contactId: string; page: PageRequest }, Page<WorkPackageRow>, string>(
      async (keys) => {
        const groups = Map.groupBy(keys, (key) => pageKey(key.page));
        const pages = new Map<string, Page<WorkPackageRow>>();
        for (const group of groups.values()) {
          const page = group[0]?.page as PageRequest;
          const contactIds = group.map((key) => key.contactId);
          const rows = Map.groupBy(
            await database(context).run(packagesOfContacts(contactIds, page)),
            (row) => row.contactId,
          );
          for (const id of contactIds)
            pages.set(`${id}:${pageKey(page)}`, toPage(rows.get(id) ?? [], page));
        }
        return keys.map(
          (key) => pages.get(`${key.contactId}:${pageKey(key.page)}`) as Page<WorkPackageRow>,
        );
      },
      {
        cacheKeyFn: (key) => `${key.contactId}:${pageKey(key.page)}`,
        maxBatchSize: Number.POSITIVE_INFINITY,
      },
    ),
);

function pageKey(page: PageRequest): string {
  return JSON.stringify([page.size, page.after]);
}

function packagesOfContacts(contactIds: string[], page: PageRequest) {
  return query
    .selectFrom(
      sql<{ contactId: string }>`unnest(${contactIds}::uuid[])`.as<'parent'>(
        sql`parent("contactId")`,
      ),
    )
    .innerJoinLateral(
      (eb) =>
        applyPage(
          eb
            .selectFrom('work_package')
            .select(PACKAGE_COLUMNS)
            .whereRef('work_package.contactId', '=', 'parent.contactId'),
          'work_package',
          page,
        ).as('package'),
      (join) => join.onTrue(),
    )
    .selectAll('package');
}

const countOfContacts = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('work_package')
    .select((eb) => ['contactId', eb.fn.countAll<number>().as('count')])
    .where('contactId', '=', anyOf(p.ids))
    .groupBy('contactId'),
);

/** How many packages each of some contacts has. */
export const packageCountLoader = groupLoader(
  (context, ids) => database(context).runPrepared(countOfContacts, { ids }),
  (row) => row.contactId ?? '',
);
