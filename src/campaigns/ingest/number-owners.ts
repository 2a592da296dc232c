/**
 * Which tenant a WhatsApp number belongs to. Like finding the user of a token, this is a look-up
 * before the tenant is known.
 */
import { noticedCache } from '../../platform/cache/noticed-cache.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import { tenantOfNumber } from '../../tenancy/index.ts';
import { WHATSAPP_NUMBER_CHANGED } from '../topics.ts';

interface NumberOwner {
  /** Null for a number that nobody has connected. */
  tenantId: string | null;
  /** WhatsApp's id of the account that it belongs to; null until an event tells it. */
  accountId: string | null;
}

/** Follows changes, so that events do not go to a tenant that no longer has the number. */
const owners = perProcess((platform) =>
  noticedCache<NumberOwner>(platform, {
    name: 'whatsapp-numbers',
    kind: 'CAMPAIGNS',
    ttlMs: MINUTE,
    topic: WHATSAPP_NUMBER_CHANGED,
    keyOf: ({ id }) => id,
  }),
);

/**
 * Returns the tenant that has connected a number, or null. `phoneNumberId` is WhatsApp's own id of
 * the number.
 */
export async function numberOwner(
  platform: Platform,
  phoneNumberId: string,
): Promise<string | null> {
  const owner = await owners(platform).get(phoneNumberId, () => readOwner(platform, phoneNumberId));
  return owner?.tenantId ?? null;
}

async function readOwner(platform: Platform, phoneNumberId: string): Promise<NumberOwner> {
  const owner = await tenantOfNumber(platform.database, phoneNumberId);
  return owner ?? { tenantId: null, accountId: null };
}

/** Learns from an event which account a number belongs to. */
export async function learnAccount(
  platform: Platform,
  phoneNumberId: string,
  accountId: string,
): Promise<void> {
  const owner = await owners(platform).get(phoneNumberId, () => readOwner(platform, phoneNumberId));
  if (!owner?.tenantId || owner.accountId === accountId) return;
  const { tenantId } = owner;
  await platform.database
    .forTenant({ tenantId })
    .run(
      query
        .updateTable('whatsapp_number')
        .set({ accountId })
        .where('phoneNumberId', '=', phoneNumberId),
    );
  WHATSAPP_NUMBER_CHANGED.publish(platform, { tenantId, id: phoneNumberId });
}
