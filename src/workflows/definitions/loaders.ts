/** Loaders of workflows: in their newest versions, or as an execution has them. */
import { rowLoader } from '../../schema-builder/loaders.ts';
import { readVersions, readWorkflows } from './definitions.ts';
import { workflowNode } from './nodes.ts';

/** Workflows in their newest versions, by id. */
export const workflowLoader = rowLoader(
  async ({ platform, viewer }, ids) =>
    (await readWorkflows(platform, viewer, ids)).map((definition) => ({
      ...definition,
      id: definition.workflowId,
    })),
  (row) => workflowNode(row),
);

/** Workflows in any version, by the version's id. */
export const workflowVersionLoader = rowLoader(
  async ({ platform, viewer }, ids) =>
    (await readVersions(platform, viewer, ids)).map((definition) => ({
      ...definition,
      id: definition.versionId,
    })),
  (row) => workflowNode(row),
);
