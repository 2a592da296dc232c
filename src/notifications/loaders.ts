/** Notifications by id: viewers find only their own. */
import { rowLoader } from '../schema-builder/loaders.ts';
import { asNode } from '../schema-builder/nodes.ts';
import { notificationsById } from './notifications.ts';

export const notificationLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database
      .forTenant(viewer)
      .runPrepared(notificationsById, { ids, userId: viewer.userId }),
  (row) => asNode('Notification', row),
);
