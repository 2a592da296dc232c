/** WhatsApp numbers: their type, the list of them, and connecting them. */
import { membersOnly, ownersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { rowLoader } from '../../schema-builder/loaders.ts';
import { deletion, mutation, payloadType } from '../../schema-builder/mutations.ts';
import { asNode, nodeType } from '../../schema-builder/nodes.ts';
import {
  ConnectWhatsApp,
  connectWhatsApp,
  disconnectWhatsApp,
  listNumbers,
  numbersById,
  type WhatsAppNumberRow,
} from './numbers.ts';

/** Loads numbers by id. */
export const whatsAppNumberLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(numbersById, { ids }),
  (row) => asNode('WhatsAppNumber', row),
);

/** Loaded by id; closed to portal users. */
export const WhatsAppNumber = nodeType('WhatsappNumber', {
  ...membersOnly,
  name: 'WhatsAppNumber',
  description:
    'A phone number of the WhatsApp Cloud API that campaigns of your tenant send from. Its access token is never returned.',
  load: whatsAppNumberLoader,
  closedToClients: true,
  fields: (t) => ({
    phoneNumberId: t.exposeString('phoneNumberId', {
      description: "WhatsApp's id of the number.",
    }),
    displayPhoneNumber: t.exposeString('displayPhoneNumber', {
      description: 'The phone number as shown to people, such as +1 555 078 3881.',
    }),
    connectedAt: t.expose('connectedAt', {
      type: 'DateTime',
      description: 'When your tenant first connected the number.',
    }),
    isFlagged: t.exposeBoolean('isFlagged', {
      description:
        'Whether WhatsApp has flagged the number because its quality is low. If that does not improve, its limit is lowered.',
    }),
    messagingLimit: t.exposeString('messagingLimit', {
      nullable: true,
      description:
        'How many people the number may write to in 24 hours, as WhatsApp calls it, such as TIER_10K. Null until WhatsApp reports a change of it.',
    }),
    restriction: t.exposeString('restriction', {
      nullable: true,
      description:
        'What WhatsApp reported last as restricted for the number or its account, in words. Null if nothing is.',
    }),
    restrictedUntil: t.expose('restrictedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When the restriction ends. Null if there is none, or no end of it is known.',
    }),
    templatesListedAt: t.expose('templatesListedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When WhatsApp was last asked for the templates of the number. Null until it lists them.',
    }),
  }),
});

builder.queryFields((t) => ({
  whatsAppNumbers: t.field({
    type: [WhatsAppNumber],
    description:
      'All WhatsApp numbers of your tenant, the first connected first. Campaigns without a number of their own send from the first.',
    resolve: async (_root, _args, { platform, viewer }) =>
      (await listNumbers(platform, viewer)).map(WhatsAppNumber.present),
  }),
}));

mutation('connectWhatsApp', {
  ...ownersOnly,
  description:
    'Connects a number of the WhatsApp Cloud API, so that campaigns can send from it. WhatsApp is asked whether the token may use the number: INVALID at `accessToken` or `phoneNumberId` if it refuses, SERVICE_UNAVAILABLE if it cannot be asked. A number that your tenant already has gets the new token. A number that another tenant has moves to yours, and that tenant can no longer send from it.',
  input: ConnectWhatsApp,
  payload: payloadType<{ number: WhatsAppNumberRow }>('WhatsAppNumberPayload', (t) => ({
    number: t.field({
      type: WhatsAppNumber,
      nullable: true,
      description: 'The number as it is now connected. Null if there are `userErrors`.',
      resolve: ({ number }) => number && WhatsAppNumber.present(number),
    }),
  })),
  rule: connectWhatsApp,
});
deletion('disconnectWhatsApp', {
  ...ownersOnly,
  description:
    'Disconnects a number and deletes its access token. CONFLICT while a campaign that is SCHEDULED, RUNNING or PAUSED sends from it.',
  of: 'WhatsAppNumber',
  rule: disconnectWhatsApp,
});
