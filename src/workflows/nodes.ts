/** Rows of workflows and executions as GraphQL reads them. */
import { asNode, type NodeOf } from '../schema-builder/nodes.ts';
import type { Definition } from './definitions/definition.ts';
import type { ExecutionRow, StepRunRow } from './execution/rows.ts';

/** A workflow in one of its versions; its id is the same in all. */
export type WorkflowNode = NodeOf<Definition & { id: string }>;

export function workflowNode(definition: Definition): WorkflowNode {
  return asNode('Workflow', { ...definition, id: definition.workflowId });
}

/** Its steps are there where they were read with it. */
export interface ExecutionNode extends NodeOf<ExecutionRow> {
  steps?: StepRunRow[];
}

export function executionNode(row: ExecutionRow & { steps?: StepRunRow[] }): ExecutionNode {
  return asNode('WorkflowExecution', row);
}
