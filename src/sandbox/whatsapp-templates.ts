/**
 * The templates of the sandbox's account, in the shapes of the Graph API, and the Cloud API's checks
 * of what they are sent with.
 */
import { errorAnswer, type WhatsAppAnswer } from './whatsapp-answers.ts';

/** A template as `message_templates` lists it. */
export interface SandboxTemplate {
  id: string;
  name: string;
  language: string;
  status: string;
  category: string;
  parameter_format?: 'POSITIONAL' | 'NAMED';
  quality_score?: { score: string };
  rejected_reason?: string;
  components: readonly SandboxComponent[];
}

interface SandboxComponent {
  type: 'HEADER' | 'BODY' | 'FOOTER' | 'BUTTONS';
  format?: 'TEXT' | 'IMAGE' | 'VIDEO' | 'DOCUMENT';
  text?: string;
  example?: object;
  buttons?: readonly { type: string; text: string; url?: string; example?: unknown }[];
}

/** A parameter of a message as it was sent. */
export interface SentParameter {
  type: string;
  parameter_name?: string | undefined;
}

/** A component of a message as it was sent. */
export interface SentComponent {
  type: string;
  sub_type?: string | undefined;
  index?: string | number | undefined;
  parameters?: readonly SentParameter[] | undefined;
}

type Change = Partial<Omit<SandboxTemplate, 'id' | 'name' | 'components'>>;

/** A template with these components; an approved one for marketing in English unless changed. */
export function sandboxTemplate(
  name: string,
  components: readonly SandboxComponent[],
  change: Change = {},
): SandboxTemplate {
  const { language = 'en_US' } = change;
  const number = [...`${name}/${language}`].reduce(
    (sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007,
    7,
  );
  return {
    status: 'APPROVED',
    category: 'MARKETING',
    parameter_format: 'POSITIONAL',
    quality_score: { score: 'GREEN' },
    rejected_reason: 'NONE',
    ...change,
    id: `10${String(number).padStart(13, '0')}`,
    name,
    language,
    components,
  };
}

/** A body of text. */
export function body(text: string): SandboxComponent {
  return { type: 'BODY', text };
}

const FOOTER: SandboxComponent = { type: 'FOOTER', text: 'Reply STOP to get no more offers.' };

/** The templates of an agency, as an account has them after some months. */
export const USUAL_TEMPLATES: readonly SandboxTemplate[] = [
  sandboxTemplate('spring_offer', [
    body('Spring is here, and with it our offer: a free first session until the end of April.'),
    FOOTER,
  ]),
  sandboxTemplate('autumn_offer', [
    body('Our autumn offer is out: ten sessions for the price of eight.'),
    FOOTER,
  ]),
  sandboxTemplate('autumn_offer_short', [body('Ten sessions for the price of eight.'), FOOTER]),
  sandboxTemplate('autumn_offer_video', [
    { type: 'HEADER', format: 'VIDEO', example: { header_handle: ['4::autumn'] } },
    body('See what our autumn offer looks like.'),
    FOOTER,
  ]),
  sandboxTemplate('winter_check_in', [
    body('Hi {{1}}, how is your training going? We have time for a check-in this week.'),
    { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Yes please' }] },
  ]),
  sandboxTemplate(
    'winter_check_in',
    [
      body('Hallo {{1}}, wie läuft Ihr Training? Diese Woche haben wir Zeit für ein Gespräch.'),
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Ja, gern' }] },
    ],
    { language: 'de' },
  ),
  sandboxTemplate('winter_check_in_company', [
    body('Hi {{1}}, we would like to plan the year with {{2}}. When may we call you?'),
  ]),
  sandboxTemplate('summer_sale', [body('Hi {{1}}, our summer sale ends on Sunday.'), FOOTER], {
    status: 'PAUSED',
    quality_score: { score: 'RED' },
  }),
  sandboxTemplate('new_arrivals', [
    { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::arrivals'] } },
    body('Hi {{1}}, this is new in our studio.'),
    FOOTER,
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'URL', text: 'Have a look', url: 'https://shop.example/new/{{1}}' },
        { type: 'QUICK_REPLY', text: 'Stop promotions' },
      ],
    },
  ]),
  sandboxTemplate('voucher', [
    { type: 'HEADER', format: 'TEXT', text: 'A gift for {{1}}' },
    body('Use your code within {{1}} days.'),
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'COPY_CODE', text: 'Copy offer code' },
        { type: 'PHONE_NUMBER', text: 'Call us' },
      ],
    },
  ]),
  sandboxTemplate(
    'order_update',
    [
      { type: 'HEADER', format: 'TEXT', text: 'Order {{order_id}}' },
      body('Hello {{first_name}}, your order {{order_id}} is on its way to {{city}}.'),
    ],
    { category: 'UTILITY', parameter_format: 'NAMED' },
  ),
  sandboxTemplate(
    'invoice_ready',
    [
      { type: 'HEADER', format: 'DOCUMENT', example: { header_handle: ['4::invoice'] } },
      body('Hello {{1}}, here is your invoice.'),
    ],
    { category: 'UTILITY', quality_score: { score: 'UNKNOWN' } },
  ),
  sandboxTemplate('loyalty_club', [body('Join our loyalty club, {{1}}!')], {
    status: 'REJECTED',
    rejected_reason: 'TAG_CONTENT_MISMATCH',
  }),
  sandboxTemplate('january_restart', [body('Ready for a restart, {{1}}?')], {
    status: 'PENDING',
    quality_score: { score: 'UNKNOWN' },
  }),
];

