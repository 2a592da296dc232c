/** Mutations of clients and their answers. */
import { forClients } from '../../schema-builder/access.ts';
import { mutation, payloadOf, payloadType } from '../../schema-builder/mutations.ts';
import { Packet } from '../packets/schema.ts';
import './erasure.ts';
import './person-file.ts';
import { CreateClient, createClient } from './clients.ts';
import type { IntakeRow } from './rows.ts';
import { SaveIntakeProgress, saveIntakeProgress } from './saved-answers.ts';
import { Client, IntakeProgress, withPath } from './schema.ts';
import { SubmitIntake, type SubmittedIntake, submitIntake } from './submission.ts';

const IntakeProgressPayload = payloadType<{ intake: IntakeRow }>('IntakeProgressPayload', (t) => ({
  intake: t.field({
    description: 'All saved answers after the mutation; null when nothing was saved.',
    type: IntakeProgress,
    nullable: true,
    resolve: ({ intake }, _args, context) => intake && withPath(context, intake),
  }),
}));

const SubmitIntakePayload = payloadType<SubmittedIntake>('SubmitIntakePayload', (t) => ({
  client: t.field({
    description:
      'The client with its submitted intake; null where userErrors say why it was not submitted.',
    type: Client,
    nullable: true,
    resolve: ({ client }) => client && Client.present(client),
  }),
  packets: t.field({
    description:
      'The packets of the client, PENDING after the first submission; empty when the intake was not submitted.',
    type: [Packet],
    resolve: ({ packets }) => (packets ?? []).map(Packet.present),
  }),
  message: t.string({
    description: 'A sentence to show to the client; null when the intake was not submitted.',
    nullable: true,
    resolve: ({ message }) => message,
  }),
}));

mutation('createClient', {
  description: 'Creates a client, who can then fill in an intake.',
  input: CreateClient,
  payload: payloadOf('ClientPayload', { client: Client }),
  rule: createClient,
});

mutation('saveIntakeProgress', {
  ...forClients,
  description:
    'Saves answers of a client before the intake is submitted; call it as often as you like. All given answers are saved, or none when one of them is wrong. A submitted intake is a CONFLICT, a client type without an active intake path UNSUPPORTED.',
  input: SaveIntakeProgress,
  payload: IntakeProgressPayload,
  rule: saveIntakeProgress,
});

mutation('submitIntake', {
  ...forClients,
  description:
    'Submits the intake of a client and creates its packets. Returns at once: workers generate the packets in the background, which `packetProgress` follows. Submitting the same answers again returns the same packets; other answers are a CONFLICT.',
  input: SubmitIntake,
  payload: SubmitIntakePayload,
  rule: submitIntake,
});
