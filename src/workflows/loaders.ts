/** Loaders of workflows, executions and maintenance; portal clients find nothing. */
import DataLoader from 'dataloader';
import { sql } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import { applyPage, type Page, type PageRequest, toPage } from '../platform/database/keyset.ts';
import { prepare } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { type Context, perRequest } from '../schema-builder/context.ts';
import { groupLoader, rowLoader } from '../schema-builder/loaders.ts';
import { asNode } from '../schema-builder/nodes.ts';
import { readVersions, readWorkflows } from './definitions/definitions.ts';
import {
  EXECUTION_COLUMNS,
  type ExecutionRow,
  executionsById,
  stepsOfExecutions,
} from './execution/rows.ts';
import {
  assetsById,
  assetsOfProperties,
  propertiesById,
  techniciansById,
} from './maintenance/places.ts';
import { requestsById } from './maintenance/requests.ts';
import { executionNode, workflowNode } from './nodes.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

export const workflowLoader = rowLoader(
  async ({ platform, viewer }, ids) =>
    (await readWorkflows(platform, viewer, ids)).map((definition) => ({
      ...definition,
      id: definition.workflowId,
    })),
  (row) => workflowNode(row),
);
/** Workflows by the id of a version. */
export const workflowVersionLoader = rowLoader(
  async ({ platform, viewer }, ids) =>
    (await readVersions(platform, viewer, ids)).map((definition) => ({
      ...definition,
      id: definition.versionId,
    })),
  (row) => workflowNode(row),
);
export const executionLoader = rowLoader(
  (context, ids) => database(context).runPrepared(executionsById, { ids }),
  executionNode,
);
export const stepRunsLoader = groupLoader(
  (context, ids) => database(context).runPrepared(stepsOfExecutions, { ids }),
  ({ executionId }) => executionId,
);

export const propertyLoader = rowLoader(
  (context, ids) => database(context).runPrepared(propertiesById, { ids }),
  (row) => asNode('Property', row),
);
export const assetLoader = rowLoader(
  (context, ids) => database(context).runPrepared(assetsById, { ids }),
  (row) => asNode('Asset', row),
);
export const assetsOfPropertyLoader = groupLoader(
  (context, ids) => database(context).runPrepared(assetsOfProperties, { ids }),
  ({ propertyId }) => propertyId,
  (row) => asNode('Asset', row),
);
export const technicianLoader = rowLoader(
  (context, ids) => database(context).runPrepared(techniciansById, { ids }),
  (row) => asNode('Technician', row),
);
export const requestLoader = rowLoader(
  (context, ids) => database(context).runPrepared(requestsById, { ids }),
  (row) => asNode('MaintenanceRequest', row),
);

interface ExecutionsOf {
  workflowId: string;
  page: PageRequest;
}

/** The first executions of each of some workflows, in one statement. */
export const executionsOfWorkflowLoader = perRequest(
  (context) =>
    new DataLoader<ExecutionsOf, Page<ExecutionRow>, string>(
      async (keys) => {
        const pages = new Map<string, Page<ExecutionRow>>();
        for (const group of Map.groupBy(keys, ({ page }) => pageKey(page)).values()) {
          const page = group[0]?.page as PageRequest;
          const ids = group.map(({ workflowId }) => workflowId);
          const rows = Map.groupBy(
            await database(context).run(executionsOfWorkflows(ids, page)),
            ({ workflowId }) => workflowId,
          );
          for (const id of ids)
            pages.set(`${id}:${pageKey(page)}`, toPage(rows.get(id) ?? [], page));
        }
        return keys.map(
          ({ workflowId, page }) =>
            pages.get(`${workflowId}:${pageKey(page)}`) as Page<ExecutionRow>,
        );
      },
      {
        cacheKeyFn: ({ workflowId, page }) => `${workflowId}:${pageKey(page)}`,
        maxBatchSize: Number.POSITIVE_INFINITY,
      },
    ),
);

function pageKey({ size, after }: PageRequest): string {
  return JSON.stringify([size, after]);
}

function executionsOfWorkflows(workflowIds: string[], page: PageRequest) {
  return query
    .selectFrom(
      sql<{ workflowId: string }>`unnest(${workflowIds}::uuid[])`.as<'parent'>(
        sql`parent("workflowId")`,
      ),
    )
    .innerJoinLateral(
      (eb) =>
        applyPage(
          eb
            .selectFrom('workflow_execution')
            .select(EXECUTION_COLUMNS)
            .whereRef('workflow_execution.workflowId', '=', 'parent.workflowId'),
          'workflow_execution',
          page,
        ).as('execution'),
      (join) => join.onTrue(),
    )
    .selectAll('execution');
}

/** The kept figures of all time, and what is not in them. */
const countOfWorkflows = prepare((p: { ids: string[] }) =>
  query
    .selectFrom((eb) =>
      eb
        .selectFrom('workflow_figure')
        .select(['workflowId', 'runs'])
        .where('workflowId', '=', anyOf(p.ids))
        .where('level', '=', 3)
        .where('subject', '=', 'EXECUTION')
        .unionAll(
          eb
            .selectFrom('workflow_execution')
            .select(['workflowId', sql<number>`1`.as('runs')])
            .where('workflowId', '=', anyOf(p.ids))
            .where(sql<boolean>`not ${sql.ref('counted')}`),
        )
        .as('part'),
    )
    .select((eb) => ['workflowId', eb.fn.sum<number>('runs').as('count')])
    .groupBy('workflowId'),
);

/** How many executions each of some workflows has. */
export const executionCountLoader = groupLoader(
  (context, ids) => database(context).runPrepared(countOfWorkflows, { ids }),
  ({ workflowId }) => workflowId,
);
