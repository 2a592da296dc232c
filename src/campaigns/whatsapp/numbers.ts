/**
 * The WhatsApp numbers of a tenant, which its campaigns send from.
 *
 * A number belongs to one tenant, because its events must go to one: the tenant that last proved
 * with an access token that the number is its own.
 *
 * The room: this file has the rules, client.ts calls WhatsApp's API, errors.ts says what its errors
 * mean, and template-parameters.ts fills the variables of a template.
 */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { notFound, RequestError, userError } from '../../platform/errors.ts';
import { name } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { publishCampaignsStopped, WHATSAPP_NUMBER_CHANGED } from '../topics.ts';
import { sealToken } from './access-token.ts';
import { WhatsAppClient, whatsAppHttp } from './client.ts';

const PHONE_NUMBER_ID_LENGTH = 64;
const DISPLAY_NUMBER_LENGTH = 50;
const ACCESS_TOKEN_LENGTH = 2_000;

/** The input of connectWhatsApp. */
export const ConnectWhatsApp = z
  .object({
    phoneNumberId: name(PHONE_NUMBER_ID_LENGTH)
      .pipe(
        z
          .string()
          .regex(
            /^\w[\w-]*$/,
            "Expected WhatsApp's id of the phone number, not the phone number itself.",
          ),
      )
      .describe("WhatsApp's id of the number, such as 106540352242922."),
    displayPhoneNumber: name(DISPLAY_NUMBER_LENGTH).describe(
      'The phone number as shown to people, such as +1 555 078 3881.',
    ),
    accessToken: name(ACCESS_TOKEN_LENGTH)
      .pipe(
        z
          .string()
          .regex(/^[\x21-\x7e]+$/, 'Expected an access token: ASCII characters without spaces.'),
      )
      .describe(
        'An access token of the WhatsApp Cloud API that may send from the number. It is stored encrypted and never returned.',
      ),
  })
  .describe('A number of the WhatsApp Cloud API.');

const NUMBER_COLUMNS = [
  'id',
  'phoneNumberId',
  'displayPhoneNumber',
  'connectedAt',
  'isFlagged',
  'messagingLimit',
  'restriction',
  'restrictedUntil',
  'templatesListedAt',
] as const;
/** A number as the API shows it, without its access token. */
export type WhatsAppNumberRow = Pick<
  Selectable<TenantTables['whatsapp_number']>,
  (typeof NUMBER_COLUMNS)[number]
>;

/** Reads numbers by their `ids`. */
export const numbersById = prepare((p: { ids: string[] }) =>
  query.selectFrom('whatsapp_number').select(NUMBER_COLUMNS).where('id', '=', anyOf(p.ids)),
);
const allNumbers = prepare(() =>
  query.selectFrom('whatsapp_number').select(NUMBER_COLUMNS).orderBy('connectedAt').orderBy('id'),
);

/** All numbers of the tenant in the order in which they were connected; usually a handful. */
export function listNumbers(platform: Platform, viewer: Viewer): Promise<WhatsAppNumberRow[]> {
  return platform.database.forTenant(viewer).runPrepared(allNumbers, {});
}

/**
 * The id of the number that the tenant connected first, locked until the transaction ends so that
 * it is not disconnected; null if there is none.
 */
export async function lockFirstNumber(tx: TenantTransaction): Promise<string | null> {
  const [number] = await tx.run(
    query
      .selectFrom('whatsapp_number')
      .select('id')
      .orderBy('connectedAt')
      .orderBy('id')
      .limit(1)
      .forKeyShare(),
  );
  return number?.id ?? null;
}

const TAKEN_AWAY =
  'Its WhatsApp number was connected by another account. Launch the campaign to send from another number.';

/**
 * Disconnects a number from another tenant that has it. Returns which of that tenant's campaigns
 * stopped.
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
 * Connects a number, after WhatsApp has shown it to the access token. A number that the tenant
 * already has gets the new token. A number that another tenant has moves, and that tenant's
 * campaigns that would still send from it stop.
 */
