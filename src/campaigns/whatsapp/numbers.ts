/**
 * The tenant's own WhatsApp numbers, which its campaigns send from. Access tokens are stored sealed
 * and never read back.
 *
 * A number has one tenant, since the webhook gives its events to somebody: to whoever proved last,
 * with an access token, that it is theirs.
 */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/tenant-database.ts';
import { query, TENANT, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { notFound, RequestError, userError } from '../../platform/errors.ts';
import { type Given, idOf, parseInput } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { SecretError, secretBox } from '../../platform/secrets.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { ConnectWhatsApp } from '../inputs.ts';
import { publishCampaignsStopped, publishNumberChanged } from '../topics.ts';
import { WhatsAppClient, whatsAppHttp } from './client.ts';

const NUMBER_COLUMNS = ['id', 'phoneNumberId', 'displayPhoneNumber', 'connectedAt'] as const;
export type WhatsAppNumberRow = Pick<
  Selectable<TenantTables['whatsapp_number']>,
  (typeof NUMBER_COLUMNS)[number]
>;

export const numbersById = prepare((p: { ids: string[] }) =>
  query.selectFrom('whatsapp_number').select(NUMBER_COLUMNS).where('id', '=', anyOf(p.ids)),
);
const allNumbers = prepare(() =>
  query.selectFrom('whatsapp_number').select(NUMBER_COLUMNS).orderBy('connectedAt').orderBy('id'),
);

/** All numbers of the tenant, the first connected first: an agency has a handful. */
export function listNumbers(platform: Platform, viewer: Viewer): Promise<WhatsAppNumberRow[]> {
  return platform.database.forTenant(viewer).runPrepared(allNumbers, {});
}

const TAKEN_AWAY =
  'Its WhatsApp number was connected by another account. Launch the campaign to send from another number.';

/**
 * Ends the connection of the tenant that has a number, if it is another one: which of that one's
 * campaigns stopped.
 */
const takeNumber = prepare((p: { phoneNumberId: string }) =>
  query
    .selectFrom(
      sql<{
        tenantId: string;
        campaignId: string;
      }>`"takeWhatsappNumber"(${TENANT}::uuid, ${p.phoneNumberId}::text, ${TAKEN_AWAY}::text)`.as(
        'taken',
      ),
    )
    .selectAll(),
);

/**
 * Connects a number, once WhatsApp has shown it to the access token. One that the tenant has
 * already gets the new token; one that another tenant has moves: what that one would still send
 * from it stops.
 */
export async function connectWhatsApp(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof ConnectWhatsApp>,
) {
  const { accessToken, ...values } = parseInput(ConnectWhatsApp, input);
  const sealed = sealToken(platform, {
    tenantId: viewer.tenantId,
    phoneNumberId: values.phoneNumberId,
    accessToken,
  });
  await requireProof(platform, { phoneNumberId: values.phoneNumberId, accessToken });
  const statement = query
    .insertInto('whatsapp_number')
    .values({ ...values, id: uuidv7(), accessToken: sealed })
    .onConflict((conflict) =>
      conflict
        .column('phoneNumberId')
        .doUpdateSet({
          accessToken: sealed,
          displayPhoneNumber: values.displayPhoneNumber,
          messagesPerSecond: null,
        })
        .where(
          sql<boolean>`${sql.ref('whatsapp_number.tenantId')} = ${sql.ref('excluded.tenantId')}`,
        ),
    )
    .returning(NUMBER_COLUMNS);
  return platform.database
    .forTenant(viewer)
    .change(['whatsapp number', values.phoneNumberId], async (tx) => {
      const stopped = await tx.runPrepared(takeNumber, { phoneNumberId: values.phoneNumberId });
      const [number] = await tx.run(statement);
      if (!number)
        throw new RequestError(
          'SERVICE_UNAVAILABLE',
          'Somebody else connected this number at the same moment; try again.',
        );
      publishNumberChanged(platform, tx, number.phoneNumberId);
      publishCampaignsStopped(platform, tx, stopped);
      return { number };
    });
}

/** Asks WhatsApp; nothing is locked or held meanwhile. */
async function requireProof(
  platform: Platform,
  number: { phoneNumberId: string; accessToken: string },
): Promise<void> {
  const client = new WhatsAppClient({
    apiUrl: platform.config.WHATSAPP_API_URL,
    http: whatsAppHttp(platform),
    ...number,
  });
  const proof = await client.prove(platform.stopping);
  if (proof.kind === 'refused')
    throw userError('INVALID', [proof.what], `WhatsApp refuses it: ${proof.message}`);
  if (proof.kind === 'unavailable')
    throw new RequestError(
      'SERVICE_UNAVAILABLE',
      `WhatsApp could not be asked for this number, and nothing was changed; try again. ${proof.message}`,
    );
}

function sealToken(
  platform: Platform,
  token: Omit<SealedToken, 'sealed'> & { accessToken: string },
): string {
  try {
    return secretBox(platform.config).seal(token.accessToken, placeOf(token));
  } catch (error) {
    if (error instanceof SecretError)
      throw userError('UNSUPPORTED', ['accessToken'], error.message);
    throw error;
  }
}

export interface SealedToken {
  tenantId: string;
  phoneNumberId: string;
  sealed: string;
}

/** The access token of a number; throws a SecretError. */
export function openToken(platform: Platform, token: SealedToken): string {
  return secretBox(platform.config).open(token.sealed, placeOf(token));
}

/** A token that is copied to another tenant's number does not open. */
function placeOf({ tenantId, phoneNumberId }: { tenantId: string; phoneNumberId: string }): string {
  return `whatsapp_number ${tenantId} ${phoneNumberId}`;
}

const DisconnectWhatsApp = z.object({ id: idOf('WhatsAppNumber') });

/**
 * Forgets a number and its token. Campaigns that are over lose it; one that could still send from
 * it is a CONFLICT.
 */
export async function disconnectWhatsApp(
  platform: Platform,
  viewer: Viewer,
  input: z.input<typeof DisconnectWhatsApp>,
) {
  const { id } = parseInput(DisconnectWhatsApp, input);
  await platform.database.forTenant(viewer).change(['whatsapp number', id], async (tx) => {
    // The lock keeps campaigns from taking the number until it is gone.
    const [number] = await tx.run(
      query.selectFrom('whatsapp_number').select('phoneNumberId').where('id', '=', id).forUpdate(),
    );
    if (!number) throw notFound(['id']);
    const busy = query
      .selectFrom('campaign')
      .select('id')
      .where('whatsAppNumberId', '=', id)
      .where('status', 'in', ['SCHEDULED', 'RUNNING', 'PAUSED'])
      .limit(1);
    if ((await tx.run(busy)).length > 0)
      throw userError(
        'CONFLICT',
        ['id'],
        'A campaign that is scheduled, running or paused sends from this number.',
      );
    await tx.run(
      query
        .updateTable('campaign')
        .set({ whatsAppNumberId: null })
        .where('whatsAppNumberId', '=', id),
    );
    await tx.run(query.deleteFrom('whatsapp_number').where('id', '=', id));
    publishNumberChanged(platform, tx, number.phoneNumberId);
  });
}
