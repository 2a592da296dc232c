/** What one contact would get: the templates of a campaign, filled for the contact. */
import { sql } from 'kysely';
import { z } from 'zod';
import { hasOptedOut } from '../../contacts/index.ts';
import { anyText } from '../../platform/database/arrays.ts';
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { RequestError } from '../../platform/errors.ts';
import { idOf, parseArgument, parseId } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { CampaignTemplate, MAX_TEMPLATES } from '../inputs.ts';
import { NO_PHONE, OPTED_OUT } from '../sending/queue.ts';
import { readRecipients } from '../sending/recipients.ts';
import { ParameterError, type Recipient } from '../whatsapp/template-parameters.ts';
import { numberOf } from './checks.ts';
import { ensureListed } from './list.ts';
import { type ListedComponent, SENDABLE, storedComponents, variablesIn } from './listed.ts';
import {
  type MessageComponent,
  type MessageMedia,
  type MessageParameter,
  MessageTemplate,
} from './message-template.ts';
import { templatesOfCampaigns } from './rows.ts';

/** A campaign that is not created yet, as far as messages depend on it. */
export const PreviewInput = z
  .object({
    whatsAppNumberId: idOf('WhatsAppNumber')
      .nullish()
      .describe('The number to send from. If omitted, the number that was connected first.'),
    templates: z
      .array(CampaignTemplate)
      .min(1, 'Expected at least one template.')
      .max(MAX_TEMPLATES, `Expected at most ${MAX_TEMPLATES} templates.`)
      .describe('The templates to fill.'),
  })
  .describe('Templates to preview before their campaign is created.');

/** A button as a contact sees it. */
export interface PreviewButton {
  type: string;
  text: string;
  /** The address with its variable filled. */
  url: string | null;
  code: string | null;
  payload: string | null;
}

/** A template as a contact gets it. */
export interface MessagePreview {
  templateName: string;
  language: string;
  /** Why the contact would not get it, for a person; null if it can be sent. */
  problem: string | null;
  headerText: string | null;
  /** IMAGE, VIDEO or DOCUMENT; null if the header is none. */
  mediaKind: string | null;
  media: MessageMedia | null;
  /** Null if the template is not listed. */
  body: string | null;
  footer: string | null;
  parameters: string[];
  buttons: PreviewButton[];
}

/** Which message is previewed: of a campaign, or of `input`. */
export interface PreviewArguments {
  campaignId?: string | null;
  input?: unknown;
  contactId: string;
}

/** A template whose language is chosen. */
export interface ChosenTemplate {
  templateName: string;
  language: string;
  parameters: readonly string[];
  components: unknown;
}

/** A template with the languages that it may be sent in. */
type TemplateToChoose = ChosenTemplate & { fallbackLanguages: readonly string[] };

/** Renders every template for a contact. NOT_FOUND if there is no such campaign, number or contact. */
export async function previewMessages(
  platform: Platform,
  viewer: Viewer,
  { campaignId, input, contactId }: PreviewArguments,
): Promise<MessagePreview[]> {
  if ((campaignId == null) === (input == null))
    throw new RequestError('BAD_USER_INPUT', 'Expected either campaignId or input.');
  const id = parseId(['Contact'], 'contactId', contactId);
  const database = platform.database.forTenant(viewer);
  const given = input == null ? null : parseArgument(PreviewInput, 'input', input);
  const from = given ?? { campaignId: parseId(['Campaign'], 'campaignId', campaignId ?? '') };
  const numberId = await numberOf(database, from);
  if (given?.whatsAppNumberId != null) await requireNumber(database, given.whatsAppNumberId);
  if (numberId !== null) await ensureListed(platform, { tenantId: viewer.tenantId, numberId });
  const contact = await readContact(database, id);
  if (contact === null) throw nothing();
  const templates: readonly TemplateToChoose[] =
    given?.templates.map((one) => ({ ...one, components: one.components ?? null })) ??
    (await ofCampaign(database, 'campaignId' in from ? from.campaignId : ''));
  return (await inSentLanguage(database, numberId, templates)).map((template) => {
    const { components, problem } = fillTemplate(template, contact.recipient);
    return show(template, { components, problem: problem ?? contact.problem });
  });
}

/**
 * Templates in the language that a number sends them in: of their own and those to fall back on, the
 * first that WhatsApp lists as sendable; their own if there is none.
 */
export async function inSentLanguage(
  database: TenantDatabase,
  numberId: string | null,
  templates: readonly TemplateToChoose[],
): Promise<(ChosenTemplate & { listed: ListedComponent[] | null })[]> {
  const listed = await readListed(database, numberId, templates);
  return templates.map((template) => {
    const ofName = listed.filter(({ name }) => name === template.templateName);
    const found = [template.language, ...template.fallbackLanguages].flatMap(
      (code) => ofName.find((one) => one.language === code) ?? [],
    );
    const sent = found.find(({ status }) => SENDABLE.some((one) => one === status));
    const known = sent ?? found.find(({ language }) => language === template.language);
    return {
      ...template,
      language: sent?.language ?? template.language,
      listed: known?.components == null ? null : storedComponents(known.components),
    };
  });
}

