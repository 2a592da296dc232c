/**
 * The example app as a person has it: built once, served beside a server under test on one origin,
 * in headless Chromium. What serves it passes /graphql on, HTTP and WebSocket, and can be cut off
 * from the server like a laptop from its network.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  request as passOn,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, extname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page, type WebSocket } from 'playwright-core';

const APP = fileURLToPath(new URL('../../examples/react', import.meta.url));
const VITE = join(APP, 'node_modules/vite/bin/vite.js');
/** Less than a test may take, so that it is said what was waited for. */
const GIVE_UP_MS = 120_000;
const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const CHROMIUM = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) =>
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)),
  )
  .find(isExecutable);

/** Why nothing can be tried in a browser here. */
export const NO_CHROMIUM: string | undefined = CHROMIUM ? undefined : 'chromium is not on the PATH';

/** Why the tests of the app can't run here. */
export const NO_EXAMPLE_APP: string | undefined =
  NO_CHROMIUM ??
  (existsSync(VITE) ? undefined : 'examples/react is not installed (npm ci in its folder)');

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface BuiltApp {
  browser: Browser;
  /** Serves the app in front of a server. */
  serve: (serverUrl: string) => Promise<ServedApp>;
  stop: () => Promise<void>;
}

/**
 * Builds the app into a folder, to be served under the path `base`, for the server at `serverUrl` or
 * that of its own origin; its files have other names for another server.
 */
export function buildApp(folder: string, base: string, serverUrl = ''): void {
  const options = ['--base', base, '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
  execFileSync(process.execPath, [VITE, 'build', ...options], {
    cwd: APP,
    stdio: 'inherit',
    env: { ...process.env, VITE_SHEAF_URL: serverUrl },
  });
}

/** Headless Chromium. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
}

/** Builds the app and starts the browser. */
export async function startBrowserWithApp(): Promise<BuiltApp> {
  const folder = await mkdtemp(join(tmpdir(), 'sheaf-app-'));
  buildApp(folder, '/');
  const browser = await startBrowser();
  const stop = async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  };
  return { browser, serve: (serverUrl) => serveApp({ browser, folder, serverUrl }), stop };
}

export interface ServedApp {
  url: string;
  /** A tab of its own session, signed in, on `path` or wherever signing in leads. */
  open: (user: { token: string }, path?: string) => Promise<Page>;
  /** Ends all connections to the server and lets no new one through. */
  cut: () => void;
  mend: () => void;
  stop: () => Promise<void>;
}

async function serveApp({
  browser,
  folder,
  serverUrl,
}: {
  browser: Browser;
  folder: string;
  serverUrl: string;
}): Promise<ServedApp> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Duplex>();
  let isCut = false;
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/graphql'))
      return void serveFile(folder, request.url ?? '/', response);
    if (isCut) return request.socket.destroy();
    return relay({ hostname, port }, request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isCut) return socket.destroy();
    const upstream = connect(Number(port), hostname, () => {
      upstream.write(`GET ${request.url} HTTP/1.1\r\n${headerLines(request)}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    tie(socket, upstream);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const open = async ({ token }: { token: string }, path?: string) => {
    const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    page.setDefaultTimeout(GIVE_UP_MS);
    await page.goto(url);
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    if (path) await page.goto(url + path);
    return page;
  };
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  const mend = () => {
    isCut = false;
  };
  const stop = async () => {
    cut();
    for (const context of browser.contexts()) await context.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, open, cut, mend, stop };
}

/** The names of the operations that a page asks for from now on, by HTTP and over its WebSockets. */
export function operationsOf(page: Page): string[] {
  const names: string[] = [];
  const tell = (name: unknown) => {
    if (typeof name === 'string' && name !== 'Viewer') names.push(name);
  };
  const onSocket = (socket: WebSocket) =>
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === 'subscribe') tell(message.payload.operationName);
    });
  page.on('request', (request) => tell(request.postDataJSON()?.operationName));
  page.on('websocket', onSocket);
  return names;
}

/** Each end goes with the other. */
function tie(socket: Duplex, upstream: Socket): void {
  for (const [one, other] of [
    [socket, upstream],
    [upstream, socket],
  ] as const) {
    one.on('error', () => undefined);
    one.on('close', () => other.destroy());
  }
}

function headerLines({ rawHeaders }: IncomingMessage): string {
  return rawHeaders
    .map((part, index) => (index % 2 === 0 ? `${index > 0 ? '\r\n' : ''}${part}: ` : part))
    .join('');
}

function relay(
  server: { hostname: string; port: string },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const upstream = passOn(
    { ...server, path: request.url, method: request.method, headers: request.headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  upstream.on('error', () => response.destroy());
  request.pipe(upstream);
}

/** A file of the build; for any path that is none, the app, which finds its page by itself. */
async function serveFile(folder: string, url: string, response: ServerResponse): Promise<void> {
  const path = extname(url) ? url : '/index.html';
  const content = await readFile(join(folder, path)).catch(() => null);
  response.writeHead(content ? 200 : 404, {
    'content-type': CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
  });
  response.end(content);
}
