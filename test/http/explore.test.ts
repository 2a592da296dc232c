/** What somebody finds who opens the server in a browser. */
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemas } from '../../src/graphql/schema.ts';
import { EXAMPLES } from '../../src/http/explore/examples.ts';
import { prefersPage } from '../../src/http/explore/page.ts';
import { send } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const HTML = 'text/html; charset=utf-8';
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

const get = (path: string, accept?: string) =>
  send(server.url, { method: 'GET', path, headers: accept ? { accept } : {} });

test.each([
  [BROWSER, true],
  ['text/html', true],
  ['application/json, text/html', false],
  ['text/html, application/json', true],
  ['text/html;q=0.5, application/graphql-response+json', false],
  ['text/html;q=0, */*', false],
  ['application/json', false],
  ['*/*', false],
  [undefined, false],
])('the Accept header %s prefers the page: %s', (accept, expected) => {
  expect(prefersPage(accept)).toBe(expected);
});

describe('/graphql in a browser', () => {
  test('is the page, also with the query that GraphiQL puts into the address', async () => {
    for (const path of [
      '/graphql',
      '/graphql?query=%7Bviewer%7Brole%7D%7D',
      '/graphql?example=2',
    ]) {
      const answer = await get(path, BROWSER);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, HTML]);
    }
  });

  test('is the result of the query for a program', async () => {
    const { token } = server.north.owner;
    const answer = await send(server.url, {
      method: 'GET',
      path: '/graphql?query=%7Bviewer%7Brole%7D%7D',
      token,
    });
    expect(answer.body).toEqual({ data: { viewer: { role: 'OWNER' } } });
  });

  test('offers operations that the schema has', async () => {
    const { text } = await get('/graphql', BROWSER);
    for (const { title, query, find } of EXAMPLES) {
      expect(text).toContain(`>${title}</option>`);
      expect(validate(schemas.members, parse(query))).toEqual([]);
      if (!find) continue;
      const { body } = await send(server.url, {
        token: server.north.owner.token,
        body: { query: find.query },
      });
      expect(body.errors).toBeUndefined();
      expect(Object.keys(body.data)).toEqual([Object.values(find.paths)[0]?.split('.')[0]]);
    }
  });
});

describe('/', () => {
  test('leads a person to everything, and every link is served', async () => {
    const { text, headers } = await get('/', BROWSER);
    expect(headers.get('content-type')).toBe(HTML);
    const links = [...text.matchAll(/<a href="([^"]+)"/g)].map(([, link]) => String(link));
    expect(links).toEqual(
      expect.arrayContaining(['/graphql', '/docs/README.md', '/healthz', '/readyz']),
    );
    for (const link of links) expect((await get(link, BROWSER)).status).toBe(200);
  });

  test('tells a program where things are', async () => {
    expect((await get('/')).body).toMatchObject({
      name: 'Sheaf',
      graphql: '/graphql',
      health: '/healthz',
    });
  });
});

test('the documents link to each other by their headings', async () => {
  const first = await get('/docs/README.md', BROWSER);
  expect(first.text).toContain('href="docs/frontend.md#more-to-try"');
  const second = await get('/docs/docs/frontend.md', BROWSER);
  expect(second.text).toContain('id="more-to-try"');
  expect(second.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
});
