/**
 * The CRM that a tenant is connected to. Its API token is stored encrypted, and is never shown
 * again.
 */
import { z } from 'zod';
import type { CrmProvider } from '../../generated/kysely.ts';
import { isPublicHost } from '../platform/addresses.ts';
import { columnsOf, type RowOf } from '../platform/database/columns.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import { HttpClient } from '../platform/http-client.ts';
import { text } from '../platform/input.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { type SecretBox, SecretError, secretBox } from '../platform/secrets.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { PipedriveClient } from './pipedrive/client.ts';
import { provider } from './provider.ts';
import { endActiveSync } from './sync-ends.ts';

/** The longest API token, and the longest address of an API, in characters. */
const ACCESS_LENGTH = 500;

/** The input of `connectCrm`; the token is trimmed. */
export const ConnectCrm = z
  .object({
    provider,
    apiToken: text(ACCESS_LENGTH)
      .transform((value) => value.trim())
      .refine(
        (value) => /^[\x21-\x7e]+$/.test(value),
        'Expected the API token of Pipedrive, which is letters and digits.',
      )
      .describe(
        'The API token of a user of Pipedrive, who must be able to see everything to sync. It is stored encrypted and never shown again.',
      ),
    apiUrl: text(ACCESS_LENGTH)
      .nullish()
      .describe(
        'The address of your Pipedrive, such as https://yourcompany.pipedrive.com: https, and public. By default the one that the server is configured with.',
      ),
  })
  .describe('How to reach your CRM.');

/** The input of `disconnectCrm`. */
export const DisconnectCrm = z
  .object({ provider })
  .describe('The system whose API token is to be deleted.');

/** The columns that the API reads: all but the token. */
const CONNECTION_COLUMNS = columnsOf('crm_connection', ['tokenCipher']);

/** A tenant's connection to a CRM. */
export type ConnectedCrm = RowOf<'crm_connection', 'tokenCipher'>;

const byProvider = prepare((p: { provider: CrmProvider }) =>
  query.selectFrom('crm_connection').select(CONNECTION_COLUMNS).where('provider', '=', p.provider),
);

/** The tenant's connection to a CRM, or null. */
export async function connectedCrm(
  platform: Platform,
  viewer: { tenantId: string },
  name: CrmProvider,
): Promise<ConnectedCrm | null> {
  const [row] = await platform.database
    .forTenant(viewer)
    .runPrepared(byProvider, { provider: name });
  return row ?? null;
}

/** The address that a connection reads from, without the path of the API. */
export function apiUrlOf({ config }: Platform, { apiUrl }: Pick<ConnectedCrm, 'apiUrl'>): string {
  return apiUrl ?? baseUrl(config.PIPEDRIVE_API_URL);
}

/**
 * Connects the tenant, or replaces the token and the address of its connection and ends a running
 * sync; the next sync reads everything. Throws INVALID for an address that is not allowed,
 * UNSUPPORTED if this server can't store secrets.
 */
export async function connectCrm(
  platform: Platform,
  viewer: Viewer,
  { provider: name, apiToken, apiUrl }: z.output<typeof ConnectCrm>,
) {
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
          .returning(CONNECTION_COLUMNS),
      );
      return row;
    });
  if (!connection) throw new Error('An upsert returned no row.');
  return { connectedCrm: connection };
}

/**
 * Deletes the token and ends a running sync. What was synced stays, and a later connection reuses
 * it. Throws NOT_FOUND if no CRM is connected.
 */
export async function disconnectCrm(
  platform: Platform,
  viewer: Viewer,
  { provider: name }: z.output<typeof DisconnectCrm>,
): Promise<{ connectedCrm?: ConnectedCrm }> {
  await platform.database.forTenant(viewer).change(['CRM connection', name], async (tx) => {
    await endActiveSync(platform, tx, { provider: name, message: 'The CRM was disconnected.' });
    const removed = await tx.run(
      query.deleteFrom('crm_connection').where('provider', '=', name).returning('provider'),
    );
    if (removed.length === 0) throw notFound(['provider']);
  });
  return {};
}

/** The place (secrets.ts) that an encrypted token is bound to. */
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

const openable = prepare((p: { provider: CrmProvider }) =>
  query.selectFrom('crm_connection').selectAll().where('provider', '=', p.provider),
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
  const [row] = await platform.database
    .forTenant({ tenantId })
    .runPrepared(openable, { provider: name });
  if (!row) return null;
  const { own, configured } = httpClients(platform);
  const token = secretBox(platform.config).open(row.tokenCipher, placeOf(tenantId, name));
  const apiUrl = apiUrlOf(platform, row);
  return {
    client: new PipedriveClient({ apiUrl, token, http: row.apiUrl === null ? configured : own }),
    connectedBy: row.connectedBy,
    connectedAt: row.connectedAt,
  };
}