/** A template filled for a recipient, or why it can't be. */
export function fillTemplate(
  template: ChosenTemplate,
  recipient: Recipient,
): { components: MessageComponent[]; problem: string | null } {
  try {
    return { components: new MessageTemplate(template).render(recipient), problem: null };
  } catch (error) {
    if (error instanceof ParameterError) return { components: [], problem: error.message };
    throw error;
  }
}

/** A contact as templates see it, with why a campaign leaves it out; null if there is none. */
async function readContact(
  database: TenantDatabase,
  id: string,
): Promise<{ recipient: Recipient; problem: string | null } | null> {
  const recipient = (await readRecipients(database, [id])).get(id);
  if (!recipient) return null;
  if (recipient.contact.phone === null) return { recipient, problem: NO_PHONE };
  const optedOut = await isOptedOut(database, recipient.contact.phone, id);
  return { recipient, problem: optedOut ? OPTED_OUT : null };
}

/** Whether the person at a number, or a contact, has opted out. */
export async function isOptedOut(
  database: TenantDatabase,
  phone: string,
  contactId: string | null,
): Promise<boolean> {
  const [row] = await database.run(
    query.selectNoFrom(hasOptedOut(sql`${phone}::text`, sql`${contactId}::uuid`).as('isOptedOut')),
  );
  return row?.isOptedOut ?? false;
}

async function ofCampaign(database: TenantDatabase, id: string) {
  const rows = await database.runPrepared(templatesOfCampaigns, { ids: [id] });
  if (rows.length === 0) throw nothing();
  return rows;
}

async function requireNumber(database: TenantDatabase, id: string): Promise<void> {
  const found = await database.run(
    query.selectFrom('whatsapp_number').select('id').where('id', '=', id),
  );
  if (found.length === 0) throw nothing();
}

function nothing() {
  return new RequestError('NOT_FOUND', 'Nothing with this id exists.');
}

async function readListed(
  database: TenantDatabase,
  numberId: string | null,
  templates: readonly TemplateToChoose[],
) {
  if (numberId === null) return [];
  return database.run(
    query
      .selectFrom('whatsapp_template')
      .innerJoin('whatsapp_number', 'whatsapp_number.accountId', 'whatsapp_template.accountId')
      .select(['whatsapp_template.name', 'whatsapp_template.language'])
      .select(['whatsapp_template.status', 'whatsapp_template.components'])
      .where('whatsapp_number.id', '=', numberId)
      .where('whatsapp_template.listedAt', 'is not', null)
      .where('whatsapp_template.name', '=', anyText(templates.map((one) => one.templateName))),
  );
}

function show(
  {
    templateName,
    language,
    listed,
  }: Pick<ChosenTemplate, 'templateName' | 'language'> & { listed: ListedComponent[] | null },
  { components, problem }: { components: readonly MessageComponent[]; problem: string | null },
): MessagePreview {
  const of = (type: string) => listed?.find((one) => one.type === type);
  const parametersOf = (type: string) =>
    components.find((one) => one.type === type)?.parameters ?? [];
  const header = parametersOf('header');
  const body = parametersOf('body');
  return {
    templateName,
    language,
    problem,
    headerText:
      of('HEADER')?.format === 'TEXT'
        ? filled(of('HEADER')?.text ?? null, header)
        : (textsOf(header)[0] ?? null),
    ...mediaOf(header),
    body: filled(of('BODY')?.text ?? null, body),
    footer: of('FOOTER')?.text ?? null,
    parameters: textsOf(body),
    buttons: buttonsOf(of('BUTTONS')?.buttons ?? [], components),
  };
}

function textsOf(parameters: readonly MessageParameter[]): string[] {
  return parameters.flatMap((one) => (one.type === 'text' ? [one.text] : []));
}

function mediaOf([parameter]: readonly MessageParameter[]) {
  if (parameter?.type === 'image') return { mediaKind: 'IMAGE', media: parameter.image };
  if (parameter?.type === 'video') return { mediaKind: 'VIDEO', media: parameter.video };
  if (parameter?.type === 'document') return { mediaKind: 'DOCUMENT', media: parameter.document };
  return { mediaKind: null, media: null };
}

/** A text with its variables filled, as far as there are parameters. */
function filled(text: string | null, parameters: readonly MessageParameter[]): string | null {
  if (text === null) return null;
  const variables = variablesIn(text);
  const values = new Map(
    parameters.flatMap((one, index) =>
      one.type === 'text' ? [[one.parameter_name ?? variables[index], one.text]] : [],
    ),
  );
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole);
}

function buttonsOf(
  listed: ListedComponent['buttons'],
  components: readonly MessageComponent[],
): PreviewButton[] {
  return listed.map(({ type, text, url }, index) => {
    const sent = components.find((one) => one.type === 'button' && one.index === String(index));
    const [parameter] = sent?.parameters ?? [];
    return {
      type,
      text,
      url: filled(url, parameter?.type === 'text' ? [parameter] : []),
      code: parameter?.type === 'coupon_code' ? parameter.coupon_code : null,
      payload: parameter?.type === 'payload' ? parameter.payload : null,
    };
  });
}
