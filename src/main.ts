/**
 * The entry of the server processes: `main.ts start`, `api` or `worker`. It says at once that
 * something happens, then loads the rest, which takes seconds on a slow machine.
 */
import { loadEnvironment } from './platform/environment.ts';

const USAGE = `Usage: npm start                  everything in one process; on a PostgreSQL of its own unless DATABASE_URL is set
       npm run api                the API alone; needs DATABASE_URL
       npm run worker             background jobs, health and metrics; needs DATABASE_URL

Options (after --):
  --help                          shows this

Settings come from the environment and from a file .env; all of them are in .env.example:
  PORT=4300 npm start             listens on another port
  DATA_DIR=/tmp/try npm start     keeps the demo elsewhere`;

const ROLES = ['start', 'api', 'worker'] as const;

const [given = 'start', ...options] = process.argv.slice(2);
const role = ROLES.find((name) => name === given);
if (options.includes('--help') || given === '--help') {
  process.stdout.write(`${USAGE}\n`);
} else if (role === undefined || options.length > 0) {
  const unknown = role === undefined ? given : options[0];
  process.stderr.write(`There is no option ${unknown}.\n${USAGE}\n`);
  process.exitCode = 1;
} else {
  const environment = loadEnvironment();
  // In production every line is a log line.
  if (environment['NODE_ENV'] !== 'production')
    process.stdout.write('Sheaf is starting: it loads its code, then prepares the database …\n');
  const { runProcess } = await import('./processes.ts');
  await runProcess(role, environment);
}
