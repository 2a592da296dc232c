/** A connection of its own, for work beside the pool: migrations, loading data. */
import pg from 'pg';

/** Hands over a connected client without a statement time-out, and closes it whatever happens. */
export async function withClient<T>(
  options: { url: string; applicationName?: string },
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: options.applicationName,
  });
  // Without a listener the loss of the connection would end the process beside failing the query.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}
