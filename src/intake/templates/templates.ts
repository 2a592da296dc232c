/**
 * Packet templates: the Liquid sources that packets are rendered from, by packet type and name. A
 * type has at most one default template, which is active; packets of the type are made from it.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { PacketType } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError, userError } from '../../platform/errors.ts';
import { type Given, name, parseInput, text } from '../../platform/input.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { catalogCache } from '../caches.ts';
import { changeCatalog } from '../catalog.ts';
import { checkTemplate, MAX_HEADING_LENGTH, MAX_SOURCE_LENGTH } from '../rendering/index.ts';
import type { TemplateSection } from '../vocabulary.ts';

/** Of one packet type. */
const MAX_TEMPLATES = 50;
export const MAX_SECTIONS = 30;

export interface TemplateRow {
  id: string;
  packetType: PacketType;
  name: string;
  isDefault: boolean;
  isActive: boolean;
  sections: TemplateSection[];
  updatedAt: Timestamp;
}

const TEMPLATE_COLUMNS = [
  'id',
  'packetType',
  'name',
  'isDefault',
  'isActive',
  'sections',
  'updatedAt',
] as const;

/** The templates with these `ids`. */
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

/** The templates of the tenant by type, of each type the default first, then by name. */
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

/** The default templates of a tenant by packet type, from the cache where it has them. */
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
  packetType: z.enum(PacketType),
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
 * Creates or replaces the template with this type and name. When it becomes the default, the
 * previous default of its type no longer is.
 */
export async function upsertPacketTemplate(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof UpsertPacketTemplate>,
) {
  const template = parseInput(UpsertPacketTemplate, input);
  if (template.isDefault && template.isActive === false)
    throw userError('INVALID', ['isDefault'], 'An inactive template cannot be the default.');
  requireParsable(template);
  return changeCatalog(platform, viewer, async (tx) => {
    const wasDefault = await requireAllowed(tx, template);
    if (template.isDefault && !wasDefault) await unsetDefault(tx, template.packetType);
    return { packetTemplate: await writeTemplate(tx, template) };
  });
}

function requireParsable({ sections }: TemplateInput): void {
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

/**
 * The type has room for the template, and keeps its default. Resolves with whether the template is
 * the default now.
 */
async function requireAllowed(tx: TenantTransaction, template: TemplateInput): Promise<boolean> {
  const ofType = await tx.run(
    query
      .selectFrom('packet_template')
      .select(['name', 'isDefault'])
      .where('packetType', '=', template.packetType),
  );
  const stored = ofType.find((other) => other.name === template.name);
  if (!stored && ofType.length >= MAX_TEMPLATES)
    throw userError('INVALID', ['name'], `A packet type has at most ${MAX_TEMPLATES} templates.`);
  if (stored?.isDefault && !template.isDefault)
    throw userError(
      'CONFLICT',
      [template.isActive === false ? 'isActive' : 'isDefault'],
      'This template is the default of its type: make another one the default first.',
    );
  return stored?.isDefault ?? false;
}

async function unsetDefault(tx: TenantTransaction, packetType: PacketType): Promise<void> {
  await tx.run(
    query
      .updateTable('packet_template')
      .set({ isDefault: false, updatedAt: sql`statement_timestamp()` })
      .where('packetType', '=', packetType)
      .where('isDefault', '=', true),
  );
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
