/** `npm run create-tenant -- NAME --country US --owner EMAIL`: a tenant with its first owner, its questionnaires and its workflows, and a token to begin with. */
import { parseArgs } from 'node:util';
import { seedStarterSet } from '../intake/index.ts';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/database/database.ts';
import { createTenant } from '../tenancy/tenants.ts';
import { issueToken } from '../tenancy/tokens.ts';
import { seedWorkflows } from '../workflows/index.ts';
import { CommandError, print, printNote, readSettings, runCommand, tokenSecret, withDatabase } from './command.ts';

const USAGE = 'Usage: npm run create-tenant -- NAME --country US --owner EMAIL [--external-id ID]';
/** Prisma's code of a unique constraint that refused a row. */
const TAKEN = 'P2002';

type Owner = Awaited<ReturnType<typeof createTenant>>['users'][number];

interface Wanted {
  name: string;
  country: string;
  owner: string;
  /** Who the owner is to the identity provider of AUTH_JWKS_URL. */
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
  printNote(`Made the tenant "${wanted.name}" with its owner ${owner.email}.`);
  if (secret === null) print(howToSignIn(owner));
  else print(await issueToken(secret, owner.id, claimsOf(config)));
});

function readArguments(): Wanted {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { country: text, owner: text, 'external-id': text } });
  const [name] = positionals;
  const { country, owner } = values;
  if (positionals.length > 1) throw new CommandError(`A name of several words stands in quotation marks: "${positionals.join(' ')}".\n${USAGE}`);
  if (name === undefined || country === undefined || owner === undefined) throw new CommandError(USAGE);
  return { name, country: country.toUpperCase(), owner, externalId: values['external-id'] };
}

function claimsOf(config: Config) {
  return { issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE };
}

async function create(database: Database, { externalId, ...input }: Wanted): Promise<Owner> {
  const tenant = await refusingTaken(
    () => createTenant(database, input),
    `The e-mail address ${input.owner} belongs to another user: each user has one of its own.`,
  );
  const [owner] = tenant.users;
  if (!owner) throw new Error('A tenant was made without its owner.');
  if (externalId === undefined) return owner;
  try {
    const user = { where: { id: owner.id }, data: { externalId } };
    return await refusingTaken(() => database.prisma.user.update(user), `The external id ${externalId} belongs to another user.`);
  } catch (error) {
    // Nobody could ever sign in to it.
    await database.prisma.tenant.delete({ where: { id: tenant.id } });
    throw error;
  }
}

async function refusingTaken<T>(work: () => Promise<T>, message: string): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === TAKEN) throw new CommandError(message, { cause });
    throw cause;
  }
}

function howToSignIn(owner: Owner): string {
  const provider = 'Tokens come from the identity provider of AUTH_JWKS_URL.';
  if (owner.externalId !== null) return `${provider} Its user ${owner.externalId} may sign in now.`;
  return `${provider} Nobody can sign in yet: the owner's externalId has to be the provider's id ("sub") of that person. Set it in the database:
  update "user" set "externalId" = '…' where "id" = '${owner.id}';
Next time, give it with --external-id.`;
}
