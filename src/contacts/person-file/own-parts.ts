/** What contacts, and earlier domains, hold about a person. */
import { sql } from 'kysely';
import { anyText } from '../../platform/database/arrays.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { onPersonFile } from './parts.ts';

onPersonFile({
  name: 'activities',
  id: sql.ref('activity.id'),
  rows: ({ id }) => query.selectFrom('activity').selectAll().where('contactId', '=', id),
});

onPersonFile({
  name: 'deals',
  id: sql.ref('deal.id'),
  rows: ({ id }) => query.selectFrom('deal').selectAll().where('contactId', '=', id),
});

onPersonFile({
  name: 'consent',
  id: sql.ref('consent_word.id'),
  rows: ({ id, numbers }) =>
    query
      .selectFrom('consent_word')
      .selectAll()
      .where((eb) => eb.or([eb('contactId', '=', id), eb('identity', '=', anyText(numbers))])),
});

onPersonFile({
  name: 'portalUsers',
  id: sql.ref('user.id'),
  rows: ({ id }) =>
    query
      .selectFrom('user')
      .select(['id', 'name', 'email', 'phone', 'active', 'externalId', 'createdAt'])
      .where('contactId', '=', id),
});

onPersonFile({
  name: 'notifications',
  id: sql.ref('notification.id'),
  rows: ({ id }) =>
    query
      .selectFrom('notification')
      .select(['id', 'title', 'body', 'createdAt'])
      .where('subjectType', '=', 'Contact')
      .where('subjectId', '=', id),
});
