/**
 * What fills the components of a template at WhatsApp: its header, its body and its buttons. The
 * body's variables in their order are `parameters` of the campaign's template; here they have names.
 */
import { z } from 'zod';
import { name, text, wholeNumber } from '../../platform/input.ts';
import { MAX_PARAMETER_LENGTH, parameterProblem } from '../whatsapp/template-parameters.ts';

// WhatsApp's own limits.
/** Variables in one body. */
export const MAX_PARAMETERS = 50;
const MAX_BUTTONS = 10;
const VARIABLE_NAME_LENGTH = 100;
const MEDIA_ID_LENGTH = 100;

/** Text or Liquid that fills a variable. */
export const parameter = text(MAX_PARAMETER_LENGTH).pipe(
  z.string().superRefine((source, context) => {
    const problem = parameterProblem(source);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
);

const LIQUID = 'Text or Liquid, with the variables of `parameters`.';

/** What fills one variable. */
export const TemplateVariable = z
  .object({
    name: name(VARIABLE_NAME_LENGTH)
      .pipe(z.string().regex(/^[a-z0-9_]+$/i, 'Expected letters, digits and underscores.'))
      .nullish()
      .describe(
        'The name of the variable, such as first_name for {{first_name}}. Omit it for {{1}}.',
      ),
    text: parameter.describe(LIQUID),
  })
  .describe('What fills a variable of a template.');

/** Whether an address is one that WhatsApp fetches a file from. */
export function isMediaLink(link: string): boolean {
  return URL.parse(link)?.protocol === 'https:';
}

/** A picture, a video or a document. */
export const TemplateMedia = z
  .object({
    link: parameter
      .refine(
        // What Liquid makes of it is known for each recipient only.
        (link) => /\{[{%]/.test(link) || isMediaLink(link),
        'Expected an address that begins with https://.',
      )
      .nullish()
      .describe(`Where WhatsApp fetches the file: an https address. ${LIQUID}`),
    mediaId: name(MEDIA_ID_LENGTH)
      .pipe(z.string().regex(/^[\w.:-]+$/, "Expected WhatsApp's id of an uploaded file."))
      .nullish()
      .describe("WhatsApp's id of a file that was uploaded for the number."),
    filename: parameter
      .nullish()
      .describe(`The name that the recipient sees, for a document only. ${LIQUID}`),
  })
  .refine(({ link, mediaId }) => (link == null) !== (mediaId == null), {
    path: ['link'],
    message: 'Expected either link or mediaId.',
  })
  .describe('A file for the header of a template: either by a link or by its id at WhatsApp.');

const MEDIA = 'of a template whose header is';

/** What fills a header: exactly one of these. */
export const TemplateHeader = z
  .object({
    text: TemplateVariable.nullish().describe('The variable of a header of text.'),
    image: TemplateMedia.nullish().describe(`The picture ${MEDIA} a picture.`),
    video: TemplateMedia.nullish().describe(`The video ${MEDIA} a video.`),
    document: TemplateMedia.nullish().describe(`The file ${MEDIA} a document.`),
  })
  .superRefine(({ image, video }, context) => {
    for (const [kind, media] of Object.entries({ image, video }))
      if (media?.filename != null)
        context.addIssue({
          code: 'custom',
          path: [kind, 'filename'],
          message: 'Expected no filename: only documents have one.',
        });
  })
  .describe('What fills the header of a template. Give the one that the template has.');

/** What fills a button: its place and exactly one value. */
export const TemplateButton = z
  .object({
    index: wholeNumber(0, MAX_BUTTONS - 1).describe(
      'The place of the button among all buttons of the template, from 0.',
    ),
    urlSuffix: parameter
      .nullish()
      .describe(`What fills the variable at the end of the address of a URL button. ${LIQUID}`),
    code: parameter.nullish().describe(`The code that a copy-code button copies. ${LIQUID}`),
    payload: parameter
      .nullish()
      .describe(
        `What comes back with the reply when a quick-reply button is tapped: the button's text if omitted. ${LIQUID}`,
      ),
  })
  .refine(
    ({ urlSuffix, code, payload }) =>
      [urlSuffix, code, payload].filter((value) => value != null).length === 1,
    { path: ['index'], message: 'Expected exactly one of urlSuffix, code and payload.' },
  )
  .describe('What fills a button of a template.');

/** What fills the components of a template. */
export const TemplateComponents = z
  .object({
    header: TemplateHeader.nullish().describe(
      "The header's variable or file. Omit it if the template's header needs none.",
    ),
    body: z
      .array(TemplateVariable)
      .max(MAX_PARAMETERS, `Expected at most ${MAX_PARAMETERS} variables.`)
      .nullish()
      .describe("The body's variables, for a template whose variables have names."),
    buttons: z
      .array(TemplateButton)
      .max(MAX_BUTTONS, `Expected at most ${MAX_BUTTONS} buttons.`)
      .nullish()
      .describe('The buttons that have a variable, a code or a payload.'),
  })
  .superRefine(({ body, buttons }, context) => {
    const names = (body ?? []).map((variable) => variable.name ?? null);
    names.forEach((one, index) => {
      if ((one === null) !== (names[0] === null))
        context.addIssue({
          code: 'custom',
          path: ['body', index, 'name'],
          message: 'Expected names for all variables or for none.',
        });
      else if (one !== null && names.indexOf(one) < index) addRepeated(context, 'body', index);
    });
    const places = (buttons ?? []).map(({ index }) => index);
    places.forEach((place, index) => {
      if (places.indexOf(place) < index) addRepeated(context, 'buttons', index);
    });
  })
  .describe(
    'What fills the header, the named variables and the buttons of a template. What it needs is in `whatsAppTemplates`.',
  );
/** What fills the components of a template, parsed. */
export type TemplateComponents = z.output<typeof TemplateComponents>;

function addRepeated(
  context: z.core.$RefinementCtx,
  list: 'body' | 'buttons',
  index: number,
): void {
  const field = list === 'body' ? 'name' : 'index';
  context.addIssue({
    code: 'custom',
    path: [list, index, field],
    message: `Expected each ${field} once.`,
  });
}
