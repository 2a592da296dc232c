/** Tenants, users and the viewer. */
import { Role as RoleName } from '../../generated/kysely.ts';
import type { ViewerLimit } from '../platform/rate-limits/viewer-limits.ts';
import { forClients, ownersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { inputOf } from '../schema-builder/inputs.ts';
import { existing } from '../schema-builder/loaders.ts';
import { mutation, payloadOf } from '../schema-builder/mutations.ts';
import { nodeType } from '../schema-builder/nodes.ts';
import { ownLimits, ownMemberships, ownTenant, tenantLoader, userLoader } from './loaders.ts';
import { type MembershipRow, UpdateTenant, updateTenant } from './tenants.ts';
import { CreateUser, createUser, listUsers, UpdateUser, UserFilter, updateUser } from './users.ts';

const Role = enumOf('Role', RoleName, {
  description: 'What a user may do in a tenant.',
  values: {
    OWNER: 'May do everything, also manage users, settings and connections to other systems.',
    MEMBER: 'Does the daily work: may do everything except what is for owners only.',
    CLIENT:
      'A portal user: sees only what belongs to their own contact, where that is open to portal users.',
  },
});

const Tenant = nodeType('Tenant', {
  description: 'An agency. All other data belongs to one tenant, and no other tenant can see it.',
  load: tenantLoader,
  closedToClients: true,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the agency.' }),
    country: t.exposeString('country', {
      description:
        'The ISO 3166 code of a country, such as US. Phone numbers entered without a country code are taken to be from there.',
    }),
    timeZone: t.exposeString('timeZone', {
      description:
        'The IANA name of a time zone, such as Europe/Berlin. Days and hours in the analytics of campaigns are those of there.',
    }),
  }),
});

/** A user of the viewer's tenant. */
export const User = nodeType('User', {
  description: 'Somebody who may sign in to a tenant. One person may be a user of several tenants.',
  load: userLoader,
  closedToClients: true,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the person.' }),
    email: t.exposeString('email', {
      description: 'The e-mail address of the person, in lower case. Unique within the tenant.',
    }),
    role: t.expose('role', { type: Role, description: 'What the user may do in the tenant.' }),
    active: t.exposeBoolean('active', {
      description: 'False once an owner has locked the user out: their tokens are refused.',
    }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description:
        'The subject (`sub`) of the person at the identity provider. Null until the person first signs in with this e-mail address verified, unless an owner has set it; always null where the server signs its own tokens.',
    }),
    phone: t.exposeString('phone', {
      nullable: true,
      description:
        'The mobile number in international format, to which test messages of campaigns go. Null if none is set.',
    }),
  }),
});

const MembershipType = builder.objectRef<MembershipRow>('Membership').implement({
  description: 'One of the tenants that a person works for, or is a portal user of.',
  fields: (t) => ({
    tenant: t.field({
      type: Tenant,
      description: 'The agency. Send its id in the header `x-tenant` to work in this tenant.',
      resolve: ({ tenant }) => Tenant.present(tenant),
    }),
    role: t.expose('role', { type: Role, description: 'What the person may do there.' }),
  }),
});

const ViewerRateLimit = builder.objectRef<ViewerLimit>('ViewerRateLimit').implement({
  description: 'A limit on what you may do in a window of time, as it stands now.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description:
        'What is limited: `api-cost` the cost of all your operations in a minute, `workflow-tenant` the starts of all workflows of the tenant, `workflow-steps` the steps of these, `workflow-user` your own starts of one workflow.',
    }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'The key of the workflow, for `workflow-user`; null for all others.',
    }),
    limit: t.exposeInt('limit', {
      description: 'The maximum in one window: points of cost, starts or steps.',
    }),
    remaining: t.exposeInt('remaining', { description: 'How much of it is left at the moment.' }),
    resetAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When all of it is available again; null while none of it is used.',
      resolve: ({ resetAt }) => resetAt?.toISOString() ?? null,
    }),
  }),
});

/** The viewer: later domains add their fields to it. */
export const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description:
    'You: the user that your token belongs to, in one tenant. If you are a user of several tenants, name one in the header `x-tenant` (for WebSockets, in `connectionParams.tenant`), or requests fail with FORBIDDEN.',
  fields: (t) => ({
    user: t.field({
      type: User,
      description: 'Your own user, with your name and e-mail address.',
      resolve: async (viewer, _args, context) =>
        existing(await userLoader(context).load(viewer.userId)),
    }),
    tenant: t.field({
      type: Tenant,
      description: 'The agency that this request is about.',
      resolve: (_viewer, _args, context) => ownTenant(context),
    }),
    role: t.field({
      type: Role,
      description: 'What you may do in this tenant.',
      resolve: (viewer) => (viewer.role === 'ANONYMOUS' ? 'CLIENT' : viewer.role),
    }),
    rateLimits: t.field({
      ...forClients,
      type: [ViewerRateLimit],
      description:
        'What is left of each limit that applies to you. Reading it uses up nothing but the cost of the request itself. Of workflows, the first 100 by key are listed.',
      resolve: (_viewer, _args, context) => ownLimits(context),
    }),
    memberships: t.field({
      type: [MembershipType],
      description:
        'All tenants in which you have an active user, this one included, by name; at most 100.',
      resolve: (_viewer, _args, context) => ownMemberships(context),
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    ...forClients,
    description: 'Who you are signed in as, and in which tenant.',
    type: ViewerType,
    resolve: (_root, _args, context) => context.viewer,
  }),
  users: t.field({
    ...ownersOnly,
    description: 'The users of your tenant, active or not, newest first.',
    type: connectionOf(User),
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({
        type: inputOf('UserFilter', UserFilter),
        description: 'Lists only some of the users.',
      }),
    },
    resolve: (_root, args, context) => listUsers(context.platform, context.viewer, args),
  }),
}));

const UserPayload = payloadOf('UserPayload', { user: User });

mutation('updateTenant', {
  ...ownersOnly,
  description: 'Changes the name, the country or the time zone of your tenant.',
  input: UpdateTenant,
  payload: payloadOf('TenantPayload', { tenant: Tenant }),
  rule: updateTenant,
});

mutation('createUser', {
  ...ownersOnly,
  description: 'Adds a user to your tenant, who may sign in from then on.',
  input: CreateUser,
  payload: UserPayload,
  rule: createUser,
});

mutation('updateUser', {
  ...ownersOnly,
  description: 'Changes a user of your tenant, locks them out or lets them in again.',
  input: UpdateUser,
  payload: UserPayload,
  rule: updateUser,
});
