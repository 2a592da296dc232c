/** Apollo's plugins run around the operations: each sees a request as the client sent it. */
import { createHash } from 'node:crypto';
import type { ApolloServerPlugin } from '@apollo/server';
import compress from '@fastify/compress';
import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApollo } from '../../src/graphql/apollo.ts';
import type { HttpContext } from '../../src/graphql/http-context.ts';
import { Operations } from '../../src/graphql/operations.ts';
import { schemas } from '../../src/graphql/schema.ts';
import { trustedDocuments } from '../../src/graphql/trusted-documents.ts';
import { addGraphQLRoute, addJsonParser } from '../../src/http/graphql-route.ts';
import { send } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let app: FastifyInstance;
let url: string;
let seen: [hook: string, what?: unknown][] = [];

/** Says what it sees in each hook, and adds a header. */
const witness: ApolloServerPlugin<HttpContext> = {
  requestDidStart: async ({ request }) => {
    seen.push(['requestDidStart', [request.query, request.extensions]]);
    return {
      didResolveSource: async ({ request: sent, source, queryHash, metrics }) => {
        seen.push(['didResolveSource', [sent.query, sent.extensions, source, queryHash, metrics]]);
      },
      didResolveOperation: async () => void seen.push(['didResolveOperation']),
      responseForOperation: async () => {
        seen.push(['responseForOperation']);
        return null;
      },
      willSendResponse: async ({ response }) => {
        response.http.headers.set('x-witness', 'yes');
        seen.push(['willSendResponse', response.body]);
      },
    };
  },
};

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  const { platform } = server.app;
  const operations = new Operations(schemas, platform.config);
  const trusted = trustedDocuments(platform.config);
  const apollo = createApollo(platform, operations, { trusted, plugins: [witness] });
  await apollo.start();
  app = fastify({ exposeHeadRoutes: false });
  app.decorateRequest('session', null);
  app.decorateRequest('measured', null);
  app.decorateRequest('operationName', null);
  await app.register(compress, { global: false });
  addJsonParser(app);
  addGraphQLRoute(app, { platform, apollo, stream: async () => undefined });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
beforeEach(() => {
  seen = [];
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

const ask = (body: object) => send(url, { token: server.north.owner.token, body });
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const HIT = { persistedQueryHit: true, persistedQueryRegister: false };
const TEXT = { persistedQueryHit: false, persistedQueryRegister: false };
const singleResult = { data: { viewer: { role: 'OWNER' } } };

test('run for a new text and for a known one, whose text, hash and extensions are as sent', async () => {
  const query = 'query Seen { viewer { role } }';
  for (const extensions of [undefined, undefined, { client: 'mine' }]) {
    seen = [];
    const answer = await ask({ query, extensions });
    expect(answer.body).toEqual(singleResult);
    expect(answer.headers.get('x-witness')).toBe('yes');
    expect(seen).toEqual([
      ['requestDidStart', [query, extensions]],
      ['didResolveSource', [query, extensions, query, hashOf(query), TEXT]],
      ['didResolveOperation'],
      ['responseForOperation'],
      ['willSendResponse', { kind: 'single', singleResult }],
    ]);
  }
});

test('run for the hash of a registered text', async () => {
  const query = 'query Registered { viewer { role } }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
  await ask({ query, extensions });
  seen = [];
  expect((await ask({ extensions })).body).toEqual(singleResult);
  expect(seen.slice(0, 2)).toEqual([
    ['requestDidStart', [undefined, extensions]],
    ['didResolveSource', [undefined, extensions, query, hashOf(query), HIT]],
  ]);
});

test('run for what is refused, also before its text is looked at', async () => {
  expect((await ask({ query: '{ nothing }' })).body.errors).toHaveLength(1);
  expect(seen.map(([hook]) => hook)).toContain('willSendResponse');
  seen = [];
  const unknown = { persistedQuery: { version: 1, sha256Hash: hashOf('unknown') } };
  expect((await ask({ extensions: unknown })).body.errors[0].extensions.code).toBe(
    'PERSISTED_QUERY_NOT_FOUND',
  );
  expect(seen.map(([hook]) => hook)).toEqual(['requestDidStart', 'willSendResponse']);
});
