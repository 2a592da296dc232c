/** The CRM of a tenant and the syncs with it, in the API. Portal users see nothing of them. */
import {
  CrmProvider as CrmProviderName,
  CrmSyncStatus as CrmSyncStatusName,
} from '../../generated/kysely.ts';
import { parseArgument, wholeNumber } from '../platform/input.ts';
import { membersOnly, ownersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { groupLoader, rowLoader } from '../schema-builder/loaders.ts';
import { type ModelTypeOptions, modelType } from '../schema-builder/models.ts';
import { mutation, payloadOf, payloadType } from '../schema-builder/mutations.ts';
import { asNode, nodeType } from '../schema-builder/nodes.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User } from '../tenancy/schema.ts';
import {
  apiUrlOf,
  ConnectCrm,
  type ConnectedCrm,
  connectCrm,
  connectedCrm,
  DisconnectCrm,
  disconnectCrm,
} from './connections.ts';
import {
  failuresOf,
  lastCompletedSync,
  listCrmSyncs,
  StartCrmSync,
  startCrmSync,
  syncsById,
} from './syncs.ts';

const MAX_FAILURES = 500;

interface Failure {
  externalId: string;
  message: string;
}

const CrmProvider = enumOf('CrmProvider', CrmProviderName, {
  description: 'A customer relationship management system that contacts can be synced from.',
  values: { PIPEDRIVE: 'Pipedrive, by its API v2.' },
});

const CrmSyncStatus = enumOf('CrmSyncStatus', CrmSyncStatusName, {
  description: 'How far a sync is. A tenant has at most one that is QUEUED or RUNNING.',
  values: {
    QUEUED: 'It is waiting for its turn.',
    RUNNING: 'It is reading the CRM, page by page.',
    COMPLETED: 'It has read everything it had to read.',
    FAILED: 'It ended early; `errorMessage` says why. What it had already written stays.',
  },
});

const CrmSyncFailure = modelType<'CrmSyncFailure', Failure>('CrmSyncFailure', {
  description:
    'A record of the CRM that a sync could not import, or only with a change that `message` names, such as a shortened name. The others are not affected.',
  ...membersOnly,
  fields: (t) => ({
    externalId: t.exposeString('externalId', {
      description: 'The id of the record in the CRM, or "unknown" if it has none.',
    }),
    message: t.exposeString('message', {
      description: 'What is wrong with the record, in English.',
    }),
  }),
});

const syncLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(syncsById, { ids }),
  (row) => asNode('CrmSync', row),
);

const failureLoader = groupLoader(
  ({ platform, viewer }, keys) => failuresOf(platform, viewer, keys),
  (row) => row.key,
);

/** Loaded by id; closed to portal users. */
export const CrmSync = nodeType('CrmSync', {
  description:
    'A run that imports organizations, persons, deals and activities from a CRM. The counts are of records of all kinds: created, updated, unchanged and failed ones add up to `fetched`.',
  ...membersOnly,
  load: syncLoader,
  closedToClients: true,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description:
        'Rises with every change of this sync, so that the newer of two states can be recognized.',
    }),
    provider: t.expose('provider', { type: CrmProvider, description: 'The CRM that is read.' }),
    status: t.expose('status', { type: CrmSyncStatus, description: 'How far the sync is.' }),
    full: t.exposeBoolean('full', {
      description:
        'True if it reads everything, false if only what has changed since the last completed sync.',
    }),
    fetched: t.exposeInt('fetched', { description: 'How many records it has read so far.' }),
    created: t.exposeInt('created', {
      description: 'How many of these records were added here.',
    }),
    updated: t.exposeInt('updated', {
      description: 'How many of them changed something here; deletions in the CRM count, too.',
    }),
    unchanged: t.exposeInt('unchanged', {
      description: 'How many of them were already the same here.',
    }),
    failed: t.exposeInt('failed', {
      description: 'How many of them could not be imported; see `failures`.',
    }),
    failures: t.field({
      type: [CrmSyncFailure],
      description:
        'The records that could not be imported, or not as they are, in the order in which they were read. The first 10,000 of a sync are kept. Those with only a shortened name are not counted in `failed`.',
      args: {
        first: t.arg.int({
          defaultValue: 20,
          description: `The maximum number of failures to return, 1 to ${MAX_FAILURES}.`,
        }),
      },
      resolve: ({ uuid }, args, context) => {
        const first = parseArgument(wholeNumber(1, MAX_FAILURES), 'first', args.first ?? 20);
        return failureLoader(context).load(`${first}/${uuid}`);
      },
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'Why the sync ended early and what to do, in English; null unless it is FAILED.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it began to read the CRM; null while it is QUEUED.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was COMPLETED or FAILED; null until then.',
    }),
  }),
});

