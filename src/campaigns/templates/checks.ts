/**
 * Checks the templates of campaigns against those that WhatsApp has. Where WhatsApp does not list
 * them, because it can't be reached or the token may not see them, nothing is checked: it will
 * refuse the first message then, and the campaign pauses.
 */
import { anyText } from '../../platform/database/arrays.ts';
import type { TenantQueries, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { TemplateComponents } from './components.ts';
import { type GivenTemplate, misfitsOf } from './fit.ts';
import { ensureListed } from './list.ts';
import { storedComponents } from './listed.ts';

/** A list that is younger than this is not asked for again to find that something is wrong. */
const LOOK_AGAIN_AFTER_MS = 5 * SECOND;

/** A template of a campaign and where an input has it. */
export interface CheckedTemplate {
  template: GivenTemplate;
  /** Leads to the template in the input; what is wrong within it follows, unless it is `whole`. */
  field: readonly string[];
  /** Whether the field is that of the campaign rather than of the template. */
  whole?: boolean;
}

/** What WhatsApp has is not what a campaign wants to send. */
class Misfits extends UserInputError {}

/**
 * Runs what checks templates with `checkTemplates`, on a list that is not older than any change
 * that WhatsApp has reported. What is found wrong is looked at again on a new list, since not every
 * change is reported.
 */
export async function withListedTemplates<T>(
  platform: Platform,
  viewer: Viewer,
  { from, run }: { from: NumberOf; run: () => Promise<T> },
): Promise<T> {
  const numberId = await numberOf(platform.database.forTenant(viewer), from);
  if (numberId === null) return run();
  const key = { tenantId: viewer.tenantId, numberId };
  await ensureListed(platform, key);
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Misfits)) throw error;
    if ((await ensureListed(platform, key, LOOK_AGAIN_AFTER_MS)) !== null) throw error;
    return run();
  }
}

/** Which number messages are sent from: the campaign's, the given one, or the tenant's first. */
export type NumberOf = { campaignId: string } | { whatsAppNumberId?: string | null | undefined };

/** The id of the number that messages are sent from; null if there is none. */
export async function numberOf(database: TenantQueries, from: NumberOf): Promise<string | null> {
  if ('campaignId' in from) {
    const [campaign] = await database.run(
      query.selectFrom('campaign').select('whatsAppNumberId').where('id', '=', from.campaignId),
    );
    return numberOf(database, { whatsAppNumberId: campaign?.whatsAppNumberId });
  }
  if (from.whatsAppNumberId != null) return from.whatsAppNumberId;
  const [first] = await database.run(
    query.selectFrom('whatsapp_number').select('id').orderBy('connectedAt').orderBy('id').limit(1),
  );
  return first?.id ?? null;
}

/** Throws an INVALID for everything that is wrong with templates that a number is to send. */
export async function checkTemplates(
  tx: TenantTransaction,
  numberId: string | null,
  checked: readonly CheckedTemplate[],
): Promise<void> {
  if (numberId === null) return;
  const [number] = await tx.run(
    query
      .selectFrom('whatsapp_number')
      .select('accountId')
      .where('id', '=', numberId)
      .where('templatesListedAt', 'is not', null),
  );
  if (number?.accountId == null) return;
  const names = checked.map(({ template }) => template.templateName);
  const rows = await tx.run(
    query
      .selectFrom('whatsapp_template')
      .select(['name', 'language', 'status', 'reason', 'hasNames', 'components'])
      .where('accountId', '=', number.accountId)
      .where('name', '=', anyText(names))
      .where('listedAt', 'is not', null),
  );
  const listed = Map.groupBy(
    rows.map((row) => ({
      ...row,
      status: row.status ?? '',
      components: storedComponents(row.components),
    })),
    ({ name }) => name,
  );
  const errors = checked.flatMap(({ template, field, whole = false }) =>
    misfitsOf(template, listed.get(template.templateName) ?? []).map(({ path, message }) => ({
      code: 'INVALID' as const,
      message,
      field: whole ? [...field] : [...field, ...path.map(String)],
    })),
  );
  if (errors.length > 0) throw new Misfits(errors);
}

/** Checks the templates of a stored campaign; what is wrong is told of `field`. */
export async function checkCampaign(
  tx: TenantTransaction,
  numberId: string,
  { id, field }: { id: string; field: string },
): Promise<void> {
  const templates = await tx.run(
    query
      .selectFrom('campaign_template')
      .select(['templateName', 'language', 'fallbackLanguages', 'parameters', 'components'])
      .where('campaignId', '=', id)
      .orderBy('position'),
  );
  await checkTemplates(
    tx,
    numberId,
    templates.map(({ components, ...template }) => ({
      template: {
        ...template,
        fallbackLanguages: template.fallbackLanguages ?? [],
        components: components === null ? null : TemplateComponents.parse(components),
      },
      field: [field],
      whole: true,
    })),
  );
}
