/**
 * GraphiQL, served from the package, so that it works without internet access and runs only scripts
 * of this server. What it opens with, perhaps a token, is data in the page, not a script: any
 * origin can run a script, but only its own can read a page.
 */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '../../platform/config.ts';
import { EXAMPLES } from './examples.ts';
import { type ExploreStart, mayHoldToken } from './explore-start.ts';

const compress = promisify(gzip);

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The parts of the package's own page, which it does not export by name. */
interface GraphiQLModule {
  js: string;
  css: string;
  editorWorkerService: string;
  jsonWorker: string;
  graphqlWorker: string;
}

interface Asset {
  type: string;
  body: Buffer;
}

/** The bar and GraphiQL below it, together as high as the window. */
const STYLE = `
  html, body { height: 100%; margin: 0 }
  body { display: flex; flex-direction: column; font: 14px/1.4 system-ui, sans-serif }
  nav { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; padding: 6px 12px;
    background: #1d2433; color: #fff }
  nav a { color: #b9d4ff }
  nav select { font: inherit; max-width: 60vw; padding: 2px 4px }
  #root { flex: 1; min-height: 0; height: auto }
  .graphiql-container { height: 100% }
`;

const MENU = [...Map.groupBy(EXAMPLES.entries(), ([, { domain }]) => domain)]
  .map(([domain, examples]) => {
    const entries = examples.map(([at, { title }]) => `<option value="${at}">${title}</option>`);
    return `<optgroup label="${domain}">${entries.join('')}</optgroup>`;
  })
  .join('');

const pageWith = (options: object) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,">
    <title>Sheaf</title>
    <link rel="stylesheet" href="/graphiql/graphiql.css">
    <style>${STYLE}</style>
  </head>
  <body class="no-focus-outline">
    <nav aria-label="Sheaf">
      <strong>Sheaf</strong>
      <label>Try <select id="examples"><option value="">an operation …</option>${MENU}</select></label>
      <a href="/docs/README.md">First steps</a>
      <a href="/docs/docs/frontend.md">For frontend developers</a>
      <a href="/app/">Example app</a>
    </nav>
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script type="application/json" id="start">${JSON.stringify({ options, examples: EXAMPLES }).replaceAll('<', '\\u003c')}</script>
    <script src="/graphiql/graphiql.js"></script>
    <script type="module" src="/graphiql/start.js"></script>
  </body>
</html>
`;

function optionsOf({ defaultQuery, headers }: ExploreStart): object {
  const shown = headers ? { headers: JSON.stringify(headers, null, 2) } : {};
  return {
    title: 'Sheaf',
    endpoint: '/graphql',
    // A refusal then comes as a response that says why; that of a WebSocket has no words.
    subscriptionsProtocol: 'SSE',
    defaultQuery,
    ...shown,
  };
}

/** Reads the 9 MB of the package on the first visit, and keeps them compressed. */
async function loadAssets(): Promise<Map<string, Asset>> {
  const graphiql = (await import(
    new URL('graphiql.js', import.meta.resolve('@graphql-yoga/render-graphiql')).href
  )) as GraphiQLModule;
  const files: [name: string, type: string, text: string][] = [
    ['graphiql.js', 'text/javascript', graphiql.js],
    ['graphiql.css', 'text/css', graphiql.css],
    ['editor-worker.js', 'text/javascript', graphiql.editorWorkerService],
    ['json-worker.js', 'text/javascript', graphiql.jsonWorker],
    ['graphql-worker.js', 'text/javascript', graphiql.graphqlWorker],
    ['start.js', 'text/javascript', await readFile(new URL('start.js', import.meta.url), 'utf8')],
  ];
  const assets = await Promise.all(
    files.map(
      async ([name, type, text]) =>
        [name, { type: `${type}; charset=utf-8`, body: await compress(text) }] as const,
    ),
  );
  return new Map(assets);
}

/** Adds the files that the page loads. */
export function addGraphiQL(app: FastifyInstance): void {
  let assets: Promise<Map<string, Asset>> | undefined;
  app.get('/graphiql/:file', async (request, reply) => {
    assets ??= loadAssets();
    const asset = (await assets).get((request.params as { file: string }).file);
    if (!asset) return reply.callNotFound();
    const headers = {
      'content-type': asset.type,
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=3600',
    };
    return reply.headers(headers).send(asset.body);
  });
}

/**
 * Sends the page, as the response to GET /graphql from a browser. It holds a token only for a
 * browser on this machine, and only while the server accepts no others.
 */
export function sendGraphiQL(
  reply: FastifyReply,
  start: ExploreStart,
  config: Config,
): FastifyReply {
  const isShown = mayHoldToken(reply.request.raw, config);
  const page = pageWith(optionsOf(isShown ? start : { defaultQuery: start.defaultQuery }));
  return reply
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page);
}
