/**
 * `npm run --silent token -- EMAIL` prints a token for the person with that address, and nothing
 * else, on stdout: it is valid for their users in all tenants. With `--tenant NAME` it is valid for
 * that tenant only.
 */
import { UsageError } from '../platform/command-line.ts';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/database/database.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { lowerEmail } from '../platform/input.ts';
import { usersWithEmail } from '../tenancy/persons.ts';
import { issuePersonToken, issueToken } from '../tenancy/tokens.ts';
import {
  CommandError,
  print,
  printNote,
  readSettings,
  runCommand,
  tokenSecret,
  withDatabase,
} from './command.ts';

const COMMAND = {
  usage: ['npm run --silent token -- EMAIL [--tenant NAME]'],
  about:
    'Prints a token for the person with that address, valid for 30 days and for their users in all tenants. Not with\nAUTH_JWKS_URL: the identity provider makes the tokens then.',
  options: {
    tenant: {
      type: 'string',
      value: 'NAME',
      meaning: 'only for the user in this tenant, given by its name or id',
    },
  },
  examples: [
    'npm run --silent token -- owner@north.example',
    'TOKEN=$(npm run --silent token -- both@agencies.example --tenant south)',
  ],
} as const;

interface Wanted {
  email: string;
  /** The name or the id of a tenant. */
  tenant: string | undefined;
}

await runCommand(COMMAND, async ({ values, positionals }) => {
  const [email] = positionals;
  if (email === undefined || positionals.length > 1)
    throw new UsageError(`Expected one e-mail address, found ${positionals.length}.`);
  const config = readSettings();
  const wanted = { email: lowerEmail(email.trim()), tenant: values.tenant?.trim() };
  print(await withDatabase(config, (database) => tokenFor(config, database, wanted)));
});

async function tokenFor(
  config: Config,
  database: Database,
  { email, tenant }: Wanted,
): Promise<string> {
  const secret = await tokenSecret(config);
  if (secret === null)
    throw new CommandError(
      `Tokens come from the identity provider of AUTH_JWKS_URL: sign in there as ${email}.`,
    );
  const claims = { issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE };
  const users = await usersWithEmail(database, [email]);
  if (users.length === 0) throw new CommandError(`No user has the e-mail address ${email}.`);
  const chosen = tenant === undefined ? users : [userIn(users, email, tenant)];
  const active = chosen.filter((user) => user.active);
  const [only] = active;
  if (only === undefined)
    throw new CommandError(
      `The user ${email} is not active: a token of this user would be refused.`,
    );
  if (tenant !== undefined) return issueToken(secret, only.id, claims);
  if (active.length > 1)
    printNote(
      `${email} works for several tenants. Requests name one by its id in the header x-tenant:\n${listed(active)}`,
    );
  return issuePersonToken(secret, { email, userIds: active.map(({ id }) => id) }, claims);
}

type FoundUser = Awaited<ReturnType<typeof usersWithEmail>>[number];

function userIn(users: readonly FoundUser[], email: string, wanted: string): FoundUser {
  const known = (text: string) => text.toLowerCase() === wanted.toLowerCase();
  const found = users.filter(
    ({ tenant }) =>
      known(tenant.name) || known(tenant.id) || encodeGlobalId('Tenant', tenant.id) === wanted,
  );
  const [only, ...others] = found;
  if (only === undefined)
    throw new CommandError(
      `${email} has no user in a tenant "${wanted}", only in:\n${listed(users)}`,
    );
  if (others.length > 0)
    throw new CommandError(
      `${email} works for several tenants "${wanted}": give the id of one of them.\n${listed(found)}`,
    );
  return only;
}

function listed(users: readonly FoundUser[]): string {
  return users
    .map(({ tenant }) => `  ${encodeGlobalId('Tenant', tenant.id)}  ${tenant.name}`)
    .join('\n');
}
