/** What a campaign's messages are sent with: its number, that number's token, and its templates. */
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { HttpClient } from '../../platform/http-client.ts';
import type { Platform } from '../../platform/platform.ts';
import { MessageTemplate } from '../templates/message-template.ts';
import { sentLanguage } from '../templates/rows.ts';
import { openToken } from '../whatsapp/access-token.ts';
import { WhatsAppClient } from '../whatsapp/client.ts';
import { type RunningCampaign, stillRuns } from './claim.ts';

/** A template of the campaign. */
export interface SendTemplate {
  name: string;
  /** Such as en_US. */
  language: string;
  contents: MessageTemplate;
}

/** Everything that is the same for all messages of a campaign. */
export interface Sender {
  /** The id of the number's row. */
  numberId: string;
  /** WhatsApp's own id of the number. */
  phoneNumberId: string;
  displayPhoneNumber: string;
  /** By the ids of their rows. */
  templates: Map<string, SendTemplate>;
  clientOf: (http: HttpClient) => WhatsAppClient;
}

/**
 * Reads a campaign's sender; null if the campaign no longer runs. Throws a SecretError if the token
 * cannot be decrypted.
 */
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
  const { phoneNumberId, displayPhoneNumber } = number;
  const accessToken = openToken(platform.config, {
    tenantId: database.tenantId,
    phoneNumberId,
    sealed: number.accessToken,
  });
  const apiUrl = platform.config.WHATSAPP_API_URL;
  return {
    numberId: number.id,
    phoneNumberId,
    displayPhoneNumber,
    templates: await readTemplates(database, campaign.id),
    clientOf: (http) => new WhatsAppClient({ apiUrl, phoneNumberId, accessToken, http }),
  };
}

async function readTemplates(
  database: TenantDatabase,
  campaignId: string,
): Promise<Map<string, SendTemplate>> {
  const templates = await database.run(
    query
      .selectFrom('campaign_template')
      .innerJoin('campaign', 'campaign.id', 'campaign_template.campaignId')
      .innerJoin('whatsapp_number', 'whatsapp_number.id', 'campaign.whatsAppNumberId')
      .select([
        'campaign_template.id',
        'campaign_template.templateName',
        'campaign_template.parameters',
        'campaign_template.components',
        sentLanguage().as('language'),
      ])
      .where('campaign_template.campaignId', '=', campaignId),
  );
  return new Map(
    templates.map(({ id, templateName, language, ...contents }) => [
      id,
      { name: templateName, language, contents: new MessageTemplate(contents) },
    ]),
  );
}