/** The error for a template that does not exist, cannot be sent, or is sent with other parameters. */
export function refusedTemplate(
  templates: readonly SandboxTemplate[],
  { name, language }: { name: string; language: { code: string } },
  components: readonly SentComponent[],
): WhatsAppAnswer | null {
  const known = templates.find((one) => one.name === name && one.language === language.code);
  if (!known)
    return errorAnswer(132001, {
      details: `template name (${name}) does not exist in ${language.code}`,
    });
  if (known.status === 'PAUSED') return errorAnswer(132015);
  if (known.status !== 'APPROVED')
    return errorAnswer(132001, { details: `template name (${name}) is not approved` });
  for (const component of known.components) {
    const refusal = refusedComponent(known, component, components);
    if (refusal !== null) return refusal;
  }
  return null;
}

function refusedComponent(
  { parameter_format: format }: SandboxTemplate,
  component: SandboxComponent,
  sent: readonly SentComponent[],
): WhatsAppAnswer | null {
  if (component.type === 'BUTTONS')
    return refusedButtons(
      component.buttons ?? [],
      sent.filter(({ type }) => type.toLowerCase() === 'button'),
    );
  const of = component.type.toLowerCase();
  const given = sent.find(({ type }) => type.toLowerCase() === of)?.parameters ?? [];
  const media = component.type === 'HEADER' && component.format !== 'TEXT';
  if (media) {
    const wanted = component.format?.toLowerCase() ?? '';
    return given.length === 1 && given[0]?.type === wanted
      ? null
      : errorAnswer(132012, {
          details: `header: Format mismatch, expected ${component.format}, received ${given[0]?.type.toUpperCase() ?? 'UNKNOWN'}`,
        });
  }
  const variables = [...new Set(component.text?.match(/\{\{\w+\}\}/g) ?? [])];
  if (given.length !== variables.length)
    return errorAnswer(132000, {
      details: `${of}: number of localizable_params (${given.length}) does not match the expected number of params (${variables.length})`,
    });
  const names = given.map((parameter) => `{{${parameter.parameter_name}}}`);
  return format !== 'NAMED' || variables.every((variable) => names.includes(variable))
    ? null
    : errorAnswer(100, {
        message: '(#100) Invalid parameter',
        details: 'Parameter name is missing',
      });
}

function refusedButtons(
  buttons: NonNullable<SandboxComponent['buttons']>,
  sent: readonly SentComponent[],
): WhatsAppAnswer | null {
  const needed = buttons.flatMap(({ type, url }, index) =>
    type === 'COPY_CODE' || (type === 'URL' && url?.includes('{{')) ? [{ type, index }] : [],
  );
  for (const { type, index } of needed)
    if (
      !sent.some(
        (one) => String(one.index) === String(index) && one.sub_type === type.toLowerCase(),
      )
    )
      return errorAnswer(131008, {
        message: '(#131008) Required parameter is missing',
        details: `buttons: Button at index ${index} of type ${type === 'URL' ? 'Url' : type} requires a parameter`,
      });
  return null;
}

/** A page of the list, 25 templates unless asked for up to 1,000. */
export function templatePage(templates: readonly SandboxTemplate[], url: URL): WhatsAppAnswer {
  const limit = Math.min(1_000, Number(url.searchParams.get('limit') ?? 25));
  const from = Number(Buffer.from(url.searchParams.get('after') ?? '', 'base64').toString() || 0);
  const data = templates.slice(from, from + limit);
  const cursor = (at: number) => Buffer.from(String(at)).toString('base64');
  const after = from + data.length;
  if (data.length === 0) return { status: 200, body: { data } };
  const next = new URL(url);
  next.searchParams.set('after', cursor(after));
  return {
    status: 200,
    body: {
      data,
      paging: {
        cursors: { before: cursor(from), after: cursor(after) },
        ...(after < templates.length ? { next: next.toString() } : {}),
      },
    },
  };
}
