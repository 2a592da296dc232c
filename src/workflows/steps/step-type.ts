/**
 * What a type of step is. Each has a file of its own in steps/ and a line in steps/index.ts.
 *
 * A step runs at least once: it may be broken off at any point and run again. So it does not write
 * to the database by itself, but answers what is to be written in the transaction that records it
 * as done; and what it does to other systems carries its idempotency key. Errors: a JobFailure has
 * a message that is shown, and says whether another attempt could help; any other error passes.
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
  /** Who started the execution. */
  readonly startedById: string | null;
  /** The same for each attempt of the step of this execution, and for no other. */
  readonly idempotencyKey: string;
  /** Aborts at the step's time limit, and when the worker stops. */
  readonly signal: AbortSignal;
  /** For the work of one attempt. */
  readonly timeoutMs: number;
  /** What it asked to remember when it paused last, or null. */
  readonly paused: JsonObject | null;
}

/** What a run comes to. */
export type StepOutcome =
  | {
      /**
       * Writes what the step is to write, and answers its output; in the transaction that records
       * it.
       */
      store: (tx: TenantTransaction) => Promise<JsonObject>;
    }
  | {
      /**
       * Not done yet: it runs again then, and until then takes no worker and no place among those
       * that run.
       */
      pauseUntil: Date;
      /**
       * Writes what the step is to write before, and answers what it is to remember: a few values.
       * In the transaction that records the pause.
       */
      remember: (tx: TenantTransaction) => Promise<JsonObject>;
    };

export interface StepType<Input> {
  readonly type: WorkflowStepType;
  readonly input: z.ZodType<Input>;
  run(step: RunningStep, input: Input): Promise<StepOutcome>;
}

/** A step type as executions use it: inputs are still unchecked. */
export interface AnyStepType {
  readonly type: WorkflowStepType;
  readonly input: z.ZodType;
  run(step: RunningStep, input: unknown): Promise<StepOutcome>;
}

export function stepType<Input>({ type, input, run }: StepType<Input>): AnyStepType {
  return { type, input, run: async (step, given) => run(step, fitting(input, given)) };
}

function fitting<Input>(schema: z.ZodType<Input>, given: unknown): Input {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${['input', ...path].join('.')}: ${message}`);
  throw new JobFailure(problems.join(' '), { retry: false });
}

/** Fails a step for good. */
export function refused(message: string): JobFailure {
  return new JobFailure(message, { retry: false });
}

/** A step that is done with this output, and has nothing to write. */
export function done(output: JsonObject): StepOutcome {
  return { store: async () => output };
}
