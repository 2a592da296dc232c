/** An outside system: a real HTTP server, whose answers a test gives. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface FakeServer {
  url: string;
  requests: FakeRequest[];
  /** What it does with a request; by default 200 with `{}`. */
  answer: (request: FakeRequest, response: ServerResponse, count: number) => void;
  stop: () => Promise<void>;
}

export async function startFakeServer(): Promise<FakeServer> {
  const fake: Omit<FakeServer, 'url' | 'stop'> = {
    requests: [],
    answer: (_request, response) => json(response, {}),
  };
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    };
    fake.requests.push(request);
    fake.answer(request, response, fake.requests.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(fake, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop,
  });
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** What an OpenAI-compatible endpoint answers. */
export function completion(content: unknown, more: object = {}, finishReason = 'stop') {
  return {
    choices: [
      {
        finish_reason: finishReason,
        message: {
          role: 'assistant',
          content: typeof content === 'string' ? content : JSON.stringify(content),
          refusal: null,
          ...more,
        },
      },
    ],
  };
}
