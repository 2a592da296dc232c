/**
 * The CRM that a tenant is connected to. Its API token is stored encrypted, and is never shown
 * again.
 */
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { isPublicHost } from '../platform/addresses.ts';
import { prepare, type TenantQueries } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import { HttpClient } from '../platform/http-client.ts';
import { type Given, parseInput, text } from '../platform/input.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { type SecretBox, SecretError, secretBox } from '../platform/secrets.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { PipedriveClient } from './pipedrive/client.ts';
import { endActiveSync } from './sync-ends.ts';

/** The longest API token, and the longest address of an API, in characters. */
export const CRM_ACCESS_LENGTH = 500;

const provider = z.literal('PIPEDRIVE').default('PIPEDRIVE');
const ConnectCrm = z.object({
  provider,
  apiToken: text(CRM_ACCESS_LENGTH)
    .transform((value) => value.trim())
    .refine(
      (value) => /^[\x21-\x7e]+$/.test(value),
      'Expected the API token of Pipedrive, which is letters and digits.',
    ),
  apiUrl: text(CRM_ACCESS_LENGTH).nullish(),
});
const DisconnectCrm = z.object({ provider });

export type CrmProvider = Selectable<TenantTables['crm_connection']>['provider'];

/** A connection as the API shows it. */
export interface CrmConnection {
  provider: CrmProvider;
  apiUrl: string;
  connectedBy: string;
  connectedAt: string;
}

const byProvider = prepare((p: { provider: CrmProvider }) =>
  query.selectFrom('crm_connection').selectAll().where('provider', '=', p.provider),
);

/** The tenant's connection to a CRM, or null. */
export async function crmConnection(
  platform: Platform,
  viewer: { tenantId: string },
  name: CrmProvider,
): Promise<CrmConnection | null> {
  const row = await readConnection(platform.database.forTenant(viewer), name);
  return row && shown(platform, row);
}

type ConnectionRow = Selectable<TenantTables['crm_connection']>;

async function readConnection(
  database: TenantQueries,
  name: CrmProvider,
): Promise<ConnectionRow | null> {
  const [row] = await database.runPrepared(byProvider, { provider: name });
  return row ?? null;
}

function shown(
  { config }: Platform,
  { provider: name, apiUrl, connectedBy, connectedAt }: ConnectionRow,
): CrmConnection {
  return {
    provider: name,
    apiUrl: apiUrl ?? baseUrl(config.PIPEDRIVE_API_URL),
    connectedBy,
    connectedAt,
  };
}

/**
 * Connects the tenant, or replaces the token and the address of its connection and ends a running
 * sync; the next sync reads everything. Throws INVALID for an address that is not allowed,
 * UNSUPPORTED if this server can't store secrets.
 */
export async function connectCrm(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof ConnectCrm>,
) {
  const { provider: name, apiToken, apiUrl } = parseInput(ConnectCrm, input);
  const ownUrl =
    apiUrl == null || apiUrl.trim() === '' ? null : await allowedUrl(platform, apiUrl.trim());
  const values = {
    apiUrl: ownUrl,
    tokenCipher: seal(platform, viewer.tenantId, { provider: name, apiToken }),
    connectedBy: viewer.userId,
  };
  const connection = await platform.database
    .forTenant(viewer)
    .change(['CRM connection', name], async (tx) => {
      await endActiveSync(platform, tx, {
        provider: name,
        message: 'The CRM was connected again while this sync was running.',
      });
      const [row] = await tx.run(
        query
          .insertInto('crm_connection')
          .values({ provider: name, ...values })
          .onConflict((conflict) =>
            conflict
              .columns(['tenantId', 'provider'])
              .doUpdateSet({ ...values, connectedAt: new Date() }),
          )
          .returningAll(),
      );
      return row;
    });
  if (!connection) throw new Error('An upsert returned no row.');
  return { connection: shown(platform, connection) };
}

/**
 * Deletes the token and ends a running sync. What was synced stays, and a later connection finds it
 * again. Throws NOT_FOUND if no CRM is connected.
 */
export async function disconnectCrm(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof DisconnectCrm>,
) {
  const { provider: name } = parseInput(DisconnectCrm, input);
  await platform.database.forTenant(viewer).change(['CRM connection', name], async (tx) => {
    await endActiveSync(platform, tx, { provider: name, message: 'The CRM was disconnected.' });
    const removed = await tx.run(
      query.deleteFrom('crm_connection').where('provider', '=', name).returning('provider'),
    );
    if (removed.length === 0) throw notFound(['provider']);
  });
  return {};
}

/** What an encrypted token is bound to. */
function placeOf(tenantId: string, name: CrmProvider): string {
  return `crm_connection/${tenantId}/${name}`;
}

/** A token, encrypted for storing with its tenant and provider; elsewhere it can't be opened. */
export function sealCrmToken(
  box: SecretBox,
  tenantId: string,
  { provider: name, apiToken }: { provider: CrmProvider; apiToken: string },
): string {
  return box.seal(apiToken, placeOf(tenantId, name));
}

function seal(
  { config }: Platform,
  tenantId: string,
  token: { provider: CrmProvider; apiToken: string },
): string {
  try {
    return sealCrmToken(secretBox(config), tenantId, token);
  } catch (error) {
    if (error instanceof SecretError) throw userError('UNSUPPORTED', ['apiToken'], error.message);
    throw error;
  }
}

/**
 * The address to store, without the path of the API; null for the configured one. Any other must be
 * https and public.
 */
async function allowedUrl({ config }: Platform, given: string): Promise<string | null> {
  const refuse = (expected: string) => userError('INVALID', ['apiUrl'], expected);
  const url = URL.parse(given);
  if (!url) throw refuse('Expected an address such as https://yourcompany.pipedrive.com.');
  if (baseUrl(given) === baseUrl(config.PIPEDRIVE_API_URL)) return null;
  if (url.protocol !== 'https:') throw refuse('Expected an address that begins with https://.');
  if (url.username || url.password || url.search || url.hash)
    throw refuse('Expected an address without a user name, a query or a fragment.');
  if (!(await isPublicHost(url))) throw refuse('Expected the address of a public server.');
  return baseUrl(given);
}

/** The address without the path of the API, which people often copy too. */
function baseUrl(url: string): string {
  return (
    URL.parse(url)
      ?.href.replace(/\/+$/, '')
      .replace(/\/api(\/v\d)?$/, '') ?? url
  );
}

/**
 * Users' own addresses reach public servers only; the configured one may be a sandbox on this
 * machine.
 */
const httpClients = perProcess(
  () => ({
    own: new HttpClient({ reach: 'public' }),
    configured: new HttpClient({ reach: 'any' }),
  }),
  ({ own, configured }) => {
    own.close();
    configured.close();
  },
);

/** A connection that can be used. */
export interface OpenConnection {
  client: PipedriveClient;
  connectedBy: string;
  connectedAt: string;
}

/**
 * A client of the tenant's CRM, or null if none is connected. Throws a SecretError if its token
 * can't be decrypted.
 */
export async function openCrm(
  platform: Platform,
  tenantId: string,
  name: CrmProvider,
): Promise<OpenConnection | null> {
  const row = await readConnection(platform.database.forTenant({ tenantId }), name);
  if (!row) return null;
  const { own, configured } = httpClients(platform);
  const token = secretBox(platform.config).open(row.tokenCipher, placeOf(tenantId, name));
  const { apiUrl } = shown(platform, row);
  return {
    client: new PipedriveClient({ apiUrl, token, http: row.apiUrl === null ? configured : own }),
    connectedBy: row.connectedBy,
    connectedAt: row.connectedAt,
  };
}
