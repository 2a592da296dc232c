/** That an operator finds a request again: in its log lines, its trace and its response. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTracing } from '../../src/platform/tracing.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}

const spans: Span[] = [];
const lines: Record<string, unknown>[] = [];
/** Takes traces as a collector does, by OTLP over HTTP. */
const collector = createServer(async (request, response) => {
  const { resourceSpans } = JSON.parse(await new Response(request as never).text());
  for (const { scopeSpans } of resourceSpans)
    for (const scope of scopeSpans) spans.push(...scope.spans);
  response.end('{}');
});
let server: TestServer;
let stopTracing: () => Promise<void>;

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  stopTracing = await startTracing(`http://127.0.0.1:${port}`, 'test');
  server = await startTestServer({
    settings: { LOG_LEVEL: 'info', SLOW_QUERY_MS: '0' },
    worker: false,
    logTo: (line) => lines.push(JSON.parse(line)),
  });
});

afterAll(async () => {
  await server.stop();
  await stopTracing();
  await new Promise((resolve) => collector.close(resolve));
});

test('its id and its operation are in its log lines and in its trace', async () => {
  const id = 'the-one-that-was-slow';
  await server.north.owner.run(
    'query Packages { workPackages(first: 1) { nodes { title } } }',
    undefined,
    {
      'x-request-id': id,
    },
  );
  await eventually('its log line is written', async () =>
    lines.some((line) => line['msg'] === 'request' && line['id'] === id),
  );
  expect(lines.find((line) => line['id'] === id)).toMatchObject({ operation: 'Packages' });
  expect(lines.filter((line) => line['request'] === id).map((line) => line['msg'])).toContain(
    'slow statement',
  );

  await stopTracing();
  const textOf = ({ attributes }: Span, key: string) =>
    attributes.find((attribute) => attribute.key === key)?.value.stringValue;
  const own = spans.filter((span) => textOf(span, 'sheaf.request.id') === id);
  expect(own.map(({ name }) => name).sort()).toEqual(['POST /graphql', 'graphql query']);
  const operation = own.find(({ name }) => name === 'graphql query');
  expect(operation && textOf(operation, 'graphql.operation.name')).toBe('Packages');
  const statements = spans.filter(({ parentSpanId }) => parentSpanId === operation?.spanId);
  expect(statements.map((span) => textOf(span, 'db.query.text'))).toEqual([
    expect.stringMatching(/work_package/),
  ]);
  expect(new Set([...own, ...statements].map(({ traceId }) => traceId)).size).toBe(1);
});
