/** What the tests of workflows ask. */
import { expect } from 'vitest';
import { eventually } from '../support/live.ts';
import type { TestUser } from '../support/server.ts';

export interface GivenStep {
  id: string;
  type: string;
  dependsOn?: string[];
  input?: unknown;
  when?: string;
  parallel?: boolean;
  timeoutSeconds?: number;
}

const ERRORS = 'userErrors { code message field }';
const EXECUTION = `id version status progress input output errorMessage createdAt startedAt finishedAt
  workflow { key version } steps { stepId type status attempts output errorMessage startedAt finishedAt }`;

/** A step that does nothing. */
export function noop(
  id: string,
  dependsOn: string[] = [],
  more: Partial<GivenStep> = {},
): GivenStep {
  return { id, type: 'WAIT', dependsOn, input: { seconds: 0 }, ...more };
}

/** A step that fails at once, and for good. */
export function failing(id: string, dependsOn: string[] = []): GivenStep {
  return {
    id,
    type: 'SEND_NOTIFICATION',
    dependsOn,
    input: { userId: '{{ input.nobody }}', title: 'x' },
  };
}

/** The input that failing steps need. */
export const NOBODY = {
  nobody: Buffer.from('User:00000000-0000-4000-8000-000000000000').toString('base64'),
};

/** Saves a workflow, and answers the payload. */
export async function save(user: TestUser, key: string, steps: GivenStep[], more: object = {}) {
  const { data, errors } = await user.run(
    `mutation ($input: SaveWorkflowInput!) { saveWorkflow(input: $input) { workflow { id key version plan { groups criticalPath } } ${ERRORS} } }`,
    { input: { key, name: key, steps, ...more } },
  );
  expect(errors).toBeUndefined();
  return data.saveWorkflow;
}

/** Saves a workflow that must be right. */
export async function saved(
  user: TestUser,
  key: string,
  steps: GivenStep[],
  more: object = {},
): Promise<string> {
  expect((await save(user, key, steps, more)).userErrors).toEqual([]);
  return key;
}

export function start(user: TestUser, input: object) {
  return user.run(
    `mutation ($input: StartWorkflowInput!) { startWorkflow(input: $input) { execution { ${EXECUTION} } ${ERRORS} } }`,
    { input },
  );
}

/** Starts an execution that must start, and answers its id. */
export async function started(user: TestUser, key: string, input: object = {}): Promise<string> {
  const { data, errors } = await start(user, { key, input });
  expect(errors).toBeUndefined();
  expect(data.startWorkflow.userErrors).toEqual([]);
  return data.startWorkflow.execution.id;
}

export async function execution(user: TestUser, id: string) {
  const { data } = await user.run(
    `query ($id: ID!) { node(id: $id) { ... on WorkflowExecution { ${EXECUTION} } } }`,
    { id },
  );
  return data.node;
}

/** The execution once it has ended. */
export function ended(user: TestUser, id: string) {
  return eventually('the execution ends', async () => {
    const state = await execution(user, id);
    return ['COMPLETED', 'FAILED', 'CANCELLED'].includes(state.status) ? state : null;
  });
}

export async function run(user: TestUser, key: string, input: object = {}) {
  return ended(user, await started(user, key, input));
}

/** The steps by id. */
export function stepsOf(state: any): Record<string, any> {
  return Object.fromEntries(state.steps.map((step: any) => [step.stepId, step]));
}

export function statusesOf(state: any): Record<string, string> {
  return Object.fromEntries(state.steps.map((step: any) => [step.stepId, step.status]));
}

export function change(
  user: TestUser,
  name: 'cancelWorkflowExecution' | 'resumeWorkflowExecution',
  id: string,
) {
  return user.run(
    `mutation ($input: WorkflowExecutionIdInput!) { ${name}(input: $input) { execution { status } ${ERRORS} } }`,
    { input: { id } },
  );
}

/** Anything by a mutation with one input; fails unless it was accepted. */
export async function mutate(user: TestUser, name: string, input: object, selection: string) {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await user.run(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} ${ERRORS} } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  expect(data[name].userErrors).toEqual([]);
  return data[name];
}
