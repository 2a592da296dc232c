/**
 * The entry of the server processes: `main.ts start`, `api` or `worker`. It says at once that
 * something happens, then loads the rest, which takes seconds on a slow machine.
 */
import { UsageError, withCommandLine } from './platform/command-line.ts';
import { loadEnvironment } from './platform/environment.ts';

const COMMAND = {
  usage: ['npm start', 'npm run api', 'npm run worker'],
  about: `npm start runs everything in one process, on a PostgreSQL of its own unless DATABASE_URL is set. npm run api runs the
API alone, npm run worker the background jobs, health and metrics; both need DATABASE_URL. Settings come from the
environment and from a file .env; all of them are in .env.example.`,
  options: {},
  examples: [
    'npm start',
    'PORT=4300 npm start               listens on another port',
    'DATA_DIR=/tmp/try npm start       keeps the demo elsewhere',
  ],
} as const;
const ROLES = ['start', 'api', 'worker'] as const;

await withCommandLine(COMMAND, async ({ positionals: [given = 'start', ...others] }) => {
  const role = ROLES.find((name) => name === given);
  if (role === undefined) throw new UsageError(`There is no process ${given}.`);
  if (others.length > 0) throw new UsageError(`Expected nothing after ${role}.`);
  const environment = loadEnvironment();
  // In production every line is a log line.
  if (environment['NODE_ENV'] !== 'production')
    process.stdout.write('Sheaf is starting: it loads its code, then prepares the database …\n');
  const { runProcess } = await import('./processes.ts');
  await runProcess(role, environment);
});
