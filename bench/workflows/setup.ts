/** What the measurements of workflows share. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DemoBench } from '../demo.ts';
import type { Sheaf } from '../sheaf.ts';

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

const SAVE =
  'mutation ($input: SaveWorkflowInput!) { saveWorkflow(input: $input) { userErrors { message } } }';
const START =
  'mutation ($input: StartWorkflowInput!) { startWorkflow(input: $input) { execution { id } userErrors { message } } }';

interface Payload {
  execution?: { id: string } | null;
  userErrors: { message: string }[];
}

/** Stores a workflow of these steps. */
export async function save(api: Sheaf, key: string, steps: readonly Step[]): Promise<void> {
  const { saveWorkflow } = await api.run<{ saveWorkflow: Payload }>(SAVE, {
    input: { key, name: key, steps },
  });
  if (saveWorkflow.userErrors.length > 0)
    throw new Error(`Expected a workflow, found ${saveWorkflow.userErrors[0]?.message}`);
}

/** Starts an execution, and answers its uuid. */
export async function start(api: Sheaf, key: string, input: object = {}): Promise<string> {
  const { startWorkflow } = await api.run<{ startWorkflow: Payload }>(START, {
    input: { key, input },
  });
  if (!startWorkflow.execution)
    throw new Error(`Expected an execution, found ${startWorkflow.userErrors[0]?.message}`);
  return Buffer.from(startWorkflow.execution.id, 'base64').toString('utf8').split(':')[1] ?? '';
}

/** Resolves when all of them are COMPLETED; throws when one ended in another way. */
export async function untilCompleted({ client }: DemoBench, ids: readonly string[]): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ status: string; count: number }>(
      'select status, count(*)::int as count from workflow_execution where id = any($1::uuid[]) group by status',
      [ids],
    );
    const bad = rows.find(({ status }) => status === 'FAILED' || status === 'CANCELLED');
    if (bad)
      throw new Error(`Expected COMPLETED executions, found ${bad.count} that are ${bad.status}`);
    if (rows.length === 1 && rows[0]?.status === 'COMPLETED' && rows[0].count === ids.length)
      return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface AiEndpoint {
  url: string;
  /** Answered so far. */
  calls: () => number;
  stop: () => Promise<void>;
}

/** An OpenAI-compatible endpoint that takes its time. */
export async function startAi(delayMs: number): Promise<AiEndpoint> {
  let calls = 0;
  const content = JSON.stringify({
    priority: 'MEDIUM',
    reason: 'A defect that should be mended within days.',
  });
  const answer = JSON.stringify({
    choices: [{ finish_reason: 'stop', message: { role: 'assistant', content, refusal: null } }],
  });
  const server = createServer((request, response) => {
    request.resume().once('end', () =>
      setTimeout(() => {
        calls += 1;
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      }, delayMs),
    );
  }).listen(0, '127.0.0.1');
  // Without idle time: else a connection may be closed at the moment at which it is used again.
  server.keepAliveTimeout = 60_000;
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls: () => calls,
    stop,
  };
}
