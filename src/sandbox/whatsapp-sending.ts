/** Parses requests to send a template message, with the checks of the Cloud API. */
import { z } from 'zod';
import { errorAnswer, type WhatsAppAnswer } from './whatsapp-answers.ts';

/**
 * The existing templates by name: how many variables each has, and its languages; `en_US` when
 * absent.
 */
export type SandboxTemplates = Readonly<
  Record<string, { parameters: number; languages?: readonly string[] }>
>;

/** A template message to send; `callbackData` is null when not given. */
export interface Sending {
  to: string;
  template: string;
  language: string;
  parameters: string[];
  callbackData: string | null;
}

const TextParameter = z.object({ type: z.literal('text'), text: z.string().min(1).max(32_768) });
const Template = z.object({
  name: z.string().min(1),
  language: z.object({ code: z.string().min(1) }),
  components: z
    .array(z.object({ type: z.string(), parameters: z.array(TextParameter).optional() }))
    .optional(),
});
const Body = z.object({
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual').optional(),
  to: z.string().regex(/^\+?\d{7,15}$/),
  type: z.literal('template'),
  biz_opaque_callback_data: z.string().max(512).optional(),
  template: Template,
});

/** The message that a request asks to send, or the error to respond with. */
export function parseSending(
  body: string,
  templates: SandboxTemplates | undefined,
): Sending | { refusal: WhatsAppAnswer } {
  const parsed = Body.safeParse(asJson(body));
  if (!parsed.success) return { refusal: refusalOf(parsed.error) };
  const { to, template, biz_opaque_callback_data: callbackData = null } = parsed.data;
  const parameters = (template.components ?? [])
    .filter(({ type }) => type === 'body')
    .flatMap((component) => (component.parameters ?? []).map(({ text }) => text));
  // Parameters must not have line breaks, tabs or more than four spaces in a row.
  if (parameters.some((text) => /[\n\t]| {5}/.test(text)))
    return {
      refusal: errorAnswer(132012, {
        details: 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
      }),
    };
  const refusal = refusedTemplate(templates, template, parameters.length);
  return refusal
    ? { refusal }
    : { to, template: template.name, language: template.language.code, parameters, callbackData };
}

function refusedTemplate(
  templates: SandboxTemplates | undefined,
  { name, language }: z.output<typeof Template>,
  given: number,
): WhatsAppAnswer | null {
  if (!templates) return null;
  const known = templates[name];
  if (!known || !(known.languages ?? ['en_US']).includes(language.code))
    return errorAnswer(132001, {
      details: `template name (${name}) does not exist in ${language.code}`,
    });
  if (given === known.parameters) return null;
  return errorAnswer(132000, {
    details: `body: number of localizable_params (${given}) does not match the expected number of params (${known.parameters})`,
  });
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function refusalOf(error: z.ZodError): WhatsAppAnswer {
  const path = error.issues[0]?.path.map(String) ?? [];
  if (path[0] === 'to') return errorAnswer(131009, { details: 'Parameter value is not valid: to' });
  return errorAnswer(100, {
    message: `(#100) Invalid parameter${path.length > 0 ? `: ${path.join('.')}` : ''}`,
  });
}
