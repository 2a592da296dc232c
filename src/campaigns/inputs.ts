/** The inputs of campaigns' mutations, as they are parsed and as the API describes them. */
import { z } from 'zod';
import { ContactFilter } from '../contacts/index.ts';
import { idOf, moment, name, wholeNumber } from '../platform/input.ts';
import { MAX_PARAMETERS, parameter, TemplateComponents } from './templates/components.ts';

/** Ids in one mutation; a filter can add any number of contacts. */
const MAX_CONTACT_IDS = 1_000;
/** Templates of one campaign. */
export const MAX_TEMPLATES = 20;
/** The characters that the name of a template may have. */
export const TEMPLATE_NAME_LENGTH = 512;
const LANGUAGE_LENGTH = 20;
const LANGUAGE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/;
const DEFAULT_LANGUAGE = 'en_US';
const MAX_FALLBACKS = 5;
const MAX_WEIGHT = 10_000;

const language = name(LANGUAGE_LENGTH).pipe(
  z.string().regex(LANGUAGE, 'Expected a language code, such as en_US.'),
);

/** A template of a new campaign. */
export const CampaignTemplate = z
  .object({
    templateName: name(TEMPLATE_NAME_LENGTH).describe(
      'The name of a template that WhatsApp has approved for the number.',
    ),
    language: language
      .default(DEFAULT_LANGUAGE)
      .describe('The language of the template, as the code that it has at WhatsApp.'),
    fallbackLanguages: z
      .array(language)
      .max(MAX_FALLBACKS, `Expected at most ${MAX_FALLBACKS} languages.`)
      .default([])
      .describe(
        'Languages to send in if WhatsApp has the template not approved in `language`: the first of them in which it is. The parameters have to fit all of them.',
      ),
    weight: wholeNumber(1, MAX_WEIGHT)
      .default(1)
      .describe(
        `The share of the contacts that get this template, relative to the weights of the other templates: from 1 to ${MAX_WEIGHT.toLocaleString('en')}.`,
      ),
    parameters: z
      .array(parameter)
      .max(MAX_PARAMETERS, `Expected at most ${MAX_PARAMETERS} parameters.`)
      .default([])
      .describe(
        "What fills the template's variables, in their order: text or Liquid with the variables `contact` (name, firstName, lastName, email, phone, jobTitle, leadStatus) and `organization` (name, industry, size, website, address, city, country), such as `{{ contact.firstName | default: 'friend' }}`.",
      ),
    components: TemplateComponents.nullish().describe(
      'What fills the rest of the template: its header, variables with names, and buttons. Omit it if the body with numbered variables is all that it has.',
    ),
  })
  .superRefine(({ parameters, components }, context) => {
    if (parameters.length > 0 && components?.body != null)
      context.addIssue({
        code: 'custom',
        path: ['components', 'body'],
        message: 'Expected either parameters or components.body.',
      });
  })
  .describe('A message template of the campaign. The contacts are divided among its templates.');
/** A parsed template of a new campaign. */
export type CampaignTemplate = z.output<typeof CampaignTemplate>;

const templates = z
  .array(CampaignTemplate)
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

const contactIds = z
  .array(idOf('Contact'))
  .max(
    MAX_CONTACT_IDS,
    `Expected at most ${MAX_CONTACT_IDS.toLocaleString('en')} ids; use contactFilter to add more contacts.`,
  );

/** The input of createCampaign. */
export const CreateCampaign = z
  .object({
    name: name().describe('A name for your tenant. Recipients never see it.'),
    whatsAppNumberId: idOf('WhatsAppNumber')
      .nullish()
      .describe('The number to send from. If omitted, the number that was connected first.'),
    scheduledAt: moment()
      .nullish()
      .describe(
        'When to start once launched. If omitted or in the past, launching starts at once.',
      ),
    templates: templates.describe('At least one template, each only once.'),
    contactIds: contactIds
      .nullish()
      .describe('Contacts to send to. More can be added until the campaign runs.'),
    contactFilter: ContactFilter.nullish().describe(
      'Adds every contact that matches now. An empty filter adds all contacts of your tenant; none are added if it is omitted.',
    ),
  })
  .describe('A new campaign.');

/** The input of updateCampaign. */
export const UpdateCampaign = z
  .object({
    id: idOf('Campaign').describe('The campaign to change.'),
    name: name().optional().describe('The new name. Unchanged if omitted.'),
    scheduledAt: moment()
      .nullish()
      .describe(
        'The new start. Unchanged if omitted. Null removes it, which makes a SCHEDULED campaign a DRAFT again.',
      ),
  })
  .describe('What to change in a campaign. What is omitted stays as it is.');

/** The input of addCampaignContacts. */
export const AddCampaignContacts = z
  .object({
    campaignId: idOf('Campaign').describe('A campaign that is a DRAFT or SCHEDULED.'),
    contactIds: contactIds
      .nullish()
      .describe('New recipients. Those that the campaign already has are not added again.'),
    contactFilter: ContactFilter.nullish().describe(
      'Adds every contact that matches now. An empty filter adds all contacts of your tenant; none are added if it is omitted.',
    ),
  })
  .refine(({ contactIds: ids, contactFilter: filter }) => ids != null || filter != null, {
    path: ['contactIds'],
    message: 'Expected contactIds or contactFilter.',
  })
  .describe('Contacts to add to a campaign, by their ids, by a filter, or both.');

/** The input of mutations that take a campaign and nothing else. */
export const CampaignId = z
  .object({ id: idOf('Campaign').describe('The campaign that the mutation acts on.') })
  .describe('Which campaign a mutation acts on.');
