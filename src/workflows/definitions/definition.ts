/**
 * What a workflow is: steps that depend on each other. A definition is data, saved as versions that
 * never change; the words here are those of prisma's workflow_version.steps.
 */
import type { WorkflowStepType } from '../../../generated/kysely.ts';

export type { WorkflowStepType } from '../../../generated/kysely.ts';

export type JsonObject = Record<string, unknown>;

export interface Step {
  /** Unique in the definition. */
  id: string;
  type: WorkflowStepType;
  /** Ids of steps that must be done before. */
  dependsOn: readonly string[];
  /** May hold templates. */
  input: JsonObject;
  /** A Liquid condition; the step is skipped where it is false. */
  when: string | null;
  /** False: no other step of the execution runs at the same time. */
  parallel: boolean;
  timeoutSeconds: number;
}

/** One version of a workflow. */
export interface Definition {
  workflowId: string;
  versionId: string;
  key: string;
  version: number;
  name: string;
  steps: readonly Step[];
  /** Null: the server's. */
  rateLimit: { points: number; windowSeconds: number } | null;
}

export const MAX_STEPS = 200;
export const MAX_ID_LENGTH = 100;
/** Longer than an id may be, which its own check tells with the letters that it may have. */
export const GIVEN_ID_LENGTH = 200;
export const CONDITION_LENGTH = 10_000;
export const MAX_TIMEOUT_SECONDS = 3_600;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
