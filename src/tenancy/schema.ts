/** Tenants, users and the viewer. */
import { EMAIL_LENGTH, NAME_LENGTH } from '../platform/input.ts';
import type { ViewerLimit } from '../platform/rate-limits/viewer-limits.ts';
import { forClients, ownersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionType, forwardArguments } from '../schema-builder/connections.ts';
import { type Context, isClient, type Viewer } from '../schema-builder/context.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { Node, nodeId, registerNode } from '../schema-builder/nodes.ts';
import { searchText } from '../schema-builder/weights.ts';
import { ownLimits, ownMemberships, ownTenant, userLoader } from './loaders.ts';
import { type MembershipRow, type TenantRow, updateTenant } from './tenants.ts';
import { createUser, listUsers, updateUser } from './users.ts';

/** Longer than any code: what is wrong with a shorter one its own check tells. */
const COUNTRY_LENGTH = 50;

const Role = builder.enumType('Role', { values: ['OWNER', 'MEMBER', 'CLIENT'] as const });

const Tenant = builder.objectRef<TenantRow>('Tenant').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: nodeId('Tenant') }),
    name: t.exposeString('name'),
    country: t.exposeString('country', {
      description: 'ISO 3166 code: phones without a country code are read as of there.',
    }),
  }),
});

export const User = builder.prismaObject('User', {
  description:
    "Of one tenant. `externalId`: the identity provider's subject, where tokens come from AUTH_JWKS_URL; null until the person signs in with this e-mail address verified, unless an owner gives it.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: nodeId('User') }),
    name: t.exposeString('name'),
    email: t.exposeString('email'),
    role: t.expose('role', { type: Role }),
    active: t.exposeBoolean('active'),
    externalId: t.exposeString('externalId', { nullable: true }),
  }),
});

const MembershipType = builder.objectRef<MembershipRow>('Membership').implement({
  description: 'One of the tenants that a person works for, or is a portal client of.',
  fields: (t) => ({
    tenant: t.expose('tenant', {
      type: Tenant,
      description: 'Its id, in the header x-tenant, makes a request be about this tenant.',
    }),
    role: t.expose('role', { type: Role, description: 'What the person is there.' }),
  }),
});

const ViewerRateLimit = builder.objectRef<ViewerLimit>('ViewerRateLimit').implement({
  description: 'A limit on what the viewer may do in a window of time, as it stands now.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description:
        'What is limited: api-cost is the cost of all operations in a minute, workflow-tenant the starts of all workflows of the tenant, workflow-steps the steps of these, workflow-user the starts of one workflow by the viewer.',
    }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'The key of the workflow, for workflow-user; null for all others.',
    }),
    limit: t.exposeInt('limit', { description: 'How much is allowed in a window.' }),
    remaining: t.exposeInt('remaining', { description: 'How much of it is left.' }),
    resetAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When all of it is there again; null while none of it is used.',
      resolve: ({ resetAt }) => resetAt?.toISOString() ?? null,
    }),
  }),
});

export const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description:
    'Who asks, in one tenant. CLIENT viewers have a contact and see the portal only. A person with users in several tenants names one in the header x-tenant (for WebSockets, in connectionParams.tenant), else the request is FORBIDDEN.',
  fields: (t) => ({
    user: t.field({
      type: User,
      resolve: async (viewer, _args, context) =>
        present(await userLoader(context).load(viewer.userId)),
    }),
    tenant: t.field({ type: Tenant, resolve: (_viewer, _args, context) => ownTenant(context) }),
    role: t.field({
      type: Role,
      resolve: (viewer) => (viewer.role === 'ANONYMOUS' ? 'CLIENT' : viewer.role),
    }),
    rateLimits: t.field({
      ...forClients,
      type: [ViewerRateLimit],
      description:
        'What is left of each limit that applies to the viewer; asking spends nothing of them but the cost of the request. Of workflows the first 100 by key.',
      resolve: (_viewer, _args, context) => ownLimits(context),
    }),
    memberships: t.field({
      type: [MembershipType],
      description:
        'All tenants that the person has an active user in, this one included, by name; at most 100.',
      resolve: (_viewer, _args, context) => ownMemberships(context),
    }),
  }),
});

function present<T>(value: T | null): T {
  if (value === null) throw new Error('The viewer has no user.');
  return value;
}

registerNode('Tenant', async (context, id) =>
  id === context.viewer.tenantId && staff(context) ? ownTenant(context) : null,
);
registerNode('User', async (context, id) => (staff(context) ? userLoader(context).load(id) : null));

function staff(context: Context): boolean {
  return !isClient(context.viewer);
}

const UserFilter = builder.inputType('UserFilter', {
  fields: (t) => ({ role: t.field({ type: [Role] }), search: t.string({ ...searchText() }) }),
});
const UserConnection = connectionType('User', User);

builder.queryFields((t) => ({
  viewer: t.field({
    ...forClients,
    type: ViewerType,
    resolve: (_root, _args, context) => context.viewer,
  }),
  users: t.field({
    ...ownersOnly,
    description: 'Owners only.',
    type: UserConnection,
    args: { ...forwardArguments(t.arg), filter: t.arg({ type: UserFilter }) },
    resolve: (_root, args, context) => listUsers(context.platform, context.viewer, args),
  }),
}));

const UpdateTenantInput = builder.inputType('UpdateTenantInput', {
  fields: (t) => ({
    name: t.string({ ...maxLength(NAME_LENGTH) }),
    country: t.string({ ...maxLength(COUNTRY_LENGTH) }),
  }),
});
const CreateUserInput = builder.inputType('CreateUserInput', {
  description:
    '`contactId` is required for CLIENT and refused for others. An e-mail address and an externalId belong to one user of the tenant; the same person may have users in other tenants, with a role of their own there.',
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    email: t.string({ required: true, ...maxLength(EMAIL_LENGTH) }),
    role: t.field({ type: Role, required: true }),
    contactId: t.id(),
    externalId: t.string({ ...maxLength(NAME_LENGTH) }),
  }),
});
const UpdateUserInput = builder.inputType('UpdateUserInput', {
  description:
    "An inactive user's tokens are refused at once. The last active OWNER can't be changed (CONFLICT); to or from CLIENT is INVALID.",
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string({ ...maxLength(NAME_LENGTH) }),
    role: t.field({ type: Role }),
    active: t.boolean(),
    externalId: t.string({ ...maxLength(NAME_LENGTH) }),
  }),
});

const TenantPayload = payloadType<{ tenant: TenantRow }>('TenantPayload', (t) => ({
  tenant: t.expose('tenant', { type: Tenant, nullable: true }),
}));
const UserPayload = payloadType<{ user: typeof User.$inferType }>('UserPayload', (t) => ({
  user: t.expose('user', { type: User, nullable: true }),
}));

builder.mutationFields((t) => ({
  updateTenant: t.field({
    ...ownersOnly,
    description: 'Owners only.',
    type: TenantPayload,
    args: { input: t.arg({ type: UpdateTenantInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateTenant(context.platform, context.viewer, input)),
  }),
  createUser: t.field({
    ...ownersOnly,
    description: 'Owners only.',
    type: UserPayload,
    args: { input: t.arg({ type: CreateUserInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createUser(context.platform, context.viewer, input)),
  }),
  updateUser: t.field({
    ...ownersOnly,
    description: 'Owners only, deactivation too.',
    type: UserPayload,
    args: { input: t.arg({ type: UpdateUserInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateUser(context.platform, context.viewer, input)),
  }),
}));
