/** Notifications of the viewer. */
import { forClients } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import { mutation, payloadType } from '../schema-builder/mutations.ts';
import { loadNode, Node, nodeType } from '../schema-builder/nodes.ts';
import { notificationLoader } from './loaders.ts';
import {
  listNotifications,
  MarkNotificationsRead,
  markNotificationsRead,
  type NotificationRow,
} from './notifications.ts';
import { notificationsFrom } from './stream.ts';

const Notification = nodeType('Notification', {
  description: 'A message to one user, such as one that a step of a workflow sends.',
  load: notificationLoader,
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What the message is about, in one line.' }),
    body: t.exposeString('body', { description: 'The message itself, as plain text.' }),
    subject: t.field({
      description:
        'The object that the message is about; null when there is none, when it no longer exists, or when you may not see it.',
      type: Node,
      nullable: true,
      resolve: ({ subjectType, subjectId }, _args, context) =>
        subjectType === null || subjectId === null
          ? null
          : loadNode(context, { type: subjectType, id: subjectId }),
    }),
    readAt: t.expose('readAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When you marked the message as read; null while it is unread.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the message was sent.',
    }),
  }),
});

builder.queryField('notifications', (t) =>
  t.field({
    ...forClients,
    description: 'The messages to you, newest first.',
    type: connectionOf(Notification),
    args: {
      ...pageArguments(t.arg),
      unreadOnly: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to leave out what you have marked as read.',
      }),
    },
    resolve: (_root, args, context) => listNotifications(context.platform, context.viewer, args),
  }),
);

mutation('markNotificationsRead', {
  ...forClients,
  description: 'Marks messages to you as read. Those already read keep their time.',
  input: MarkNotificationsRead,
  payload: payloadType<{ notifications: NotificationRow[] }>('NotificationsPayload', (t) => ({
    notifications: t.field({
      type: [Notification],
      description: 'The messages that are now read, each once; empty when there are userErrors.',
      resolve: ({ notifications }) => (notifications ?? []).map(Notification.present),
    }),
  })),
  rule: markNotificationsRead,
});

builder.subscriptionField('notificationAdded', (t) =>
  t.field({
    ...forClients,
    description:
      'Each new message to you, in order and without gaps. It starts with the newest unread one, if there is one.',
    type: Notification,
    subscribe: (_root, _args, { platform, viewer }) => notificationsFrom(platform, viewer),
    resolve: Notification.present,
  }),
);
