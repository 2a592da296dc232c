/** The mutations that several parts send. */
import { answersOf } from '../src/demo/intake/answers.ts';
import { Random } from '../src/demo/random.ts';
import { decodeGlobalId } from '../src/platform/global-id.ts';
import { today } from '../src/platform/time.ts';
import type { Session } from './servers/sheaf.ts';

export interface Mutation {
  field: string;
  /** The type of its input; the field's name with Input behind it when absent. */
  input?: string;
  /** What to read of the payload, beside its userErrors. */
  select?: string;
}

interface UserErrors {
  userErrors: { message: string }[];
}

/** The text of a mutation whose payload is called `payload`. */
export function mutationText({ field, input, select = '' }: Mutation): string {
  const type = input ?? `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  return `mutation ($input: ${type}!) {
    payload: ${field}(input: $input) { ${select} userErrors { message } }
  }`;
}

/** The payload of a mutation; throws where it has errors of either kind. */
export async function mutate<Payload>(
  session: Session,
  mutation: Mutation,
  input: object,
): Promise<Payload> {
  const { payload } = await session.run<{ payload: Payload & UserErrors }>(mutationText(mutation), {
    input,
  });
  const [error] = payload.userErrors;
  if (error) throw new Error(`${mutation.field}: expected no user errors, found ${error.message}`);
  return payload;
}

/** The uuid in a global id that the server returned. */
export function uuidOf(globalId: string): string {
  const decoded = decodeGlobalId(globalId);
  if (!decoded) throw new Error(`Expected a global id, found ${globalId}`);
  return decoded.id;
}

/** Creates a client who is an athlete, which means five packets. Returns the global id. */
export async function createAthlete(session: Session, name: string): Promise<string> {
  const { client } = await mutate<{ client: { id: string } }>(
    session,
    { field: 'createClient', select: 'client { id }' },
    { name, clientType: 'ATHLETE' },
  );
  return client.id;
}

/** An athlete's complete answers: the same ones each time for the same client. */
export function athleteAnswers(clientId: string): object {
  const athlete = { clientType: 'ATHLETE', name: 'Ada Bench', share: 1 } as const;
  return answersOf(athlete, today(), new Random(clientId));
}

export interface Submission {
  clientId: string;
  answers: object;
  priority?: 'NORMAL' | 'URGENT';
}

/** Submits an intake, and returns the uuids of its packets. */
export async function submitIntake(session: Session, submission: Submission): Promise<string[]> {
  const { packets } = await mutate<{ packets: { id: string }[] }>(
    session,
    { field: 'submitIntake', select: 'packets { id }' },
    submission,
  );
  return packets.map(({ id }) => uuidOf(id));
}

export interface Step {
  id: string;
  type: string;
  dependsOn: string[];
  input: object;
}

/** A step that does nothing. */
export function noop(id: string, dependsOn: string[]): Step {
  return { id, type: 'WAIT', dependsOn, input: { seconds: 0 } };
}

/** A chain of steps that do nothing. */
export function chainOf(length: number): Step[] {
  return Array.from({ length }, (_, index) =>
    noop(`s${index}`, index === 0 ? [] : [`s${index - 1}`]),
  );
}

export interface Workflow {
  key: string;
  steps: readonly Step[];
  rateLimit?: { points: number; windowSeconds: number };
}

/** Stores a workflow under its key, which is its name too. */
export async function saveWorkflow(session: Session, workflow: Workflow): Promise<void> {
  await mutate(session, { field: 'saveWorkflow' }, { ...workflow, name: workflow.key });
}

/** Starts an execution, and returns its uuid; null where a rate limit refused it. */
export async function tryToStart(
  session: Session,
  key: string,
  input: object = {},
): Promise<string | null> {
  const { data, errors } = await session.send<{
    payload: { execution: { id: string } | null };
  }>(mutationText({ field: 'startWorkflow', select: 'execution { id }' }), {
    input: { key, input },
  });
  if (errors?.[0]?.extensions?.code === 'RATE_LIMITED') return null;
  const execution = data?.payload.execution;
  if (!execution)
    throw new Error(
      `Expected an execution of ${key}, found ${JSON.stringify(errors ?? data).slice(0, 300)}`,
    );
  return uuidOf(execution.id);
}

/** Starts an execution, and returns its uuid; throws where a rate limit refused it. */
export async function startWorkflow(
  session: Session,
  key: string,
  input: object = {},
): Promise<string> {
  const id = await tryToStart(session, key, input);
  if (id === null) throw new Error(`Expected an execution of ${key}, found RATE_LIMITED`);
  return id;
}
