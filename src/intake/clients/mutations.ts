/** Mutations of clients and their answers. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { ClientTypeEnum, PacketPriorityEnum } from '../enums-schema.ts';
import { packetNode } from '../packets/node.ts';
import { Packet } from '../packets/schema.ts';
import { ANSWERS_LENGTH } from '../questionnaires/answers.ts';
import { createClient } from './clients.ts';
import { clientNode } from './node.ts';
import type { ClientRow, IntakeRow } from './rows.ts';
import { saveIntakeProgress } from './saved-answers.ts';
import { Client, IntakeProgress, withPath } from './schema.ts';
import { type SubmittedIntake, submitIntake } from './submission.ts';

const CreateClientInput = builder.inputType('CreateClientInput', {
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    clientType: t.field({ type: ClientTypeEnum, required: true }),
    contactId: t.id(),
  }),
});
const SaveIntakeProgressInput = builder.inputType('SaveIntakeProgressInput', {
  description:
    'Merges `answers` (question key -> value) into what is saved; null clears one. Errors are at ["answers", key].',
  fields: (t) => ({
    clientId: t.id({ required: true }),
    answers: t.field({ type: 'JSON', required: true, ...maxLength(ANSWERS_LENGTH) }),
  }),
});
const SubmitIntakeInput = builder.inputType('SubmitIntakeInput', {
  fields: (t) => ({
    clientId: t.id({ required: true }),
    answers: t.field({ type: 'JSON', ...maxLength(ANSWERS_LENGTH) }),
    priority: t.field({ type: PacketPriorityEnum, required: true, defaultValue: 'NORMAL' }),
  }),
});

const ClientPayload = payloadType<{ client: ClientRow | undefined }>('ClientPayload', (t) => ({
  client: t.field({
    type: Client,
    nullable: true,
    resolve: ({ client }) => client && clientNode(client),
  }),
}));
const IntakeProgressPayload = payloadType<{ intake: IntakeRow }>('IntakeProgressPayload', (t) => ({
  intake: t.field({
    type: IntakeProgress,
    nullable: true,
    resolve: ({ intake }, _args, context) => intake && withPath(context, intake),
  }),
}));
const SubmitIntakePayload = payloadType<SubmittedIntake>('SubmitIntakePayload', (t) => ({
  client: t.field({
    type: Client,
    nullable: true,
    resolve: ({ client }) => client && clientNode(client),
  }),
  packets: t.field({ type: [Packet], resolve: ({ packets }) => (packets ?? []).map(packetNode) }),
  message: t.string({ nullable: true, resolve: ({ message }) => message }),
}));

builder.mutationFields((t) => ({
  createClient: t.field({
    type: ClientPayload,
    args: { input: t.arg({ type: CreateClientInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createClient(context.platform, context.viewer, input)),
  }),
  saveIntakeProgress: t.field({
    ...forClients,
    type: IntakeProgressPayload,
    args: { input: t.arg({ type: SaveIntakeProgressInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, saveIntakeProgress(context.platform, context.viewer, input)),
  }),
  submitIntake: t.field({
    ...forClients,
    description: 'Returns at once with PENDING packets; generation goes on in the background.',
    type: SubmitIntakePayload,
    args: { input: t.arg({ type: SubmitIntakeInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, submitIntake(context.platform, context.viewer, input)),
  }),
}));
