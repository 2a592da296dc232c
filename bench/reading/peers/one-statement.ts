/**
 * The limit: a bare node:http server that knows three operations by name. For each it runs one
 * prepared statement (one-statement-sql.ts) whose result is the response: PostgreSQL builds the
 * JSON, and this process passes it on as text.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { LIMIT_SETTINGS, type LimitStatement, STATEMENTS } from './one-statement-sql.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const pool = new pg.Pool({
  connectionString: settings.databaseUrl,
  max: settings.poolSize,
  options: LIMIT_SETTINGS,
  types: { getTypeParser: () => (text: string) => text },
});
pool.on('error', (error) => console.error(error));

interface Body {
  operationName: string;
  variables?: { id?: string };
}

async function answer(body: string): Promise<string> {
  const { operationName, variables }: Body = JSON.parse(body);
  const statement = (STATEMENTS as Partial<Record<string, LimitStatement>>)[operationName];
  if (!statement)
    throw new Error(
      `Expected one of ${Object.keys(STATEMENTS).join(', ')}, found ${operationName}`,
    );
  const id = Buffer.from(variables?.id ?? '', 'base64')
    .toString('latin1')
    .slice('WorkPackage:'.length);
  const values = operationName === 'Detail' ? [settings.tenantId, id] : [settings.tenantId];
  const { text, around } = statement;
  const { rows } = await pool.query<{ body: string }>({ name: operationName, text, values });
  return around.join(rows[0]?.body ?? 'null');
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    answer(Buffer.concat(chunks).toString()).then(
      (body) => {
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
        });
        response.end(body);
      },
      (error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      },
    );
  });
}

createServer(serve).listen(settings.port, '127.0.0.1');