export async function connectWhatsApp(
  platform: Platform,
  viewer: Viewer,
  { accessToken, ...values }: z.output<typeof ConnectWhatsApp>,
) {
  const { phoneNumberId } = values;
  const { tenantId } = viewer;
  const sealed = sealToken(platform.config, { tenantId, phoneNumberId, accessToken });
  await requireProof(platform, { phoneNumberId, accessToken });
  return platform.database
    .forTenant(viewer)
    .change(['whatsapp number', phoneNumberId], async (tx) => {
      const stopped = await tx.runPrepared(takeNumber, { phoneNumberId });
      const [number] = await tx.run(upsertNumber({ ...values, accessToken: sealed }));
      if (!number)
        throw new RequestError(
          'SERVICE_UNAVAILABLE',
          'Somebody else connected this number at the same time. Try again.',
        );
      WHATSAPP_NUMBER_CHANGED.publishAfterCommit(platform, tx, [number.phoneNumberId]);
      publishCampaignsStopped(platform, tx, stopped);
      return { number };
    });
}

function upsertNumber(values: {
  phoneNumberId: string;
  displayPhoneNumber: string;
  accessToken: string;
}) {
  const { accessToken, displayPhoneNumber } = values;
  return query
    .insertInto('whatsapp_number')
    .values({ ...values, id: uuidv7() })
    .onConflict((conflict) =>
      conflict
        .column('phoneNumberId')
        .doUpdateSet({ accessToken, displayPhoneNumber, messagesPerSecond: null })
        .where(
          sql<boolean>`${sql.ref('whatsapp_number.tenantId')} = ${sql.ref('excluded.tenantId')}`,
        ),
    )
    .returning(NUMBER_COLUMNS);
}

/** Asks WhatsApp whether the token may use the number. Nothing is locked or held meanwhile. */
async function requireProof(
  platform: Platform,
  number: { phoneNumberId: string; accessToken: string },
): Promise<void> {
  const client = new WhatsAppClient({
    apiUrl: platform.config.WHATSAPP_API_URL,
    http: whatsAppHttp(platform),
    ...number,
  });
  const proof = await client.proveNumber(platform.stopping);
  if (proof.kind === 'refused')
    throw userError('INVALID', [proof.what], `WhatsApp refused this value: ${proof.message}`);
  if (proof.kind === 'unavailable')
    throw new RequestError(
      'SERVICE_UNAVAILABLE',
      `WhatsApp could not be asked about this number, so nothing was changed. Try again. ${proof.message}`,
    );
}

/**
 * Deletes a number and its token. Campaigns that have ended keep no number; CONFLICT if a campaign
 * could still send from it.
 */
export async function disconnectWhatsApp(
  platform: Platform,
  viewer: Viewer,
  { id }: { id: string },
) {
  await platform.database.forTenant(viewer).change(['whatsapp number', id], async (tx) => {
    // The lock keeps campaigns from taking the number until it is gone.
    const [number] = await tx.run(
      query.selectFrom('whatsapp_number').select('phoneNumberId').where('id', '=', id).forUpdate(),
    );
    if (!number) throw notFound(['id']);
    await refuseWhileInUse(tx, id);
    await tx.run(
      query
        .updateTable('campaign')
        .set({ whatsAppNumberId: null })
        .where('whatsAppNumberId', '=', id),
    );
    await tx.run(query.deleteFrom('whatsapp_number').where('id', '=', id));
    WHATSAPP_NUMBER_CHANGED.publishAfterCommit(platform, tx, [number.phoneNumberId]);
  });
}

async function refuseWhileInUse(tx: TenantTransaction, id: string): Promise<void> {
  const user = query
    .selectFrom('campaign')
    .select('id')
    .where('whatsAppNumberId', '=', id)
    .where('status', 'in', ['SCHEDULED', 'RUNNING', 'PAUSED'])
    .limit(1);
  if ((await tx.run(user)).length > 0)
    throw userError(
      'CONFLICT',
      ['id'],
      'A campaign that is scheduled, running or paused sends from this number. Cancel it or let it finish first.',
    );
}
