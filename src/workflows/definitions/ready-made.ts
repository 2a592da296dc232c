/** The workflows that every new tenant starts with. */
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { NAME_LENGTH, NOTES_LENGTH } from '../../platform/input.ts';
import type { Step } from './definition.ts';
import { insertVersion, type NewVersion } from './save.ts';

function step(given: Pick<Step, 'id' | 'type' | 'input'> & Partial<Step>): Step {
  return { dependsOn: [], when: null, parallel: true, timeoutSeconds: 60, ...given };
}

const OPTIONAL_TEXT = ['string', 'null'];

const MAINTENANCE_INTAKE: NewVersion = {
  key: 'maintenance-intake',
  name: 'Maintenance intake',
  inputSchema: {
    type: 'object',
    required: ['propertyId', 'title'],
    properties: {
      propertyId: { type: 'string', title: 'Property', description: 'The id of a Property.' },
      assetId: {
        type: OPTIONAL_TEXT,
        title: 'Asset',
        description: 'The id of an Asset of the property, if it is known.',
      },
      title: { type: 'string', title: 'Title', minLength: 1, maxLength: NAME_LENGTH },
      description: { type: OPTIONAL_TEXT, title: 'Description', maxLength: NOTES_LENGTH },
    },
  },
  steps: [
    step({
      id: 'create-request',
      type: 'CREATE_MAINTENANCE_REQUEST',
      input: {
        propertyId: '{{ input.propertyId }}',
        assetId: '{{ input.assetId | default: null }}',
        title: '{{ input.title }}',
        description: '{{ input.description | default: "" }}',
      },
    }),
    step({
      id: 'assign-priority',
      type: 'ASSIGN_PRIORITY_AI',
      dependsOn: ['create-request'],
      input: { requestId: '{{ steps.create-request.output.requestId }}' },
    }),
    step({
      id: 'notify-team',
      type: 'SEND_NOTIFICATION',
      dependsOn: ['create-request'],
      input: {
        role: 'MEMBER',
        title: 'New maintenance request',
        body: '{{ input.title }}',
        subjectId: '{{ steps.create-request.output.requestId }}',
      },
    }),
    step({
      id: 'assign-technician',
      type: 'ASSIGN_TECHNICIAN',
      dependsOn: ['assign-priority', 'notify-team'],
      // The skill that is needed is the category of the asset.
      when: 'input.assetId != blank',
      input: { requestId: '{{ steps.create-request.output.requestId }}' },
    }),
  ],
};

const NEW_CLIENT: NewVersion = {
  key: 'new-client',
  name: 'New client',
  inputSchema: {
    type: 'object',
    required: ['clientId', 'name'],
    properties: {
      clientId: { type: 'string', title: 'Client', description: 'The id of a Client.' },
      name: { type: 'string', title: 'Name', description: 'The name of the client.' },
      contactId: {
        type: OPTIONAL_TEXT,
        title: 'Contact',
        description: 'The id of a Contact, if the client is one.',
      },
    },
  },
  steps: [
    step({
      id: 'welcome-packet',
      type: 'GENERATE_PACKET',
      input: { clientId: '{{ input.clientId }}', packetType: 'WELCOME' },
    }),
    step({
      id: 'tell-team',
      type: 'SEND_NOTIFICATION',
      input: {
        role: 'MEMBER',
        title: 'New client: {{ input.name }}',
        body: 'The welcome packet is being made.',
        subjectId: '{{ input.clientId }}',
      },
    }),
    step({
      id: 'packet-ready',
      type: 'SEND_NOTIFICATION',
      dependsOn: ['welcome-packet'],
      input: {
        role: 'OWNER',
        title: 'The welcome packet of {{ input.name }} is ready',
        body: 'Look at it before the first meeting.',
        subjectId: '{{ steps.welcome-packet.output.packetId }}',
      },
    }),
    step({
      id: 'log-welcome',
      type: 'LOG_ACTIVITY',
      dependsOn: ['welcome-packet'],
      when: 'input.contactId != blank',
      input: {
        contactId: '{{ input.contactId }}',
        type: 'NOTE',
        subject: 'Made the welcome packet',
      },
    }),
  ],
};

const DAY_SECONDS = 86_400;

const CAMPAIGN_FOLLOW_UP: NewVersion = {
  key: 'campaign-follow-up',
  name: 'Campaign follow-up',
  inputSchema: {
    type: 'object',
    required: ['contactId', 'name'],
    properties: {
      contactId: { type: 'string', title: 'Contact', description: 'The id of a Contact.' },
      name: { type: 'string', title: 'Name', description: 'The name of the contact.' },
    },
  },
  steps: [
    step({ id: 'give-time', type: 'WAIT', input: { seconds: 3 * DAY_SECONDS } }),
    step({
      id: 'remind-team',
      type: 'SEND_NOTIFICATION',
      dependsOn: ['give-time'],
      input: {
        role: 'MEMBER',
        title: 'Follow up with {{ input.name }}',
        body: 'The campaign reached them three days ago.',
        subjectId: '{{ input.contactId }}',
      },
    }),
    step({
      id: 'log-follow-up',
      type: 'LOG_ACTIVITY',
      dependsOn: ['remind-team'],
      input: {
        contactId: '{{ input.contactId }}',
        type: 'TASK',
        subject: 'Follow up after the campaign',
      },
    }),
  ],
};

/** What seedWorkflows stores. */
export const READY_MADE: readonly NewVersion[] = [
  MAINTENANCE_INTAKE,
  NEW_CLIENT,
  CAMPAIGN_FOLLOW_UP,
];

/** Stores the ready-made workflows for a new tenant, in the transaction that creates it. */
export async function seedWorkflows(tx: TenantTransaction): Promise<void> {
  for (const workflow of READY_MADE) await insertVersion(tx, workflow);
}
