/** Activities in the API: of a contact, and logging one. Portal users read none. */
import { ActivityType as ActivityTypeName } from '../../generated/kysely.ts';
import { parsePage } from '../platform/database/keyset.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { badArgument } from '../platform/input.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { deletion, mutation, payloadOf } from '../schema-builder/mutations.ts';
import { nodeType } from '../schema-builder/nodes.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User } from '../tenancy/schema.ts';
import {
  deleteActivity,
  LogActivity,
  logActivity,
  UpdateActivity,
  updateActivity,
} from './activities.ts';
import { Contact, required } from './contact-schema.ts';
import { NEWEST_ACTIVITY_FIRST } from './lists/orders.ts';
import {
  activityCountLoader,
  activityLoader,
  activityPageLoader,
  contactLoader,
  recentActivitiesLoader,
} from './loaders.ts';
import { activityNode } from './nodes.ts';
import { ACTIVITY_COLUMNS, type ActivityColumn } from './rows.ts';

const MAX_RECENT = 500;

const ActivityType = enumOf('ActivityType', ActivityTypeName, {
  description: 'A kind of activity. Each counts differently towards warmness.',
  values: {
    CALL: 'A phone or video call. Counts as contacting the person.',
    EMAIL: 'An e-mail to or from the person. Counts as contacting the person.',
    MEETING: 'A meeting with the person. Counts as contacting the person.',
    NOTE: 'Something worth remembering. Does not count as contacting the person.',
    TASK: 'Something done or to be done. Does not count as contacting the person.',
  },
});

const Activity = nodeType('Activity', {
  description: 'Something that was done with a contact, or will be.',
  ...membersOnly,
  load: activityLoader,
  closedToClients: true,
  present: activityNode,
  fields: (t) => ({
    contactId: t.id({
      description: 'The id of the person whom the activity involves.',
      resolve: ({ contactId }) => encodeGlobalId('Contact', contactId),
    }),
    contact: t.field({
      type: Contact,
      description: 'The person whom the activity involves.',
      resolve: async ({ contactId }, _args, context) =>
        required(await contactLoader(context).load(contactId)),
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'The user who did it; null if that person is not a user here.',
      resolve: ({ userId }, _args, context) =>
        userId === null ? null : userLoader(context).load(userId),
    }),
    type: t.expose('type', { type: ActivityType, description: 'What kind of activity it is.' }),
    subject: t.exposeString('subject', { description: 'What it is about, in one line.' }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Details, as plain text; null if there are none.',
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      description:
        'When it happened, or will happen; until then it counts neither towards warmness nor towards lastContactedAt.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was recorded here.',
    }),
  }),
});

const ActivityConnection = connectionOf(Activity);

/** The columns that the fields of Activity need. */
const ACTIVITY_NEEDS: ColumnNeeds<ActivityColumn> = {
  all: ACTIVITY_COLUMNS,
  always: ['id', 'contactId'],
  fields: { contact: ['contactId'], user: ['userId'] },
};

builder.objectFields(Contact, (t) => ({
  recentActivities: t.field({
    description:
      'The newest activities with the contact, newest first, future ones included. Meant for lists of contacts; `activities` has pages.',
    type: [Activity],
    args: {
      limit: t.arg.int({
        defaultValue: 5,
        description: `The maximum number of activities to return, 1 to ${MAX_RECENT}.`,
      }),
    },
    resolve: (contact, { limit }, context, info) => {
      const size = limit ?? 5;
      if (size < 1 || size > MAX_RECENT)
        throw badArgument('limit', `Expected a number from 1 to ${MAX_RECENT}.`);
      return recentActivitiesLoader(context).load({
        id: contact.uuid,
        limit: size,
        columns: neededColumns(info, [[]], ACTIVITY_NEEDS),
      });
    },
  }),
  activities: t.field({
    description: 'All activities with the contact, newest first, future ones included.',
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

const ActivityPayload = payloadOf('ActivityPayload', { activity: Activity, contact: Contact });

mutation('logActivity', {
  description:
    'Records something that you did with a contact. The contact in the payload has its new warmness and lastContactedAt.',
  input: LogActivity,
  payload: ActivityPayload,
  rule: logActivity,
});

mutation('updateActivity', {
  description:
    'Corrects an activity, also one that came from Pipedrive: a sync keeps what you changed until it changes there. The contact in the payload has its new warmness and lastContactedAt.',
  input: UpdateActivity,
  payload: ActivityPayload,
  rule: updateActivity,
});

deletion('deleteActivity', {
  description:
    'Deletes an activity; the warmness and lastContactedAt of its contact follow at once. One that came from Pipedrive comes back only if it changes there.',
  of: 'Activity',
  rule: deleteActivity,
});
