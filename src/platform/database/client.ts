/** A separate connection, for work outside the pool: migrations, loading data. */
import pg from 'pg';

/** Runs `use` with a connected client that has no statement time-out, and always closes it. */
export async function withClient<T>(
  options: { url: string; applicationName?: string },
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: options.applicationName,
  });
  // Without a listener, a lost connection would end the process, not just fail the query.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}
