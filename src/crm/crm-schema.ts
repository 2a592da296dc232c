/** The CRM of a tenant and the syncs with it. */

import { parseArgument, wholeNumber } from '../platform/input.ts';
import { membersOnly, ownersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionType, forwardArguments } from '../schema-builder/connections.ts';
import { isClient } from '../schema-builder/context.ts';
import { groupLoader, rowLoader } from '../schema-builder/loaders.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { asNode, Node, type NodeOf, registerNode } from '../schema-builder/nodes.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User } from '../tenancy/schema.ts';
import {
  CRM_ACCESS_LENGTH,
  type CrmConnection,
  connectCrm,
  crmConnection,
  disconnectCrm,
} from './connections.ts';
import {
  type CrmSyncRow,
  failuresOf,
  lastCompletedSync,
  listCrmSyncs,
  startCrmSync,
  syncsById,
} from './syncs.ts';

const MAX_FAILURES = 500;

const CrmProvider = builder.enumType('CrmProvider', { values: ['PIPEDRIVE'] as const });
const CrmSyncStatus = builder.enumType('CrmSyncStatus', {
  values: ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED'] as const,
});

interface Failure {
  externalId: string;
  message: string;
}

const CrmSyncFailure = builder.objectRef<Failure>('CrmSyncFailure').implement({
  ...membersOnly,
  fields: (t) => ({ externalId: t.exposeString('externalId'), message: t.exposeString('message') }),
});

const syncLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(syncsById, { ids }),
  (row) => asNode('CrmSync', row),
);

/** Keys are `<first>/<id of the sync>`. */
const failureLoader = groupLoader(
  ({ platform, viewer }, keys) => failuresOf(platform, viewer, keys),
  (row) => row.key,
);

export const CrmSync = builder.objectRef<NodeOf<CrmSyncRow>>('CrmSync').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id'),
    version: t.exposeInt('version'),
    provider: t.expose('provider', { type: CrmProvider }),
    status: t.expose('status', { type: CrmSyncStatus }),
    full: t.exposeBoolean('full', {
      description: 'True: everything; false: what changed since the last completed sync.',
    }),
    fetched: t.exposeInt('fetched'),
    created: t.exposeInt('created'),
    updated: t.exposeInt('updated'),
    unchanged: t.exposeInt('unchanged'),
    failed: t.exposeInt('failed'),
    failures: t.field({
      type: [CrmSyncFailure],
      args: { first: t.arg.int({ defaultValue: 20 }) },
      resolve: ({ uuid }, args, context) =>
        failureLoader(context).load(
          `${parseArgument(wholeNumber(1, MAX_FAILURES), 'first', args.first ?? 20)}/${uuid}`,
        ),
    }),
    errorMessage: t.exposeString('errorMessage', { nullable: true }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }),
});

registerNode('CrmSync', async (context, id) =>
  isClient(context.viewer) ? null : syncLoader(context).load(id),
);

const CrmConnectionType = builder.objectRef<CrmConnection>('CrmConnection').implement({
  ...membersOnly,
  fields: (t) => ({
    provider: t.expose('provider', { type: CrmProvider }),
    apiUrl: t.exposeString('apiUrl'),
    connectedBy: t.field({
      type: User,
      nullable: true,
      resolve: (connection, _args, context) => userLoader(context).load(connection.connectedBy),
    }),
    connectedAt: t.expose('connectedAt', { type: 'DateTime' }),
    lastCompletedSync: t.field({
      type: CrmSync,
      nullable: true,
      resolve: async ({ provider }, _args, { platform, viewer }) => {
        const sync = await lastCompletedSync(platform, viewer, provider);
        return sync && asNode('CrmSync', sync);
      },
    }),
  }),
});

const CrmSyncConnection = connectionType<CrmSyncRow, NodeOf<CrmSyncRow>>(
  'CrmSync',
  CrmSync,
  (row) => asNode('CrmSync', row),
);

builder.queryFields((t) => ({
  crmConnection: t.field({
    type: CrmConnectionType,
    nullable: true,
    args: { provider: t.arg({ type: CrmProvider, required: true, defaultValue: 'PIPEDRIVE' }) },
    resolve: (_root, { provider }, { platform, viewer }) =>
      crmConnection(platform, viewer, provider),
  }),
  crmSyncs: t.field({
    type: CrmSyncConnection,
    args: forwardArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listCrmSyncs(platform, viewer, args),
  }),
}));

const ConnectCrmInput = builder.inputType('ConnectCrmInput', {
  description: '`apiUrl` defaults to PIPEDRIVE_API_URL; another must be https and public.',
  fields: (t) => ({
    provider: t.field({ type: CrmProvider, required: true, defaultValue: 'PIPEDRIVE' }),
    apiToken: t.string({ required: true, ...maxLength(CRM_ACCESS_LENGTH) }),
    apiUrl: t.string({ ...maxLength(CRM_ACCESS_LENGTH) }),
  }),
});
const DisconnectCrmInput = builder.inputType('DisconnectCrmInput', {
  fields: (t) => ({
    provider: t.field({ type: CrmProvider, required: true, defaultValue: 'PIPEDRIVE' }),
  }),
});
const StartCrmSyncInput = builder.inputType('StartCrmSyncInput', {
  fields: (t) => ({
    provider: t.field({ type: CrmProvider, required: true, defaultValue: 'PIPEDRIVE' }),
    full: t.boolean({ required: true, defaultValue: false }),
  }),
});

const CrmConnectionPayload = payloadType<{ connection: CrmConnection }>(
  'CrmConnectionPayload',
  (t) => ({
    connection: t.expose('connection', { type: CrmConnectionType, nullable: true }),
  }),
);
const CrmSyncPayload = payloadType<{ sync: CrmSyncRow }>('CrmSyncPayload', (t) => ({
  sync: t.field({
    type: CrmSync,
    nullable: true,
    resolve: ({ sync }) => sync && asNode('CrmSync', sync),
  }),
}));

builder.mutationFields((t) => ({
  connectCrm: t.field({
    ...ownersOnly,
    description: 'Owners only. Secrets are stored encrypted and never read back.',
    type: CrmConnectionPayload,
    args: { input: t.arg({ type: ConnectCrmInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, connectCrm(context.platform, context.viewer, input)),
  }),
  disconnectCrm: t.field({
    ...ownersOnly,
    description: 'Owners only. What was synced stays.',
    type: CrmConnectionPayload,
    args: { input: t.arg({ type: DisconnectCrmInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, disconnectCrm(context.platform, context.viewer, input)),
  }),
  startCrmSync: t.field({
    type: CrmSyncPayload,
    args: { input: t.arg({ type: StartCrmSyncInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, startCrmSync(context.platform, context.viewer, input)),
  }),
}));
