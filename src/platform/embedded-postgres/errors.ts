/** Errors of the embedded PostgreSQL that its user can fix. */

/** Another live process uses the data folder. */
export class DataFolderInUseError extends Error {
  readonly code = 'DATA_FOLDER_IN_USE';
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      `The data folder ${folder} is in use by the running process ${pid}. Stop that process, or set DATA_DIR to another folder: ` +
        'a data folder serves one process at a time.',
    );
    this.name = 'DataFolderInUseError';
    this.pid = pid;
  }
}

/**
 * PostgreSQL is not installed, or a cluster or server of it could not be made or started; the
 * message says what to do or ends with the server's log.
 */
export class EmbeddedPostgresError extends Error {
  readonly code = 'EMBEDDED_POSTGRES_FAILED';

  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}
