/** Previews of messages and test messages, in the API. */
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { mutation, payloadType } from '../../schema-builder/mutations.ts';
import type { MessageMedia } from './message-template.ts';
import {
  type MessagePreview,
  type PreviewButton,
  PreviewInput,
  previewMessages,
} from './preview.ts';
import { SendTestMessage, type SentTest, sendTestMessage } from './test-message.ts';

const Media = builder.objectRef<MessageMedia>('MessagePreviewMedia').implement({
  ...membersOnly,
  description: 'The file in the header of a message.',
  fields: (t) => ({
    link: t.string({
      nullable: true,
      description: 'Where WhatsApp fetches it. Null if it was uploaded.',
      resolve: ({ link }) => link ?? null,
    }),
    mediaId: t.string({
      nullable: true,
      description: "WhatsApp's id of it. Null if it has a link.",
      resolve: ({ id }) => id ?? null,
    }),
    filename: t.string({
      nullable: true,
      description: 'The name that the recipient sees. Null if none is given.',
      resolve: ({ filename }) => filename ?? null,
    }),
  }),
});

const Button = builder.objectRef<PreviewButton>('MessagePreviewButton').implement({
  ...membersOnly,
  description: 'A button of a message.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'What WhatsApp calls its kind, such as URL.' }),
    text: t.exposeString('text', { description: 'What is written on it.' }),
    url: t.exposeString('url', {
      nullable: true,
      description: 'The address that it opens. Null for other kinds.',
    }),
    code: t.exposeString('code', {
      nullable: true,
      description: 'The code that it copies. Null for other kinds.',
    }),
    payload: t.exposeString('payload', {
      nullable: true,
      description: 'What comes back when it is tapped. Null for other kinds, or for its text.',
    }),
  }),
});

const Preview = builder.objectRef<MessagePreview>('MessagePreview').implement({
  ...membersOnly,
  description: 'A template of a campaign as one contact would get it.',
  fields: (t) => ({
    templateName: t.exposeString('templateName', {
      description: 'How WhatsApp knows the template, in whatever language.',
    }),
    language: t.exposeString('language', { description: 'The language that it is sent in.' }),
    problem: t.exposeString('problem', {
      nullable: true,
      description:
        'Why the contact would not get it: no phone number, opted out, or a parameter that is empty for the contact. Null if it can be sent.',
    }),
    headerText: t.exposeString('headerText', {
      nullable: true,
      description: 'The text of the header. Null if there is none.',
    }),
    mediaKind: t.exposeString('mediaKind', {
      nullable: true,
      description: 'IMAGE, VIDEO or DOCUMENT. Null if the header has no file.',
    }),
    media: t.field({
      type: Media,
      nullable: true,
      description: 'The file in the header. Null if there is none.',
      resolve: ({ media }) => media,
    }),
    body: t.exposeString('body', {
      nullable: true,
      description:
        'The text of the message. Null if WhatsApp does not list the template; see `parameters` then.',
    }),
    footer: t.exposeString('footer', {
      nullable: true,
      description: 'The text below the body. Null if there is none.',
    }),
    parameters: t.exposeStringList('parameters', {
      description: "What fills the body's variables, in the order in which it was given.",
    }),
    buttons: t.field({
      type: [Button],
      description: 'The buttons, in their order. Empty if WhatsApp does not list the template.',
      resolve: ({ buttons }) => buttons,
    }),
  }),
});

builder.queryFields((t) => ({
  previewCampaignMessage: t.field({
    ...membersOnly,
    type: [Preview],
    description:
      'What one contact would get of a campaign, or of one that is not created yet: each template, filled for the contact. NOT_FOUND if there is no such campaign, number or contact.',
    args: {
      campaignId: t.arg.id({
        description: 'A campaign of your tenant. Give either this or `input`.',
      }),
      input: t.arg({
        type: inputOf('CampaignPreviewInput', PreviewInput),
        description: 'Templates of a campaign that is not created yet.',
      }),
      contactId: t.arg.id({
        required: true,
        description: 'The contact. It need not be in the campaign.',
      }),
    },
    resolve: (_root, args, { platform, viewer }) => previewMessages(platform, viewer, args),
  }),
}));

mutation('sendTestMessage', {
  description:
    'Sends a template of a campaign, filled for a contact, to the phone of a user of your tenant. It counts in no figures. INVALID if the template cannot be filled for the contact, the user has no phone or wants no campaign messages, or WhatsApp refuses it; at most 60 an hour for your tenant (RATE_LIMITED).',
  input: SendTestMessage,
  payload: payloadType<SentTest>('TestMessagePayload', (t) => ({
    whatsappMessageId: t.string({
      nullable: true,
      description: "WhatsApp's id of the message. Null if there are `userErrors`.",
      resolve: ({ whatsappMessageId }) => whatsappMessageId ?? null,
    }),
    phone: t.string({
      nullable: true,
      description: 'The number that it was sent to. Null if there are `userErrors`.',
      resolve: ({ phone }) => phone ?? null,
    }),
  })),
  rule: sendTestMessage,
});
