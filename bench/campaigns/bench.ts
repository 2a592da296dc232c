/** What the measurements of campaigns share. */
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { DemoBench } from '../demo.ts';

export interface CampaignBench extends DemoBench {
  /** The provider's id of the tenant's number. */
  phoneNumberId: string;
}

export async function campaignBench(bench: DemoBench): Promise<CampaignBench> {
  const { rows } = await bench.client.query<{ phoneNumberId: string }>(
    'select "phoneNumberId" from whatsapp_number where "tenantId" = $1',
    [bench.tenantId],
  );
  if (!rows[0]) throw new Error('Expected the demo data to have a number of owner@north.example');
  return { ...bench, phoneNumberId: rows[0].phoneNumberId };
}

/** The id of a campaign in the API. */
export function campaignId(uuid: string): string {
  return encodeGlobalId('Campaign', uuid);
}