const connectedCrmFields: ModelTypeOptions<'CrmConnection', ConnectedCrm>['fields'] = (t) => ({
  provider: t.expose('provider', {
    type: CrmProvider,
    description: 'The system that is connected.',
  }),
  apiUrl: t.string({
    description: 'The address of the CRM, without the path of its API.',
    resolve: (crm, _args, { platform }) => apiUrlOf(platform, crm),
  }),
  connectedBy: t.field({
    type: User,
    nullable: true,
    description:
      'The owner who connected it last, who also owns records whose owner in the CRM is not one of your users.',
    resolve: (crm, _args, context) => userLoader(context).load(crm.connectedBy),
  }),
  connectedAt: t.expose('connectedAt', {
    type: 'DateTime',
    description: 'When it was connected last.',
  }),
  lastCompletedSync: t.field({
    type: CrmSync,
    nullable: true,
    description: 'The newest COMPLETED sync, of earlier connections too; null if there is none.',
    resolve: async ({ provider }, _args, { platform, viewer }) => {
      const sync = await lastCompletedSync(platform, viewer, provider);
      return sync && CrmSync.present(sync);
    },
  }),
});

const ConnectedCrmType = modelType<'CrmConnection', ConnectedCrm>('CrmConnection', {
  name: 'ConnectedCrm',
  description: "Your tenant's link to its CRM. The API token is never shown.",
  ...membersOnly,
  fields: connectedCrmFields,
});

/** The former name: it looks like a Relay connection, but is not one. */
const CrmConnection = modelType<'CrmConnection', ConnectedCrm>('CrmConnection', {
  variant: 'CrmConnection',
  description: 'Deprecated: use ConnectedCrm, which has the same fields.',
  ...membersOnly,
  fields: connectedCrmFields,
});

const providerArgument = {
  type: CrmProvider,
  required: true,
  defaultValue: 'PIPEDRIVE',
  description: 'Which CRM is meant.',
} as const;

builder.queryFields((t) => ({
  connectedCrm: t.field({
    description: 'The CRM that your tenant is connected to; null if none is connected.',
    type: ConnectedCrmType,
    nullable: true,
    args: { provider: t.arg(providerArgument) },
    resolve: (_root, { provider }, { platform, viewer }) =>
      connectedCrm(platform, viewer, provider),
  }),
  crmConnection: t.field({
    description: 'The former name of `connectedCrm`.',
    deprecationReason: 'Use `connectedCrm`, which has the same fields.',
    type: CrmConnection,
    nullable: true,
    args: { provider: t.arg(providerArgument) },
    resolve: (_root, { provider }, { platform, viewer }) =>
      connectedCrm(platform, viewer, provider),
  }),
  crmSyncs: t.field({
    description: 'The syncs of your tenant, newest first. Those older than 30 days may be removed.',
    type: connectionOf(CrmSync),
    args: pageArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listCrmSyncs(platform, viewer, args),
  }),
}));

const ConnectionPayload = payloadType<{ connectedCrm: ConnectedCrm }>(
  'CrmConnectionPayload',
  (t) => ({
    connectedCrm: t.expose('connectedCrm', {
      type: ConnectedCrmType,
      nullable: true,
      description: 'The CRM as it is connected now; null if it is not, or userErrors say why.',
    }),
    connection: t.expose('connectedCrm', {
      type: CrmConnection,
      nullable: true,
      description: 'The former name of `connectedCrm`.',
      deprecationReason: 'Use `connectedCrm`, which has the same fields.',
    }),
  }),
);

mutation('connectCrm', {
  ...ownersOnly,
  description:
    'Connects your tenant to its CRM, or replaces the API token. A running sync ends, and the next one reads everything. The token is only checked by that sync.',
  input: ConnectCrm,
  payload: ConnectionPayload,
  rule: connectCrm,
});

mutation('disconnectCrm', {
  ...ownersOnly,
  description:
    'Deletes the API token of your CRM and ends a running sync. Everything that was synced stays.',
  input: DisconnectCrm,
  payload: ConnectionPayload,
  rule: disconnectCrm,
});

mutation('startCrmSync', {
  description:
    'Queues a sync with your CRM; `crmSyncProgress` shows its progress. CONFLICT while another is queued or running, NOT_FOUND if no CRM is connected.',
  input: StartCrmSync,
  payload: payloadOf('CrmSyncPayload', { sync: CrmSync }),
  rule: startCrmSync,
});
