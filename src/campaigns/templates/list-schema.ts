/** The templates that WhatsApp has for a number, in the API. */
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { mutation, payloadType } from '../../schema-builder/mutations.ts';
import { presented } from '../../schema-builder/nodes.ts';
import { WhatsAppNumber, whatsAppNumberLoader } from '../whatsapp/schema.ts';
import { kindOf } from './fit.ts';
import { RefreshWhatsAppTemplates, refreshWhatsAppTemplates } from './list.ts';
import { listWhatsAppTemplates, type TemplateRow } from './list-page.ts';
import {
  type ListedButton,
  type ListedComponent,
  storedComponents,
  variablesIn,
} from './listed.ts';

const STATUS_LENGTH = 50;

const Button = builder
  .objectRef<ListedButton & { index: number }>('WhatsAppTemplateButton')
  .implement({
    ...membersOnly,
    description: 'A button of a template at WhatsApp.',
    fields: (t) => ({
      index: t.exposeInt('index', {
        description: 'Its place among all buttons, from 0, as `TemplateButtonInput` names it.',
      }),
      type: t.exposeString('type', {
        description: 'What WhatsApp calls its kind, such as URL, QUICK_REPLY or COPY_CODE.',
      }),
      text: t.exposeString('text', { description: 'What is written on it.' }),
      url: t.exposeString('url', {
        nullable: true,
        description: 'The address that it opens, with its variable. Null for other kinds.',
      }),
      takes: t.string({
        nullable: true,
        description:
          'The field of `TemplateButtonInput` that it takes: urlSuffix and code are required, payload is not. Null if it takes nothing.',
        resolve: (button) => kindOf(button),
      }),
    }),
  });

const Component = builder.objectRef<ListedComponent>('WhatsAppTemplateComponent').implement({
  ...membersOnly,
  description: 'A part of a template at WhatsApp.',
  fields: (t) => ({
    type: t.exposeString('type', {
      description: 'What WhatsApp calls it: HEADER, BODY, FOOTER, BUTTONS or another word.',
    }),
    format: t.exposeString('format', {
      nullable: true,
      description:
        'Of a header, what it is: TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION. Null for other components.',
    }),
    text: t.exposeString('text', {
      nullable: true,
      description: 'The text with its variables. Null where there is none.',
    }),
    variables: t.stringList({
      description: 'The variables in the text, each once: their names or, in order, their numbers.',
      resolve: ({ text }) => variablesIn(text),
    }),
    buttons: t.field({
      type: [Button],
      description: 'The buttons, in their order. Empty for other components.',
      resolve: ({ buttons }) => buttons.map((button, index) => ({ ...button, index })),
    }),
  }),
});

const Template = builder.objectRef<TemplateRow>('WhatsAppTemplate').implement({
  ...membersOnly,
  description: 'A message template that WhatsApp has for a number, in one language.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description:
        'What campaigns give as `templateName`: unique in the account with the language.',
    }),
    language: t.exposeString('language', { description: 'The code of its language.' }),
    status: t.exposeString('status', {
      description: 'What WhatsApp calls its status. Only APPROVED templates can be sent.',
    }),
    statusReason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it has this status, as WhatsApp says. Null if it says nothing.',
    }),
    category: t.exposeString('category', {
      nullable: true,
      description: 'MARKETING, UTILITY or AUTHENTICATION. Null if WhatsApp does not say.',
    }),
    quality: t.exposeString('quality', {
      nullable: true,
      description: 'Such as GREEN, YELLOW, RED or UNKNOWN. Null if WhatsApp does not say.',
    }),
    hasNamedVariables: t.exposeBoolean('hasNames', {
      description:
        'Whether its variables have names, to be filled by `components.body`, rather than numbers, filled by `parameters`.',
    }),
    components: t.field({
      type: [Component],
      description: 'Its parts, in the order in which they are shown: at most 10.',
      resolve: ({ components }) => storedComponents(components),
    }),
  }),
});

builder.queryFields((t) => ({
  whatsAppTemplates: t.field({
    ...membersOnly,
    type: connectionOf(presented(Template, (row: TemplateRow) => row)),
    description:
      'The message templates that WhatsApp has for a number, by name and language, as it listed them last. It is asked when there is no list yet, after it has reported a change, or if the list is older than an hour; `refreshWhatsAppTemplates` asks it at once. SERVICE_UNAVAILABLE if it does not list them.',
    args: {
      ...pageArguments(t.arg),
      whatsAppNumberId: t.arg.id({
        description: 'The number. The one that was connected first if omitted.',
      }),
      status: t.arg.string({
        ...maxLength(STATUS_LENGTH),
        description: 'Only templates with this status, such as APPROVED. All if omitted.',
      }),
    },
    resolve: (_root, args, { platform, viewer }) => listWhatsAppTemplates(platform, viewer, args),
  }),
}));

mutation('refreshWhatsAppTemplates', {
  description:
    'Asks WhatsApp for the templates of a number now. UNSUPPORTED if it does not list them, with the reason.',
  input: RefreshWhatsAppTemplates,
  payload: payloadType<{ id: string }>('WhatsAppTemplatesPayload', (t) => ({
    number: t.field({
      type: WhatsAppNumber,
      nullable: true,
      description: 'The number whose templates were listed. Null if there are `userErrors`.',
      resolve: ({ id }, _args, context) =>
        id === undefined ? null : whatsAppNumberLoader(context).load(id),
    }),
  })),
  rule: refreshWhatsAppTemplates,
});
