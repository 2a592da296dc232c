/**
 * Packet templates: Liquid sources that packets of a type are made from. Each type has at most one
 * default, which is active.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { PacketType } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError, userError } from '../../platform/errors.ts';
import { type Given, name, parseInput, text } from '../../platform/input.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { INTAKE_CATALOG, lockCatalog } from '../questionnaires/blocks.ts';
import { catalogCache } from '../caches.ts';
import type { TemplateRow } from '../packets/rows.ts';
import { publishCatalogChanged } from '../topics.ts';
import { PACKET_TYPES } from '../vocabulary.ts';
import { checkTemplate, MAX_HEADING_LENGTH, MAX_SOURCE_LENGTH } from '../rendering/index.ts';

const MAX_TEMPLATES = 50;
export const MAX_SECTIONS = 30;

const TEMPLATE_COLUMNS = [
  'id',
  'packetType',
  'name',
  'isDefault',
  'isActive',
  'sections',
  'updatedAt',
] as const;

/** Templates by id: `ids`. */
export const templatesById = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('packet_template')
    .select(TEMPLATE_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .$castTo<TemplateRow>(),
);

const defaultTemplates = prepare(() =>
  query
    .selectFrom('packet_template')
    .select(TEMPLATE_COLUMNS)
    .where('isDefault', '=', sql<boolean>`true`)
    .$castTo<TemplateRow>(),
);

export interface TemplateArguments {
  packetType?: PacketType | null;
  includeInactive?: boolean | null;
}

/** The templates of the tenant by type, the default first. */
export function listTemplates(
  platform: Platform,
  viewer: Viewer,
  { packetType, includeInactive }: TemplateArguments,
): Promise<TemplateRow[]> {
  return platform.database.forTenant(viewer).run(
    query
      .selectFrom('packet_template')
      .select(TEMPLATE_COLUMNS)
      .$if(packetType != null, (templates) =>
        templates.where('packetType', '=', packetType ?? 'WELCOME'),
      )
      .$if(!includeInactive, (templates) => templates.where('isActive', '=', true))
      .orderBy('packetType')
      .orderBy('isDefault', 'desc')
      .orderBy('name')
      .$castTo<TemplateRow>(),
  );
}

type Defaults = ReadonlyMap<PacketType, TemplateRow>;

const defaults = perProcess((platform) => catalogCache<Defaults>(platform, 'packet-templates'));

/**
 * The default templates of a tenant by type; from the cache when they are there and can be trusted.
 */
export function readDefaultTemplates(
  platform: Platform,
  { tenantId }: { tenantId: string },
): Promise<Defaults> {
  return defaults(platform)(tenantId, async () => {
    const rows = await platform.database.forTenant({ tenantId }).runPrepared(defaultTemplates, {});
    return new Map(rows.map((row) => [row.packetType, row]));
  });
}

const UpsertPacketTemplate = z.object({
  packetType: z.enum(PACKET_TYPES),
  name: name(),
  isDefault: z.boolean().nullish(),
  isActive: z.boolean().nullish(),
  sections: z
    .array(z.object({ heading: name(MAX_HEADING_LENGTH), body: text(MAX_SOURCE_LENGTH) }))
    .min(1, 'Expected at least one section.')
    .max(MAX_SECTIONS, `Expected at most ${MAX_SECTIONS} sections.`),
});
type TemplateInput = z.output<typeof UpsertPacketTemplate>;

/**
 * Creates or replaces the template with this type and name. A new default takes the place of the
 * old one.
 */
export async function upsertPacketTemplate(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof UpsertPacketTemplate>,
) {
  const template = parseInput(UpsertPacketTemplate, input);
  if (template.isDefault && template.isActive === false)
    throw userError(
      'INVALID',
      ['isDefault'],
      'A template that is not active can not be the default.',
    );
  requireSound(template);
  return platform.database.forTenant(viewer).change(INTAKE_CATALOG, async (tx) => {
    await lockCatalog(tx);
    await makeRoom(tx, template);
    const row = await writeTemplate(tx, template);
    publishCatalogChanged(platform, tx);
    return { packetTemplate: row };
  });
}

function requireSound({ sections }: TemplateInput): void {
  const problems = checkTemplate(sections);
  if (problems.length === 0) return;
  throw new UserInputError(
    problems.map(({ section, field, line, column, message }) => ({
      code: 'INVALID',
      field: ['sections', String(section), field],
      message: `Line ${line}, column ${column}: ${message}.`,
    })),
  );
}

/** What the template's own row and the others of its type have to do with it. */
async function makeRoom(tx: TenantTransaction, template: TemplateInput): Promise<void> {
  const ofType = await tx.run(
    query
      .selectFrom('packet_template')
      .select(['name', 'isDefault'])
      .where('packetType', '=', template.packetType),
  );
  const same = ofType.find((other) => other.name === template.name);
  if (!same && ofType.length >= MAX_TEMPLATES)
    throw userError(
      'INVALID',
      ['name'],
      `There are ${MAX_TEMPLATES} templates of this type already.`,
    );
  if (same?.isDefault && !template.isDefault) {
    const field = template.isActive === false ? 'isActive' : 'isDefault';
    throw userError(
      'CONFLICT',
      [field],
      'This is the default of its type: make another template the default first.',
    );
  }
  if (!template.isDefault || same?.isDefault) return;
  const unset = query
    .updateTable('packet_template')
    .set({ isDefault: false, updatedAt: sql`statement_timestamp()` });
  await tx.run(unset.where('packetType', '=', template.packetType).where('isDefault', '=', true));
}

async function writeTemplate(
  tx: TenantTransaction,
  { packetType, name: templateName, ...template }: TemplateInput,
): Promise<TemplateRow | undefined> {
  const values = {
    isDefault: template.isDefault ?? false,
    isActive: template.isActive ?? true,
    sections: JSON.stringify(template.sections),
  };
  const [row] = await tx.run(
    query
      .insertInto('packet_template')
      .values({ ...values, id: uuidv7(), packetType, name: templateName })
      .onConflict((conflict) =>
        conflict
          .columns(['tenantId', 'packetType', 'name'])
          .doUpdateSet({ ...values, updatedAt: sql`statement_timestamp()` }),
      )
      .returning(TEMPLATE_COLUMNS)
      .$castTo<TemplateRow>(),
  );
  return row;
}
