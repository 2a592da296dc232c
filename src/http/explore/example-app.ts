/**
 * The example app at /app, once `npm run app` has built it, and there the demo's users to sign in
 * as. Its pages are paths that only it knows, so whatever is no file of the build is the app.
 */
import { access } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../platform/config.ts';
import { type DemoUser, type ExploreStart, mayHoldToken } from './explore-start.ts';
import { PAGE_POLICY, page } from './page.ts';

/** Where `npm run app` puts it. */
const BUILT_APP = fileURLToPath(new URL('../../../examples/react/dist', import.meta.url));

const APP_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const NOT_BUILT = page(
  'Sheaf: the example app',
  `<h1>The example app is not built yet</h1>
<p><code>npm run app</code> installs and builds it; then reload this page.</p>`,
);
/** Names of built files hold a hash of their content. */
const HASHED = /^assets\//;

/** Adds /app, its files and /app/demo-users. */
export async function addExampleApp(
  app: FastifyInstance,
  { users = [], builtApp = BUILT_APP }: ExploreStart,
  config: Config,
): Promise<void> {
  await app.register(fastifyStatic, { root: builtApp, serve: false });
  app.get('/app', (_request, reply) => reply.redirect('/app/'));
  app.get('/app/demo-users', async ({ raw }, reply) => {
    const shown: readonly DemoUser[] = mayHoldToken(raw, config) ? users : [];
    return reply.header('cache-control', 'no-store').send({ users: shown });
  });
  app.get('/app/*', async (request, reply) => {
    const path = (request.params as { '*': string })['*'];
    const isFile = extname(path) !== '';
    if (!isFile && !(await isBuilt(builtApp)))
      return reply
        .header('content-security-policy', PAGE_POLICY)
        .code(404)
        .type('text/html; charset=utf-8')
        .send(NOT_BUILT);
    const caching = HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
    return reply
      .header('content-security-policy', APP_POLICY)
      .header('cache-control', caching)
      .sendFile(isFile ? path : 'index.html', { cacheControl: false });
  });
}

async function isBuilt(folder: string): Promise<boolean> {
  return access(join(folder, 'index.html')).then(
    () => true,
    () => false,
  );
}
