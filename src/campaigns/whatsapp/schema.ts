/** WhatsApp numbers: their type, the list of them, and connecting them. */

import { membersOnly, ownersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { isClient } from '../../schema-builder/context.ts';
import { rowLoader } from '../../schema-builder/loaders.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import {
  DeleteInput,
  DeletePayload,
  payload,
  payloadType,
} from '../../schema-builder/mutations.ts';
import { asNode, Node, type NodeOf, registerNode } from '../../schema-builder/nodes.ts';
import { ACCESS_TOKEN_LENGTH, DISPLAY_NUMBER_LENGTH, PHONE_NUMBER_ID_LENGTH } from '../inputs.ts';
import {
  connectWhatsApp,
  disconnectWhatsApp,
  listNumbers,
  numbersById,
  type WhatsAppNumberRow,
} from './numbers.ts';

export const WhatsAppNumber = builder
  .objectRef<NodeOf<WhatsAppNumberRow>>('WhatsAppNumber')
  .implement({
    interfaces: [Node],
    ...membersOnly,
    fields: (t) => ({
      id: t.exposeID('id'),
      phoneNumberId: t.exposeString('phoneNumberId'),
      displayPhoneNumber: t.exposeString('displayPhoneNumber'),
      connectedAt: t.expose('connectedAt', { type: 'DateTime' }),
    }),
  });

export const whatsAppNumberLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(numbersById, { ids }),
  (row) => asNode('WhatsAppNumber', row),
);

registerNode('WhatsAppNumber', (context, id) =>
  isClient(context.viewer) ? Promise.resolve(null) : whatsAppNumberLoader(context).load(id),
);

builder.queryFields((t) => ({
  whatsAppNumbers: t.field({
    type: [WhatsAppNumber],
    resolve: async (_root, _args, { platform, viewer }) =>
      (await listNumbers(platform, viewer)).map((row) => asNode('WhatsAppNumber', row)),
  }),
}));

const ConnectWhatsAppInput = builder.inputType('ConnectWhatsAppInput', {
  fields: (t) => ({
    phoneNumberId: t.string({ required: true, ...maxLength(PHONE_NUMBER_ID_LENGTH) }),
    displayPhoneNumber: t.string({ required: true, ...maxLength(DISPLAY_NUMBER_LENGTH) }),
    accessToken: t.string({ required: true, ...maxLength(ACCESS_TOKEN_LENGTH) }),
  }),
});

const WhatsAppNumberPayload = payloadType<{ number: WhatsAppNumberRow }>(
  'WhatsAppNumberPayload',
  (t) => ({
    number: t.field({
      type: WhatsAppNumber,
      nullable: true,
      resolve: ({ number }) => number && asNode('WhatsAppNumber', number),
    }),
  }),
);

builder.mutationFields((t) => ({
  connectWhatsApp: t.field({
    ...ownersOnly,
    type: WhatsAppNumberPayload,
    description:
      'Owners only: a WhatsApp Cloud API number that campaigns of this tenant send from. WhatsApp is asked for it with the token: INVALID at accessToken or phoneNumberId is its word, SERVICE_UNAVAILABLE that it could not be asked. A number that another tenant has moves here; what that one would still send from it stops.',
    args: { input: t.arg({ type: ConnectWhatsAppInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, connectWhatsApp(context.platform, context.viewer, input)),
  }),
  disconnectWhatsApp: t.field({
    ...ownersOnly,
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        disconnectWhatsApp(context.platform, context.viewer, input).then(() => ({
          deletedId: input.id,
        })),
      ),
  }),
}));
