/** Activities in the API: of a contact, and logging one. Portal users read none. */
import type { GraphQLResolveInfo } from 'graphql';
import { parsePage } from '../platform/database/keyset.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { badArgument, NAME_LENGTH, NOTES_LENGTH } from '../platform/input.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionType, pageArguments } from '../schema-builder/connections.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { asNode, Node, type NodeOf, registerNode } from '../schema-builder/nodes.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User } from '../tenancy/schema.ts';
import { logActivity } from './activities.ts';
import { Contact, required } from './contact-schema.ts';
import { NEWEST_ACTIVITY_FIRST } from './lists/orders.ts';
import {
  activityCountLoader,
  activityLoader,
  activityPageLoader,
  contactLoader,
  recentActivitiesLoader,
} from './loaders.ts';
import {
  ACTIVITY_COLUMNS,
  type ActivityColumn,
  type ActivityRow,
  type ContactRow,
} from './rows.ts';

const MAX_RECENT = 500;

const ActivityType = builder.enumType('ActivityType', {
  values: ['CALL', 'EMAIL', 'MEETING', 'NOTE', 'TASK'] as const,
});

const Activity = builder.objectRef<NodeOf<ActivityRow>>('Activity').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id'),
    contactId: t.id({ resolve: ({ contactId }) => encodeGlobalId('Contact', contactId) }),
    contact: t.field({
      type: Contact,
      resolve: async ({ contactId }, _args, context) =>
        required(await contactLoader(context).load(contactId)),
    }),
    user: t.field({
      type: User,
      nullable: true,
      resolve: ({ userId }, _args, context) =>
        userId === null ? null : userLoader(context).load(userId),
    }),
    type: t.expose('type', { type: ActivityType }),
    subject: t.exposeString('subject'),
    note: t.exposeString('note', { nullable: true }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

registerNode('Activity', (context, id) => activityLoader(context).load(id));

const ActivityConnection = connectionType<ActivityRow, NodeOf<ActivityRow>>(
  'Activity',
  Activity,
  (row) => asNode('Activity', row),
);

/** The columns that the fields of Activity are made of. */
const ACTIVITY_NEEDS: ColumnNeeds<ActivityColumn> = {
  all: ACTIVITY_COLUMNS,
  always: ['id', 'contactId'],
  fields: { contact: ['contactId'], user: ['userId'] },
};

function activityColumns(info: GraphQLResolveInfo): readonly ActivityColumn[] {
  return neededColumns(info, [[]], ACTIVITY_NEEDS);
}

builder.objectFields(Contact, (t) => ({
  recentActivities: t.field({
    description: 'Newest first.',
    type: [Activity],
    args: { limit: t.arg.int({ defaultValue: 5 }) },
    resolve: (contact, { limit }, context, info) => {
      const size = limit ?? 5;
      if (size < 1 || size > MAX_RECENT)
        throw badArgument('limit', `Expected a number from 1 to ${MAX_RECENT}.`);
      return recentActivitiesLoader(context).load({
        contactId: contact.uuid,
        limit: size,
        columns: activityColumns(info),
      });
    },
  }),
  activities: t.field({
    description: 'Newest first.',
    type: ActivityConnection,
    args: pageArguments(t.arg),
    resolve: async (contact, args, context) => ({
      ...(await activityPageLoader(context).load({
        id: contact.uuid,
        page: parsePage(args, NEWEST_ACTIVITY_FIRST),
      })),
      count: async () => (await activityCountLoader(context).load(contact.uuid))[0]?.count ?? 0,
    }),
  }),
}));

const LogActivityInput = builder.inputType('LogActivityInput', {
  fields: (t) => ({
    contactId: t.id({ required: true }),
    type: t.field({ type: ActivityType, required: true }),
    subject: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    note: t.string({ ...maxLength(NOTES_LENGTH) }),
    occurredAt: t.field({ type: 'DateTime', description: 'Default: now.' }),
  }),
});

const ActivityPayload = payloadType<{ activity: ActivityRow; contact: ContactRow }>(
  'ActivityPayload',
  (t) => ({
    activity: t.field({
      type: Activity,
      nullable: true,
      resolve: ({ activity }) => activity && asNode('Activity', activity),
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      resolve: ({ contact }) => contact && asNode('Contact', contact),
    }),
  }),
);
builder.mutationFields((t) => ({
  logActivity: t.field({
    type: ActivityPayload,
    args: { input: t.arg({ type: LogActivityInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, logActivity(context.platform, context.viewer, input)),
  }),
}));
