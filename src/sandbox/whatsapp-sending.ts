/** Parses requests to send a template message, with the checks of the Cloud API. */
import { z } from 'zod';
import { errorAnswer, type WhatsAppAnswer } from './whatsapp-answers.ts';
import { refusedTemplate, type SandboxTemplate } from './whatsapp-templates.ts';

/** A template message to send; `callbackData` is null when not given. */
export interface Sending {
  to: string;
  template: string;
  language: string;
  /** The texts of the body. */
  parameters: string[];
  /** All components, as they were sent. */
  components: SentMessageComponent[];
  callbackData: string | null;
}

const Media = z
  .object({
    link: z.url({ protocol: /^https?$/ }).optional(),
    id: z.string().min(1).optional(),
    filename: z.string().optional(),
  })
  .refine(({ link, id }) => (link === undefined) !== (id === undefined));
const Parameter = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('text'),
    text: z.string().min(1).max(32_768),
    parameter_name: z.string().optional(),
  }),
  z.object({ type: z.literal('payload'), payload: z.string().min(1).max(32_768) }),
  z.object({ type: z.literal('coupon_code'), coupon_code: z.string().min(1).max(32_768) }),
  z.object({ type: z.literal('image'), image: Media }),
  z.object({ type: z.literal('video'), video: Media }),
  z.object({ type: z.literal('document'), document: Media }),
]);
const Component = z.object({
  type: z.string(),
  sub_type: z.enum(['url', 'copy_code', 'quick_reply']).optional(),
  index: z.union([z.string().regex(/^\d$/), z.number().int()]).optional(),
  parameters: z.array(Parameter).optional(),
});
/** A component of a message as it was sent. */
export type SentMessageComponent = z.output<typeof Component>;
const Template = z.object({
  name: z.string().min(1),
  language: z.object({ code: z.string().min(1) }),
  components: z.array(Component).default([]),
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
  templates: readonly SandboxTemplate[] | undefined,
): Sending | { refusal: WhatsAppAnswer } {
  const parsed = Body.safeParse(asJson(body));
  if (!parsed.success) return { refusal: refusalOf(parsed.error) };
  const { to, template, biz_opaque_callback_data: callbackData = null } = parsed.data;
  const { components } = template;
  const textsOf = (of: readonly SentMessageComponent[]) =>
    of.flatMap(({ parameters = [] }) =>
      parameters.flatMap((parameter) => (parameter.type === 'text' ? [parameter.text] : [])),
    );
  const parameters = textsOf(components.filter(({ type }) => type === 'body'));
  // Parameters must not have line breaks, tabs or more than four spaces in a row.
  if (textsOf(components).some((text) => /[\n\t]| {5}/.test(text)))
    return {
      refusal: errorAnswer(132012, {
        details: 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
      }),
    };
  const refusal = templates && refusedTemplate(templates, template, components);
  if (refusal) return { refusal };
  const { name, language } = template;
  return { to, template: name, language: language.code, parameters, components, callbackData };
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
