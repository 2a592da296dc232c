/** Lets the demo's WhatsApp numbers send through the sandbox. */
import { connectWhatsApp } from '../../campaigns/whatsapp/numbers.ts';
import type { Platform } from '../../platform/platform.ts';
import { tenantOfNumber } from '../../tenancy/index.ts';
import { DEMO_NUMBERS } from './finished-campaign.ts';

/** Sets the access token of the numbers. A number that was disconnected stays disconnected. */
export async function connectDemoNumbers(platform: Platform, accessToken: string): Promise<void> {
  for (const { tenantId, phoneNumberId, displayPhoneNumber } of DEMO_NUMBERS) {
    if ((await tenantOfNumber(platform.database, phoneNumberId))?.tenantId !== tenantId) continue;
    const viewer = { tenantId, userId: '', role: 'OWNER', contactId: null } as const;
    await connectWhatsApp(platform, viewer, { phoneNumberId, displayPhoneNumber, accessToken });
  }
}
