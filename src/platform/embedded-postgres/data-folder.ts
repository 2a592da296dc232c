/** Makes the data folder, or says why it can't be one. */
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';

/**
 * Makes the folder and those that it is in. Throws an EmbeddedPostgresError where something else has
 * its name or it can't be written to.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  try {
    await makeFolder(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `DATA_DIR: ${reasonOf(path, cause)} Set it to a folder of your own.`,
      { cause },
    );
  }
}

/** Node's own `recursive: true` never ends below /proc. */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory()) return;
  if (found) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another process made it meanwhile.
    if (error.code !== 'EEXIST') throw error;
  });
}

function reasonOf(path: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOTDIR') return `${path} is, or lies in, a file; a folder is needed.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `The folder ${path} can't be written to by this user.`;
  return `The folder ${path} can't be made (${String(code ?? cause)}).`;
}
