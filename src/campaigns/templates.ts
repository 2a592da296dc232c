/** The templates of campaigns, with what WhatsApp reported of them. */
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';

/** A template of a campaign. */
export interface CampaignTemplateRow {
  campaignId: string;
  templateName: string;
  language: string;
  weight: number;
  parameters: string[];
  /** Null until WhatsApp reports it. */
  status: string | null;
  statusReason: string | null;
  quality: string | null;
}

/** Reads the templates of campaigns in their order, by the campaigns' ids. */
export const templatesOfCampaigns = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('campaign_template')
    .innerJoin('campaign', 'campaign.id', 'campaign_template.campaignId')
    .leftJoin('whatsapp_number', 'whatsapp_number.id', 'campaign.whatsAppNumberId')
    .leftJoin('whatsapp_template', (join) =>
      join
        .onRef('whatsapp_template.accountId', '=', 'whatsapp_number.accountId')
        .onRef('whatsapp_template.name', '=', 'campaign_template.templateName')
        .onRef('whatsapp_template.language', '=', 'campaign_template.language'),
    )
    .select([
      'campaign_template.campaignId',
      'campaign_template.templateName',
      'campaign_template.language',
      'campaign_template.weight',
      'campaign_template.parameters',
    ])
    .select([
      'whatsapp_template.status',
      'whatsapp_template.reason as statusReason',
      'whatsapp_template.quality',
    ])
    .where('campaign_template.campaignId', '=', anyOf(p.ids))
    .orderBy('campaign_template.campaignId')
    .orderBy('campaign_template.position')
    .$castTo<CampaignTemplateRow>(),
);
