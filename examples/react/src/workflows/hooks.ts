/**
 * One execution, live: its definition, which never changes, is read once; its state comes by the
 * subscription `workflowExecutionProgress`, from the first to the last, whoever started it and
 * whatever the connection does.
 */
import type { CombinedError } from '@urql/core';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { describeError } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLive } from '../shared/use-live.ts';
import type { UserError } from '../shared/user-errors.ts';
import {
  EXECUTION_DETAIL,
  EXECUTION_PROGRESS,
  type ExecutionDetail,
  START_WORKFLOW,
} from './documents.ts';

export interface ExecutionResult {
  /** Null where there is none; undefined until that is known. */
  execution: ExecutionDetail | null | undefined;
  error: CombinedError | undefined;
  /** Asks the server again. */
  refresh: () => void;
}

/** @example const { execution } = useExecution(id); */
export function useExecution(id: string): ExecutionResult {
  const [{ data, error }, reread] = useQuery({
    query: EXECUTION_DETAIL,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const live = useLive({ query: EXECUTION_PROGRESS, variables: { id } });
  const node = useKept(id, { value: data?.node, error });
  const known = node === undefined || node?.__typename === 'WorkflowExecution' ? node : null;
  const told = live.data?.workflowExecutionProgress;
  const refresh = () => {
    reread({ requestPolicy: 'network-only' });
    if (live.error) live.retry();
  };
  const isTold = known && told && told.version >= known.version;
  return {
    execution: isTold ? { ...known, ...told } : known,
    error: known ? live.error : error,
    refresh,
  };
}

export interface StartWorkflow {
  /** Answers the id of the execution, unless it was refused. */
  start: (input: object) => Promise<string | undefined>;
  isStarting: boolean;
  errors: readonly UserError[];
  /** What is wrong beside the input: too many starts, or no server. */
  problem: string | undefined;
}

/**
 * Starts executions. The same input sent again, because an answer was lost, starts no second one.
 */
export function useStartWorkflow(key: string): StartWorkflow {
  const [{ data, error, fetching }, startWorkflow] = useMutation(START_WORKFLOW);
  const [attempt, setAttempt] = useState({ text: '', idempotencyKey: '' });
  const start = async (input: object) => {
    const text = JSON.stringify(input);
    const { idempotencyKey } =
      text === attempt.text ? attempt : { idempotencyKey: `${Date.now()} ${Math.random()}` };
    setAttempt({ text, idempotencyKey });
    const answer = await startWorkflow({ input: { key, input, idempotencyKey } });
    return answer.data?.startWorkflow.execution?.id;
  };
  return {
    start,
    isStarting: fetching,
    errors: data?.startWorkflow.userErrors ?? [],
    problem: error && describeError(error),
  };
}
