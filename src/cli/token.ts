/** `npm run --silent token -- EMAIL` prints a token of that user, and nothing else, on stdout. */
import { parseArgs } from 'node:util';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/database/database.ts';
import { issueToken } from '../tenancy/tokens.ts';
import { CommandError, print, readSettings, runCommand, tokenSecret, withDatabase } from './command.ts';

await runCommand(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [email] = positionals;
  if (email === undefined || positionals.length > 1) throw new CommandError('Usage: npm run token -- EMAIL');
  const config = readSettings();
  print(await withDatabase(config, (database) => tokenFor(config, database, email.trim().toLowerCase())));
});

async function tokenFor(config: Config, database: Database, email: string): Promise<string> {
  const secret = await tokenSecret(config);
  if (secret === null) throw new CommandError(`Tokens come from the identity provider of AUTH_JWKS_URL: sign in there as ${email}.`);
  const user = await database.prisma.user.findUnique({ where: { email } });
  if (user === null) throw new CommandError(`No user has the e-mail address ${email}.`);
  if (!user.active) throw new CommandError(`The user ${email} is not active: a token of this user would be refused.`);
  return issueToken(secret, user.id, { issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE });
}
