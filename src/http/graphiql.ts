/** GraphiQL, served from the package: it works without internet, and only scripts of this server run in it. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';

const compress = promisify(gzip);

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What GraphiQL opens with. */
export interface GraphiQLStart {
  defaultQuery: string;
  /** The headers editor's content: the demo owner's token, in the embedded default only. */
  headers?: Record<string, string>;
}

/** What the package's own page is made of; it does not export the parts by name. */
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

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sheaf</title>
    <link rel="stylesheet" href="/graphiql/graphiql.css">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="/graphiql/graphiql.js"></script>
    <script src="/graphiql/start.js"></script>
  </body>
</html>
`;

function startScript(start: GraphiQLStart): string {
  const options = {
    title: 'Sheaf',
    endpoint: '/graphql',
    subscriptionsProtocol: 'GRAPHQL_WS',
    defaultQuery: start.defaultQuery,
    ...(start.headers ? { headers: JSON.stringify(start.headers, null, 2) } : {}),
  };
  return `
const workers = { editorWorkerService: '/graphiql/editor-worker.js', json: '/graphiql/json-worker.js', graphql: '/graphiql/graphql-worker.js' };
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => workers[label] };
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), ${JSON.stringify(options).replaceAll('<', '\\u003c')});
`;
}

/** Reads the 9 MB of the package at the first visit, and keeps them compressed. */
async function loadAssets(start: GraphiQLStart): Promise<Map<string, Asset>> {
  const graphiql = (await import(new URL('graphiql.js', import.meta.resolve('@graphql-yoga/render-graphiql')).href)) as GraphiQLModule;
  const files: [name: string, type: string, text: string][] = [
    ['graphiql.js', 'text/javascript', graphiql.js],
    ['graphiql.css', 'text/css', graphiql.css],
    ['editor-worker.js', 'text/javascript', graphiql.editorWorkerService],
    ['json-worker.js', 'text/javascript', graphiql.jsonWorker],
    ['graphql-worker.js', 'text/javascript', graphiql.graphqlWorker],
    ['start.js', 'text/javascript', startScript(start)],
  ];
  const assets = await Promise.all(files.map(async ([name, type, text]) => [name, { type: `${type}; charset=utf-8`, body: await compress(text) }] as const));
  return new Map(assets);
}

/** Adds the files that the page loads. */
export function addGraphiQL(app: FastifyInstance, start: GraphiQLStart): void {
  let assets: Promise<Map<string, Asset>> | undefined;
  app.get('/graphiql/:file', async (request, reply) => {
    assets ??= loadAssets(start);
    const asset = (await assets).get((request.params as { file: string }).file);
    if (!asset) return reply.callNotFound();
    // The start script may hold a token of this run; the others change with the package only.
    const caching = (request.params as { file: string }).file === 'start.js' ? 'no-store' : 'public, max-age=3600';
    return reply.header('content-type', asset.type).header('content-encoding', 'gzip').header('cache-control', caching).send(asset.body);
  });
}

/** The page itself: the answer of GET /graphql to a browser. */
export function sendGraphiQL(reply: FastifyReply): FastifyReply {
  return reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(PAGE);
}

/** Whether a GET asks for a page and not for the answer to a query. */
export function wantsPage(accept: string | undefined, query: unknown): boolean {
  const parameters = query as { query?: unknown; extensions?: unknown };
  return (accept?.includes('text/html') ?? false) && parameters.query === undefined && parameters.extensions === undefined;
}
