/**
 * `npm run create-tenant -- NAME --country US --owner EMAIL`: creates a tenant with its first
 * owner, its questionnaires and its workflows, and prints a token for the owner.
 */
import { parseArgs } from 'node:util';
import { seedStarterSet } from '../intake/index.ts';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/database/database.ts';
import { createTenant } from '../tenancy/tenants.ts';
import { issueToken } from '../tenancy/tokens.ts';
import { seedWorkflows } from '../workflows/index.ts';
import {
  CommandError,
  print,
  printNote,
  readSettings,
  runCommand,
  tokenSecret,
  withDatabase,
} from './command.ts';

const USAGE = 'Usage: npm run create-tenant -- NAME --country US --owner EMAIL [--external-id ID]';

type Owner = Awaited<ReturnType<typeof createTenant>>['users'][number];

interface Wanted {
  name: string;
  country: string;
  owner: string;
  /** The id of the owner at the identity provider of AUTH_JWKS_URL. */
  externalId: string | undefined;
}

await runCommand(async () => {
  const wanted = readArguments();
  const config = readSettings();
  const secret = await tokenSecret(config);
  const owner = await withDatabase(config, async (database) => {
    const created = await create(database, wanted);
    await seedStarterSet(database.forTenant(created));
    await database.forTenant(created).transaction(seedWorkflows);
    return created;
  });
  printNote(`Created the tenant "${wanted.name}" with its owner ${owner.email}.`);
  if (secret === null) print(howToSignIn(owner));
  else print(await issueToken(secret, owner.id, claimsOf(config)));
});

function readArguments(): Wanted {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { country: text, owner: text, 'external-id': text },
  });
  const [name] = positionals;
  const { country, owner } = values;
  if (positionals.length > 1)
    throw new CommandError(
      `Put a name of several words in quotation marks: "${positionals.join(' ')}".\n${USAGE}`,
    );
  if (name === undefined || country === undefined || owner === undefined)
    throw new CommandError(USAGE);
  return { name, country: country.toUpperCase(), owner, externalId: values['external-id'] };
}

function claimsOf(config: Config) {
  return { issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE };
}

async function create(database: Database, wanted: Wanted): Promise<Owner> {
  const [owner] = (await createTenant(database, wanted)).users;
  if (!owner) throw new Error('The tenant was created without its owner.');
  return owner;
}

function howToSignIn(owner: Owner): string {
  const provider = 'Tokens come from the identity provider of AUTH_JWKS_URL.';
  if (owner.externalId !== null) return `${provider} Its user ${owner.externalId} may sign in now.`;
  return `${provider} ${owner.email} may sign in with one of its tokens that has this address as verified ("email", and "email_verified": true).
If its tokens contain no addresses, set the owner's externalId in the database to the provider's id ("sub") of that person:
  update "user" set "externalId" = '…' where "id" = '${owner.id}';
Next time, give it with --external-id.`;
}
