/** The templates of a campaign, in the API. */
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { groupLoader } from '../../schema-builder/loaders.ts';
import { Campaign } from '../campaign-schema.ts';
import { type CampaignTemplateRow, templatesOfCampaigns } from './rows.ts';

const templatesLoader = groupLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(templatesOfCampaigns, { ids }),
  ({ campaignId }) => campaignId,
);

const CampaignTemplate = builder.objectRef<CampaignTemplateRow>('CampaignTemplate').implement({
  ...membersOnly,
  description: 'A message template of a campaign, with what WhatsApp reported of it last.',
  fields: (t) => ({
    templateName: t.exposeString('templateName', {
      description: 'The name of the template at WhatsApp.',
    }),
    language: t.exposeString('language', {
      description: 'The language of the template, as the code that it has at WhatsApp.',
    }),
    weight: t.exposeInt('weight', {
      description:
        'The share of the contacts that get this template, relative to the weights of the others.',
    }),
    parameters: t.exposeStringList('parameters', {
      description: "What fills the template's variables, in their order: text or Liquid.",
    }),
    components: t.expose('components', {
      type: 'JSON',
      nullable: true,
      description:
        'What fills its header, variables with names and buttons, as `TemplateComponentsInput` has it. Null if nothing does.',
    }),
    fallbackLanguages: t.exposeStringList('fallbackLanguages', {
      description:
        'Languages to send in where WhatsApp has the template not approved in `language`: the first of them in which it is.',
    }),
    sentLanguage: t.exposeString('sentLanguage', {
      description:
        'The language that messages are sent in now: `language`, or one of `fallbackLanguages`.',
    }),
    status: t.exposeString('status', {
      nullable: true,
      description:
        'The status in that language as WhatsApp calls it, such as APPROVED, PAUSED or DISABLED. Null until it is known.',
    }),
    statusReason: t.exposeString('statusReason', {
      nullable: true,
      description: 'Why it has this status, as WhatsApp says. Null if it says nothing.',
    }),
    quality: t.exposeString('quality', {
      nullable: true,
      description:
        'The quality as WhatsApp calls it, such as GREEN, YELLOW or RED. Null until it is known.',
    }),
  }),
});

builder.objectField(Campaign, 'templates', (t) =>
  t.field({
    type: [CampaignTemplate],
    description:
      'The templates of the campaign, in the order in which they were given: at most 20.',
    resolve: ({ uuid }, _args, context) => templatesLoader(context).load(uuid),
  }),
);
