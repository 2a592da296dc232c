/**
 * `npm run verify` checks what must hold in every database: after a restore, after changes by hand,
 * or for a good night's sleep. It changes nothing, and may run beside everything else.
 */
import { withClient } from '../platform/database/client.ts';
import {
  CommandError,
  print,
  readSettingsWithoutTokens,
  runCommand,
  withMigratedUrl,
} from './command.ts';
import { CHECKS, type Check } from './verify-checks.ts';

type Client = Parameters<Parameters<typeof withClient>[1]>[0];

/** Of each check: the first ones say what is wrong. */
const SHOWN = 10;

const COMMAND = {
  usage: ['npm run verify'],
  about:
    'Checks what must hold in every database: that kept figures are what a count gives, that rows and jobs belong together,\nand that constraints, indexes and triggers are in force. It reads one snapshot and changes nothing. The exit code is 1\nwhere something does not hold.',
  options: {},
  examples: [
    'npm run verify',
    'DATABASE_URL=postgres://sheaf:secret@localhost/restored npm run verify',
  ],
} as const;

await runCommand(COMMAND, () => withMigratedUrl(readSettingsWithoutTokens(), verify));

async function verify(url: string): Promise<void> {
  const wrong = await withClient({ url, applicationName: 'sheaf verify' }, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    let failed = 0;
    for (const check of CHECKS) if (!(await holds(client, check))) failed += 1;
    await client.query('commit');
    return failed;
  });
  if (wrong > 0)
    throw new CommandError(`${wrong} of ${CHECKS.length} checks failed: see docs/operator.md.`);
  print(`All is well: ${CHECKS.length} checks.`);
}

async function holds(
  client: Client,
  { holds: sentence, exceptions, needs }: Check,
): Promise<boolean> {
  const missing = await client.query(
    'select where $1::text is not null and to_regclass($1) is null',
    [needs],
  );
  const { rows } =
    missing.rowCount === 0 ? await client.query<{ wrong: string }>(exceptions) : { rows: [] };
  if (rows.length === 0) print(`ok     ${sentence}`);
  else print(`WRONG  ${sentence}; exceptions: ${rows.length}`);
  for (const { wrong } of rows.slice(0, SHOWN)) print(`         ${wrong}`);
  return rows.length === 0;
}
