/**
 * What a type of step is. Each has a file of its own in steps/ and a line in steps/index.ts.
 *
 * A step runs at least once: it may be interrupted at any point and run again. So it does not write
 * to the database itself, but returns what to write in the transaction that records the step as
 * done; and its requests to other systems carry its idempotency key.
 *
 * Errors: a JobFailure has a message that is shown, and says whether another attempt could help.
 * After any other error the step is tried again.
 */
import type { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { JobFailure } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import type { JsonObject, WorkflowStepType } from '../definitions/definition.ts';

/** A step under way. */
export interface RunningStep {
  readonly platform: Platform;
  readonly tenantId: string;
  /** The user who started the execution; null if no user did. */
  readonly startedById: string | null;
  /** The same for each attempt of the step of this execution, and for no other. */
  readonly idempotencyKey: string;
  /** Aborts at the step's time limit, when the worker stops, and once the step is over. */
  readonly signal: AbortSignal;
  /** The time limit of one attempt. */
  readonly timeoutMs: number;
  /** What the step remembered when it last paused; null if it has not. */
  readonly paused: JsonObject | null;
}

/** The result of an attempt: the step is done, or pauses. */
export type StepOutcome =
  | {
      /**
       * Writes what the step has to write, and returns its output. Runs in the transaction that
       * records the step as done.
       */
      store: (tx: TenantTransaction) => Promise<JsonObject>;
    }
  | {
      /**
       * The step is not done: it runs again at this time. Until then it takes no worker and does
       * not count towards the limit on parallel steps.
       */
      pauseUntil: Date;
      /**
       * Writes what the step has to write before it pauses, and returns the few values that it is
       * to remember. Runs in the transaction that records the pause.
       */
      remember: (tx: TenantTransaction) => Promise<JsonObject>;
    };

/** A step type as its file defines it: `run` receives an input that `input` has checked. */
export interface StepType<Input> {
  readonly type: WorkflowStepType;
  readonly input: z.ZodType<Input>;
  run(step: RunningStep, input: Input): Promise<StepOutcome>;
}

/** A step type as executions use it: its input is not checked yet. */
export interface AnyStepType {
  readonly type: WorkflowStepType;
  readonly input: z.ZodType;
  run(step: RunningStep, input: unknown): Promise<StepOutcome>;
}

/**
 * A step type whose input is checked before it runs: one that does not fit fails the step for good,
 * naming each wrong field.
 */
export function stepType<Input>({ type, input, run }: StepType<Input>): AnyStepType {
  return { type, input, run: async (step, given) => run(step, parsed(input, given)) };
}

function parsed<Input>(schema: z.ZodType<Input>, given: unknown): Input {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${['input', ...path].join('.')}: ${message}`);
  throw new JobFailure(problems.join(' '), { retry: false });
}

/** The error that fails a step for good, with a message that is shown. */
export function refused(message: string): JobFailure {
  return new JobFailure(message, { retry: false });
}

/** The outcome of a step that is done and has nothing to write. */
export function done(output: JsonObject): StepOutcome {
  return { store: async () => output };
}
