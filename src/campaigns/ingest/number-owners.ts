/**
 * Which tenant a WhatsApp number belongs to. Like finding the user of a token, this is a look-up
 * before the tenant is known.
 */
import { noticedCache } from '../../platform/cache/noticed-cache.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import { tenantOfNumber } from '../../tenancy/index.ts';
import { WHATSAPP_NUMBER_CHANGED } from '../topics.ts';

interface NumberOwner {
  /** Null for a number that nobody has connected. */
  tenantId: string | null;
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
  return { tenantId: (await tenantOfNumber(platform.database, phoneNumberId))?.tenantId ?? null };
}
