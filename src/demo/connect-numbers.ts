/** Lets the demo's WhatsApp numbers send: where there is a sandbox, with its access token. */
import { connectWhatsApp } from '../campaigns/whatsapp/numbers.ts';
import type { Platform } from '../platform/platform.ts';
import { DEMO_NUMBERS } from './finished-campaign.ts';

/** Numbers that somebody has disconnected stay so. */
export async function connectDemoNumbers(platform: Platform, accessToken: string): Promise<void> {
  for (const { tenantId, phoneNumberId, displayPhoneNumber } of DEMO_NUMBERS) {
    const number = await platform.database.prisma.whatsappNumber.findUnique({
      where: { phoneNumberId, tenantId },
      select: { id: true },
    });
    if (!number) continue;
    const viewer = { tenantId, userId: '', role: 'OWNER', contactId: null } as const;
    await connectWhatsApp(platform, viewer, { phoneNumberId, displayPhoneNumber, accessToken });
  }
}
