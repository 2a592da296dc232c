/** Executions as GraphQL reads them. */
import { asNode, type NodeOf } from '../../schema-builder/nodes.ts';
import type { ExecutionRow, StepRunRow } from './executions.ts';

/** An execution, with its steps if they were read with it. */
export interface ExecutionNode extends NodeOf<ExecutionRow> {
  steps?: StepRunRow[];
}

/** Presents a row as a node, with its steps if the row has them. */
export function executionNode(row: ExecutionRow & { steps?: StepRunRow[] }): ExecutionNode {
  return asNode('WorkflowExecution', row);
}
