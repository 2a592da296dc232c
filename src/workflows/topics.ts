/** The topics on which this domain tells the other processes, and its subscribers, of changes. */
import { topic } from '../platform/pubsub/topic.ts';

/** A workflow has a new version; the id is the workflow's key. */
export const WORKFLOW_SAVED = topic('workflow');
/** An execution or one of its steps changed; the id is the execution's. */
export const EXECUTION_CHANGED = topic('workflow-execution');
/** An execution was cancelled, and its steps are to stop; the id is the execution's. */
export const EXECUTION_CANCELLED = topic('workflow-cancelled');
