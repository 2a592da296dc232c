/**
 * What can go wrong with a process's surroundings when it starts, in sentences: the server and every
 * command say the same. No sentence repeats a password.
 */
import { createServer } from 'node:net';
import { ConfigError } from './config.ts';
import { MigrationError } from './database/migrate.ts';
import { DataFolderInUseError, EmbeddedPostgresError } from './embedded-postgres/index.ts';

const OWN_WORDS = [ConfigError, MigrationError, DataFolderInUseError, EmbeddedPostgresError];

/** The part of a system's or PostgreSQL's error that tells what it is about. */
interface Fault extends Error {
  code: string;
  syscall?: string;
  address?: string;
  port?: number;
  hostname?: string;
}

const DATABASE_FAULTS: Record<string, (fault: Fault) => string> = {
  ECONNREFUSED: ({ address, port }) =>
    `No database responds at ${address}:${port}: start it, or correct DATABASE_URL.`,
  ENOTFOUND: ({ hostname }) =>
    `There is no host named ${hostname}: correct the address of the database in DATABASE_URL.`,
  ETIMEDOUT: ({ address, port }) =>
    `The database at ${address}:${port} did not respond in time: check DATABASE_URL and the network.`,
  '28P01': () => 'The database refuses the user or the password in DATABASE_URL: correct them.',
  '28000': ({ message }) =>
    `The database does not let the user of DATABASE_URL in (${message}): check its rights.`,
  '3D000': ({ message }) =>
    `The ${message}: create it, for example with createdb, or correct the name in DATABASE_URL.`,
  '53300': () =>
    'The database has no connection left: raise its max_connections, or lower DATABASE_POOL_SIZE.',
  '57P03': () => 'The database is starting or stopping: try again in a moment.',
};

const LISTEN_FAULTS: Record<string, (fault: Fault) => string> = {
  EADDRINUSE: ({ address, port }) =>
    `Port ${port} of ${address} is taken: stop the process that uses it, or set PORT to another one (0 picks a free one).`,
  EACCES: ({ port }) =>
    `This user may not listen on port ${port}: set PORT to another one, above 1023.`,
  EADDRNOTAVAIL: ({ address }) =>
    `${address} is not an address of this machine: set HOST to one that is, or to 0.0.0.0.`,
};

/** What happened and what to do; null for an error that is a bug. */
export function startFault(error: unknown): string | null {
  if (OWN_WORDS.some((type) => error instanceof type)) return (error as Error).message;
  // A host with several addresses fails with an error for each.
  if (error instanceof AggregateError) return startFault(error.errors[0]);
  if (!(error instanceof Error)) return null;
  if (isFault(error)) {
    const sentences = error.syscall === 'listen' ? LISTEN_FAULTS : DATABASE_FAULTS;
    const sentence = sentences[error.code]?.(error);
    if (sentence) return sentence;
  }
  return error.cause === undefined ? null : startFault(error.cause);
}

function isFault(error: Error): error is Fault {
  return 'code' in error && typeof error.code === 'string';
}

/** Rejects, as listening would, where the port can't be had: before a database is filled. */
export async function tryPort(port: number, host: string): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host, exclusive: true }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
