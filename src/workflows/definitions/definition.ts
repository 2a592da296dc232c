/**
 * What a workflow is: steps that depend on each other. A definition is data, saved in versions that
 * never change; workflow_version.steps holds `Step`s as JSON.
 */
import type { WorkflowStepType } from '../../../generated/kysely.ts';
import { isRecord } from '../../platform/records.ts';

export type { WorkflowStepType } from '../../../generated/kysely.ts';

/** A JSON object, its values not checked. */
export type JsonObject = Record<string, unknown>;

/** A step of a definition, as it is stored. */
export interface Step {
  /** Unique in the definition. */
  id: string;
  type: WorkflowStepType;
  /** Ids of the steps that must be done before this one starts. */
  dependsOn: readonly string[];
  /** May hold templates (templates.ts). */
  input: JsonObject;
  /** A Liquid condition (conditions.ts); the step is skipped when it is false. Null: none. */
  when: string | null;
  /** False: no other step of the execution runs at the same time. */
  parallel: boolean;
  /** The time that one attempt may take, 1 to MAX_TIMEOUT_SECONDS. */
  timeoutSeconds: number;
}

/** How often a user may start a workflow: `points` times in each window. */
export interface StartLimit {
  points: number;
  windowSeconds: number;
}

/** One version of a workflow. */
export interface Definition {
  workflowId: string;
  versionId: string;
  key: string;
  /** 1 for the first that was saved under the key. */
  version: number;
  name: string;
  steps: readonly Step[];
  /** What the input has to be, as JSON Schema 2020-12 (input-schema.ts); null: any object. */
  inputSchema: JsonObject | null;
  /** Null: the server's limit applies. */
  rateLimit: StartLimit | null;
}

/** How many steps a definition may have. */
export const MAX_STEPS = 200;
/** The maximum length of the id of a step, in characters. */
export const MAX_ID_LENGTH = 100;
/**
 * Longer than MAX_ID_LENGTH, so that an id that is too long is refused by the check that also names
 * the characters an id may have.
 */
export const GIVEN_ID_LENGTH = 200;
/** The maximum length of a step's condition, in characters. */
export const CONDITION_LENGTH = 10_000;
/** The maximum length of the JSON of all steps together, in characters. */
export const MAX_STEPS_LENGTH = 524_288;
/** The maximum length of the JSON Schema of a workflow's input, in characters. */
export const MAX_SCHEMA_LENGTH = 65_536;
/** The longest time limit of one attempt of a step, in seconds. */
export const MAX_TIMEOUT_SECONDS = 3_600;

/** Whether a JSON value is an object, and not an array or null. */
export function isObject(value: unknown): value is JsonObject {
  return isRecord(value);
}
