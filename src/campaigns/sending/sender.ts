/** What a campaign is sent with: its number, the token of that, and its templates. */

import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { HttpClient } from '../../platform/http-client.ts';
import type { Platform } from '../../platform/platform.ts';
import { ParameterTemplates } from '../parameters.ts';
import { WhatsAppClient } from '../whatsapp/client.ts';
import { openToken } from '../whatsapp/numbers.ts';
import { type RunningCampaign, stillRuns } from './rows.ts';

export interface SendTemplate {
  name: string;
  language: string;
  parameters: ParameterTemplates;
}

export interface Sender {
  numberId: string;
  phoneNumberId: string;
  displayPhoneNumber: string;
  /** By the id of their row. */
  templates: Map<string, SendTemplate>;
  clientOf: (http: HttpClient) => WhatsAppClient;
}

/** Null when the campaign no longer runs. Throws a SecretError where the token does not open. */
export async function readSender(
  platform: Platform,
  database: TenantDatabase,
  campaign: RunningCampaign,
): Promise<Sender | null> {
  const [number] = await database.run(
    query
      .selectFrom('campaign')
      .innerJoin('whatsapp_number', 'whatsapp_number.id', 'campaign.whatsAppNumberId')
      .select([
        'whatsapp_number.id',
        'whatsapp_number.phoneNumberId',
        'whatsapp_number.displayPhoneNumber',
        'whatsapp_number.accessToken',
      ])
      .where('campaign.id', '=', campaign.id)
      .where((eb) => eb.exists(stillRuns(campaign))),
  );
  if (!number) return null;
  const templates = await database.run(
    query
      .selectFrom('campaign_template')
      .select(['id', 'templateName', 'language', 'parameters'])
      .where('campaignId', '=', campaign.id),
  );
  const { phoneNumberId, displayPhoneNumber } = number;
  const accessToken = openToken(platform, {
    tenantId: database.tenantId,
    phoneNumberId,
    sealed: number.accessToken,
  });
  return {
    numberId: number.id,
    phoneNumberId,
    displayPhoneNumber,
    templates: new Map(
      templates.map(({ id, templateName, language, parameters }) => [
        id,
        { name: templateName, language, parameters: new ParameterTemplates(parameters) },
      ]),
    ),
    clientOf: (http) =>
      new WhatsAppClient({
        apiUrl: platform.config.WHATSAPP_API_URL,
        phoneNumberId,
        accessToken,
        http,
      }),
  };
}
