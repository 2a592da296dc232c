/** An OpenAI-compatible endpoint that takes its time and gives one reply to everything. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AiEndpoint {
  /** What the setting AI_API_URL names. */
  url: string;
  /** How many calls it has answered so far. */
  calls: () => number;
}

/** Runs it on a free port until `use` has settled; each reply comes after `delayMs`. */
export async function withAi<Result>(
  delayMs: number,
  use: (ai: AiEndpoint) => Promise<Result>,
): Promise<Result> {
  let calls = 0;
  const content = JSON.stringify({
    priority: 'MEDIUM',
    reason: 'A defect that should be fixed within days.',
  });
  const reply = JSON.stringify({
    choices: [{ finish_reason: 'stop', message: { role: 'assistant', content, refusal: null } }],
  });
  const server = createServer((request, response) => {
    request.resume().once('end', () =>
      setTimeout(() => {
        calls += 1;
        response.writeHead(200, { 'content-type': 'application/json' }).end(reply);
      }, delayMs),
    );
  }).listen(0, '127.0.0.1');
  // Longer than a measurement: a connection could be closed just when it is used again.
  server.keepAliveTimeout = 60_000;
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await use({ url: `http://127.0.0.1:${port}/v1`, calls: () => calls });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
