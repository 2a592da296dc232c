/** Definitions as GraphQL reads them. */
import { asNode, type NodeOf } from '../../schema-builder/nodes.ts';
import type { Definition } from './definition.ts';

/** A workflow in one of its versions; its id is the same in all of them. */
export type WorkflowNode = NodeOf<Definition & { id: string }>;

/** Presents a definition as a `Workflow`. */
export function workflowNode(definition: Definition): WorkflowNode {
  return asNode('Workflow', { ...definition, id: definition.workflowId });
}
