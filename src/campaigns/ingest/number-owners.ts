/**
 * Which tenant a WhatsApp number belongs to: like the user of a token, a look-up that no tenant
 * owns.
 */
import { noticedCache } from '../../platform/cache/noticed-cache.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import { WHATSAPP_NUMBER_CHANGED } from '../topics.ts';

/** `tenantId` is null for a number that nobody has connected. */
interface NumberOwner {
  tenantId: string | null;
}

/** Without notices of changes events could go to a tenant that has given the number up. */
const owners = perProcess((platform) =>
  noticedCache<NumberOwner>(platform, {
    name: 'whatsapp-numbers',
    ttlMs: MINUTE,
    topic: WHATSAPP_NUMBER_CHANGED,
    keyOf: ({ id }) => id,
  }),
);

/** The tenant that has connected a number, or null. */
export async function tenantOfNumber(
  platform: Platform,
  phoneNumberId: string,
): Promise<string | null> {
  const owner = await owners(platform).get(phoneNumberId, () => readOwner(platform, phoneNumberId));
  return owner?.tenantId ?? null;
}

async function readOwner(platform: Platform, phoneNumberId: string): Promise<NumberOwner> {
  const number = await platform.database.prisma.whatsappNumber.findUnique({
    where: { phoneNumberId },
    select: { tenantId: true },
  });
  return { tenantId: number?.tenantId ?? null };
}
