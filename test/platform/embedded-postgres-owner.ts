/** A process that owns an embedded PostgreSQL until it is killed: prints the URL. */
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';

const log = { info() {}, warn() {}, error: console.error };
const [dataDir] = process.argv.slice(2);
if (!dataDir) throw new Error('Usage: embedded-postgres-owner DATA_DIR');

const postgres = await startEmbeddedPostgres({ dataDir, log });
process.stdout.write(`${postgres.url}\n`);
setInterval(() => {}, 60_000);
