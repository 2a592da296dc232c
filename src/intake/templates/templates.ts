/**
 * Packet templates: the Liquid sources that packets are rendered from, by packet type and name. A
 * type has at most one default template, which is active; packets of the type are made from it.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { PacketType } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { whereGiven } from '../../platform/database/filters.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError, userError } from '../../platform/errors.ts';
import { name, text } from '../../platform/input.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { count } from '../../schema-builder/maxima.ts';
import { catalogCache } from '../caches.ts';
import { changeCatalog } from '../catalog.ts';
import {
  checkTemplate,
  MAX_HEADING_LENGTH,
  MAX_SOURCE_LENGTH,
  MAX_TAGS,
} from '../rendering/index.ts';
import type { TemplateSection } from '../vocabulary.ts';

/** Of one packet type. */
const MAX_TEMPLATES = 50;
const MAX_SECTIONS = 30;

/** A template with its Liquid sources, in order. */
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

/** Reads templates by id, inactive ones included. */
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

/** By default, active templates of all types. */
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
      .$call(whereGiven(packetType, (type, eb) => eb('packetType', '=', type)))
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
 * The default templates of a tenant by packet type, from the cache if it has them. Callers share
 * the map and may not change it.
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

/** The sources of a section; whether they parse is checked by the rule. */
export const TemplateSectionInput = z
  .object({
    heading: name(MAX_HEADING_LENGTH).describe(
      'The Liquid source of the heading, which renders to one line of plain text.',
    ),
    body: text(MAX_SOURCE_LENGTH).describe(
      'The Liquid source of the text, which renders to Markdown. HTML in it is shown as text.',
    ),
  })
  .describe(
    `A section of a template. All sections together have at most ${count(MAX_SOURCE_LENGTH)} characters and ${count(MAX_TAGS)} tags and outputs.`,
  );

/** A whole template; type and name are its key. */
export const UpsertPacketTemplate = z
  .object({
    packetType: z.enum(PacketType).describe('The type of the packets that are made from it.'),
    name: name().describe(
      'Names the template among those of its type, and is the title of the packets.',
    ),
    isDefault: z
      .boolean()
      .default(false)
      .describe(
        'True makes packets of its type from this template from now on, instead of the default so far. False for the current default is a CONFLICT: make another one the default.',
      ),
    isActive: z
      .boolean()
      .default(true)
      .describe('False hides the template from lists. The default is always active.'),
    sections: z
      .array(TemplateSectionInput)
      .min(1, 'Expected at least one section.')
      .max(MAX_SECTIONS, `Expected at most ${MAX_SECTIONS} sections.`)
      .describe('The sections of a packet, in order; at least one.'),
  })
  .describe(
    'A template to create, or to replace as a whole, by its type and name. Its Liquid sees `client.name`, `client.clientType`, `answers.<question key>` and `computed.<name>`, such as `computed.targetKcal`; an answer that was not given renders empty.',
  );
type TemplateInput = z.output<typeof UpsertPacketTemplate>;

/**
 * Creates or replaces the template with this type and name. When it becomes the default, it
 * replaces the previous default of its type. Throws INVALID for sources that do not parse, and
 * CONFLICT if the type would be left without its default.
 */
export async function upsertPacketTemplate(
  platform: Platform,
  viewer: Viewer,
  template: TemplateInput,
) {
  if (template.isDefault && !template.isActive)
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
 * Throws unless the type has room for the template and keeps its default. Resolves with whether the
 * stored template is the default now.
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
    throw userError(
      'INVALID',
      ['name'],
      `A packet type may have at most ${MAX_TEMPLATES} templates.`,
    );
  if (stored?.isDefault && !template.isDefault)
    throw userError(
      'CONFLICT',
      [template.isActive ? 'isDefault' : 'isActive'],
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
    isDefault: template.isDefault,
    isActive: template.isActive,
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
