/** The inputs of campaigns' mutations. */
import { z } from 'zod';
import type { ContactFilter } from '../contacts/index.ts';
import { idOf, moment, name, text, wholeNumber } from '../platform/input.ts';
import { MAX_PARAMETER_LENGTH, parameterProblem } from './whatsapp/template-parameters.ts';

/** Ids in one mutation; a filter can add any number of contacts. */
export const MAX_CONTACT_IDS = 1_000;
export const MAX_TEMPLATES = 20;
// WhatsApp's own limits.
export const MAX_PARAMETERS = 50;
export const TEMPLATE_NAME_LENGTH = 512;
export const LANGUAGE_LENGTH = 20;
const LANGUAGE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/;
const MAX_WEIGHT = 10_000;

/** A check of text that has passed the checks before, so that one fault is not reported twice. */
function matching(pattern: RegExp, expected: string) {
  return z.string().regex(pattern, expected);
}

const parameter = text(MAX_PARAMETER_LENGTH).pipe(
  z.string().superRefine((source, context) => {
    const problem = parameterProblem(source);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
);

const TemplateInput = z.object({
  templateName: name(TEMPLATE_NAME_LENGTH),
  language: name(LANGUAGE_LENGTH)
    .pipe(matching(LANGUAGE, 'Expected a language code, such as en_US.'))
    .nullish(),
  weight: wholeNumber(1, MAX_WEIGHT).nullish(),
  parameters: z
    .array(parameter)
    .max(MAX_PARAMETERS, `Expected at most ${MAX_PARAMETERS} parameters.`)
    .nullish(),
});
export type TemplateInput = z.output<typeof TemplateInput>;

const templates = z
  .array(TemplateInput)
  .min(1, 'Expected at least one template.')
  .max(MAX_TEMPLATES, `Expected at most ${MAX_TEMPLATES} templates.`)
  .superRefine((given, context) => {
    const names = given.map(({ templateName }) => templateName);
    names.forEach((templateName, index) => {
      if (names.indexOf(templateName) < index)
        context.addIssue({
          code: 'custom',
          path: [index, 'templateName'],
          message: 'Expected each template once: figures are kept by the name of the template.',
        });
    });
  });

/** Checked by the contacts domain, after the rest of the input. */
const contactFilter = z.custom<ContactFilter>((value) => typeof value === 'object');
const contactIds = z
  .array(idOf('Contact'))
  .max(
    MAX_CONTACT_IDS,
    `Expected at most ${MAX_CONTACT_IDS.toLocaleString('en')} ids; use contactFilter to add more contacts.`,
  );

export const CreateCampaign = z.object({
  name: name(),
  whatsAppNumberId: idOf('WhatsAppNumber').nullish(),
  scheduledAt: moment().nullish(),
  templates,
  contactIds: contactIds.nullish(),
  contactFilter: contactFilter.nullish(),
});

export const UpdateCampaign = z.object({
  id: idOf('Campaign'),
  name: name().optional(),
  scheduledAt: moment().nullish(),
});

export const AddCampaignContacts = z
  .object({
    campaignId: idOf('Campaign'),
    contactIds: contactIds.nullish(),
    contactFilter: contactFilter.nullish(),
  })
  .refine(({ contactIds: ids, contactFilter: filter }) => ids != null || filter != null, {
    path: ['contactIds'],
    message: 'Expected contactIds or contactFilter.',
  });

export const CampaignId = z.object({ id: idOf('Campaign') });

export const ACCESS_TOKEN_LENGTH = 2_000;
export const PHONE_NUMBER_ID_LENGTH = 64;
export const DISPLAY_NUMBER_LENGTH = 50;
export const ConnectWhatsApp = z.object({
  phoneNumberId: name(PHONE_NUMBER_ID_LENGTH).pipe(
    matching(
      /^\w[\w-]*$/,
      'Expected the id that WhatsApp gives the phone number, not the phone number itself.',
    ),
  ),
  displayPhoneNumber: name(DISPLAY_NUMBER_LENGTH),
  accessToken: name(ACCESS_TOKEN_LENGTH).pipe(
    matching(/^[\x21-\x7e]+$/, 'Expected an access token: ASCII characters without spaces.'),
  ),
});
