/** The templates of campaigns as they are stored, with what WhatsApp reported of them. */
import { sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { CampaignTemplate } from '../inputs.ts';
import { SENDABLE } from './listed.ts';

/** The columns that a template of a campaign is stored in. */
export function templateColumns({ components = null, ...template }: CampaignTemplate) {
  return { ...template, components: components === null ? null : JSON.stringify(components) };
}

/** The columns that a template of a campaign is copied with. */
export const TEMPLATE_COLUMNS = [
  'position',
  'templateName',
  'language',
  'fallbackLanguages',
  'weight',
  'parameters',
  'components',
] as const;

/**
 * The language that a template is sent in: of its own and those to fall back on, the first in which
 * the account of the joined number has it in a status that can be sent; its own if there is none.
 */
export function sentLanguage() {
  const languages = sql<
    string[]
  >`array_prepend("campaign_template"."language", "campaign_template"."fallbackLanguages")`;
  const approved = query
    .selectFrom('whatsapp_template as in_language')
    .select('in_language.language')
    .whereRef('in_language.accountId', '=', 'whatsapp_number.accountId' as never)
    .whereRef('in_language.name', '=', 'campaign_template.templateName' as never)
    .where('in_language.status', 'in', [...SENDABLE])
    .where(sql<boolean>`"in_language"."language" = any(${languages})`)
    .orderBy(sql`array_position(${languages}, "in_language"."language")`)
    .limit(1);
  return sql<string>`coalesce((${approved}), "campaign_template"."language")`;
}

/** A template of a campaign. */
export interface CampaignTemplateRow {
  campaignId: string;
  templateName: string;
  language: string;
  weight: number;
  parameters: string[];
  fallbackLanguages: string[];
  /** TemplateComponentsInput as it was given. */
  components: unknown;
  sentLanguage: string;
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
        .on('whatsapp_template.language', '=', sentLanguage()),
    )
    .select([
      'campaign_template.campaignId',
      'campaign_template.templateName',
      'campaign_template.language',
      'campaign_template.weight',
      'campaign_template.parameters',
      'campaign_template.fallbackLanguages',
      'campaign_template.components',
      sentLanguage().as('sentLanguage'),
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
