/** What can go wrong with the embedded PostgreSQL in a way that its user can mend. */

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

/** PostgreSQL did not come up; the message ends with what its log says about it. */
export class EmbeddedPostgresError extends Error {
  readonly code = 'EMBEDDED_POSTGRES_FAILED';

  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}
