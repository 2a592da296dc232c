/** Notifications of the viewer. */

import { forClients } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionType, forwardArguments } from '../schema-builder/connections.ts';
import { maxItems } from '../schema-builder/maxima.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { asNode, loadNode, Node, type NodeOf, registerNode } from '../schema-builder/nodes.ts';
import { notificationLoader } from './loaders.ts';
import {
  listNotifications,
  MAX_MARKED,
  markNotificationsRead,
  type NotificationRow,
} from './notifications.ts';
import { notificationsFrom } from './stream.ts';

const Notification = builder.objectRef<NodeOf<NotificationRow>>('Notification').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    title: t.exposeString('title'),
    body: t.exposeString('body'),
    subject: t.field({
      description: 'What it is about, when that still exists.',
      type: Node,
      nullable: true,
      resolve: ({ subjectType, subjectId }, _args, context) =>
        subjectType === null || subjectId === null
          ? null
          : loadNode(context, { type: subjectType, id: subjectId }),
    }),
    readAt: t.expose('readAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

registerNode('Notification', (context, id) => notificationLoader(context).load(id));

const present = (row: NotificationRow) => asNode('Notification', row);
const NotificationConnection = connectionType<NotificationRow, NodeOf<NotificationRow>>(
  'Notification',
  Notification,
  present,
);

builder.queryField('notifications', (t) =>
  t.field({
    ...forClients,
    description: "The viewer's own, newest first.",
    type: NotificationConnection,
    args: { ...forwardArguments(t.arg), unreadOnly: t.arg.boolean({ defaultValue: false }) },
    resolve: (_root, args, context) => listNotifications(context.platform, context.viewer, args),
  }),
);

const MarkNotificationsReadInput = builder.inputType('MarkNotificationsReadInput', {
  fields: (t) => ({ ids: t.idList({ required: true, ...maxItems(MAX_MARKED) }) }),
});
const NotificationsPayload = payloadType<{ notifications: NotificationRow[] }>(
  'NotificationsPayload',
  (t) => ({
    notifications: t.field({
      type: [Notification],
      resolve: ({ notifications }) => (notifications ?? []).map(present),
    }),
  }),
);

builder.mutationField('markNotificationsRead', (t) =>
  t.field({
    ...forClients,
    type: NotificationsPayload,
    args: { input: t.arg({ type: MarkNotificationsReadInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, markNotificationsRead(context.platform, context.viewer, input)),
  }),
);

builder.subscriptionField('notificationAdded', (t) =>
  t.field({
    ...forClients,
    description:
      'Reads on from the last one it sent (at first: the newest unread): none is skipped.',
    type: Notification,
    subscribe: (_root, _args, { platform, viewer }) => notificationsFrom(platform, viewer),
    resolve: present,
  }),
);
