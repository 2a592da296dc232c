/**
 * A cluster: the files of one PostgreSQL, made once by initdb.
 *
 * - DATA_DIR/postgres: the cluster itself
 * - DATA_DIR/postgres-password: the password of its only user, readable by its owner only
 * - DATA_DIR/postgres.log: the log of PostgreSQL
 *
 * PostgreSQL refuses to run as root. Started by root, it runs as `nobody`, or as the owner of an
 * existing cluster.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lchown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries, findBinaries, isOpenToAll } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';

/** The only user of the cluster, a superuser. */
export const DATABASE_USER = 'sheaf';

const NOBODY = 65534;
const LOG_KEPT_BYTES = 10 * 1024 * 1024;
const LOG_TAIL_BYTES = 2_000;

/** A cluster and how to run PostgreSQL on it; all paths are absolute. */
export interface Cluster {
  folder: string;
  /** The data folder as passed to PostgreSQL: see reachableName. */
  nameForServer: string;
  password: string;
  logFile: string;
  binaries: Binaries;
  /** The user that PostgreSQL runs as; undefined when it is the user of this process. */
  runAs: { uid: number; gid: number } | undefined;
}

/**
 * Opens the cluster, and creates it if there is none (0.4 s). The caller must hold the folder's
 * lock and pass its real path. Throws an EmbeddedPostgresError.
 */
export async function openCluster(root: string): Promise<Cluster> {
  const folder = join(root, 'postgres');
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chmod(root, (await stat(root)).mode | 0o011);

  const isNew = !(await exists(join(folder, 'PG_VERSION')));
  const runAs = isRoot ? await ownerFor(folder, isNew) : undefined;
  const cluster: Cluster = {
    folder,
    nameForServer: runAs ? await reachableName(root, folder) : folder,
    password: await readPassword(join(root, 'postgres-password'), isNew),
    logFile: join(root, 'postgres.log'),
    binaries: await findBinaries(runAs !== undefined),
    runAs,
  };
  await restartLog(cluster.logFile);
  if (isNew) await makeCluster(cluster);
  else if (runAs) await giveTo(folder, runAs);
  return cluster;
}

/**
 * The password of the running server of a data folder, for a process that does not own the folder.
 */
export async function storedPassword(dataDir: string): Promise<string> {
  return readPassword(join(dataDir, 'postgres-password'), false);
}

async function ownerFor(folder: string, isNew: boolean): Promise<{ uid: number; gid: number }> {
  const owner = isNew ? null : await stat(folder);
  return owner && owner.uid !== 0
    ? { uid: owner.uid, gid: owner.gid }
    : { uid: NOBODY, gid: NOBODY };
}

/**
 * Below a closed folder, such as /root, a user other than root cannot reach any file by its path,
 * but a process can have its working folder there: the server is started in its data folder and
 * gets the path under which Linux gives every process its working folder. The data stay where
 * DATA_DIR says.
 */
async function reachableName(root: string, folder: string): Promise<string> {
  if (await isOpenToAll(root)) return folder;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new EmbeddedPostgresError(
    `PostgreSQL cannot run as root, and other users cannot reach ${root}. Set DATA_DIR to a folder that everybody can enter, or don't run as root.`,
  );
}

async function readPassword(path: string, makeIfMissing: boolean): Promise<string> {
  const stored = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (stored) return stored.trim();
  if (!makeIfMissing) {
    throw new EmbeddedPostgresError(
      `${path} is missing, and without it nobody can read the database beside it. Put the file back, or delete the data folder to start over.`,
    );
  }
  const password = randomBytes(24).toString('hex');
  await writeFile(path, password, { mode: 0o600 });
  return password;
}

/**
 * Made in a folder next to it, renamed when complete: a process that is killed here leaves no
 * half-made cluster.
 */
async function makeCluster(cluster: Cluster): Promise<void> {
  const unfinished = `${cluster.folder}.new`;
  const passwordFile = join(unfinished, '..', 'postgres-password.initdb');
  await rm(unfinished, { recursive: true, force: true });
  await rm(cluster.folder, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, cluster.password, { mode: 0o600 });
  if (cluster.runAs) {
    await chown(unfinished, cluster.runAs.uid, cluster.runAs.gid);
    await chown(passwordFile, cluster.runAs.uid, cluster.runAs.gid);
  }
  const isNamed = cluster.nameForServer === cluster.folder;
  const target = isNamed ? unfinished : cluster.nameForServer;
  const password = isNamed ? passwordFile : `${cluster.nameForServer}/../postgres-password.initdb`;
  const flags = [
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ];
  try {
    await promisify(execFile)(
      cluster.binaries.initdb,
      ['-D', target, '-U', DATABASE_USER, `--pwfile=${password}`, ...flags],
      {
        cwd: unfinished,
        ...cluster.runAs,
      },
    );
    await rename(unfinished, cluster.folder);
  } catch (cause) {
    const output =
      cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new EmbeddedPostgresError(
      `initdb could not make a PostgreSQL cluster in ${cluster.folder}: ${output}`,
      { cause },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** For a cluster that root copied or restored. */
async function giveTo(folder: string, runAs: { uid: number; gid: number }): Promise<void> {
  if ((await stat(folder)).uid === runAs.uid) return;
  for (const name of await readdir(folder, { recursive: true }))
    await lchown(join(folder, name), runAs.uid, runAs.gid);
  await chown(folder, runAs.uid, runAs.gid);
}

async function restartLog(path: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  if ((await file.stat()).size > LOG_KEPT_BYTES) await file.truncate();
  await file.close();
}

/** The end of the log, where PostgreSQL says why it did not start. */
export async function logTail(cluster: Cluster): Promise<string> {
  const file = await open(cluster.logFile, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(LOG_TAIL_BYTES),
      0,
      LOG_TAIL_BYTES,
      Math.max(0, size - LOG_TAIL_BYTES),
    );
    return buffer.subarray(0, bytesRead).toString('utf8').trim();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
