/**
 * `npm run create-tenant -- NAME --country US --owner EMAIL`: creates a tenant with its first
 * owner, its questionnaires and its workflows, and prints a token for the owner.
 */
import { seedStarterSet } from '../intake/index.ts';
import { type Given, UsageError } from '../platform/command-line.ts';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/database/database.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
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

const COMMAND = {
  usage: ['npm run create-tenant -- NAME --country CODE --owner EMAIL [--external-id ID]'],
  about:
    'Creates a tenant with its questionnaires, packet templates, workflows and first owner, and prints a token of the owner.',
  options: {
    country: {
      type: 'string',
      value: 'CODE',
      meaning:
        'where the agency is, as two letters (ISO 3166); local phone numbers are read as of there',
    },
    owner: { type: 'string', value: 'EMAIL', meaning: 'the address of the first owner' },
    'external-id': {
      type: 'string',
      value: 'ID',
      meaning: 'the owner at the identity provider of AUTH_JWKS_URL (its sub)',
    },
  },
  examples: ['npm run create-tenant -- "My agency" --country US --owner me@example.com'],
} as const;

type Owner = Awaited<ReturnType<typeof createTenant>>['tenant']['users'][number];

interface Wanted {
  name: string;
  country: string;
  owner: string;
  /** The id of the owner at the identity provider of AUTH_JWKS_URL. */
  externalId: string | undefined;
}

await runCommand(COMMAND, async (given) => {
  const wanted = readArguments(given);
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

function readArguments({ values, positionals }: Given<(typeof COMMAND)['options']>): Wanted {
  const [name] = positionals;
  const { country, owner } = values;
  if (positionals.length > 1)
    throw new UsageError(
      `Put a name of several words in quotation marks: "${positionals.join(' ')}".`,
    );
  if (name === undefined) throw new UsageError('Expected the name of the tenant.');
  if (country === undefined) throw new UsageError('Expected --country.');
  if (owner === undefined) throw new UsageError('Expected --owner.');
  return { name, country: country.toUpperCase(), owner, externalId: values['external-id'] };
}

function claimsOf(config: Config) {
  return { issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE };
}

async function create(database: Database, wanted: Wanted): Promise<Owner> {
  const { tenant, isNew } = await createTenant(database, wanted);
  const [owner] = tenant.users;
  if (!isNew)
    throw new CommandError(
      `The tenant "${tenant.name}" with the owner ${owner?.email} exists already: its id is ${encodeGlobalId('Tenant', tenant.id)}. Nothing was changed.`,
    );
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
