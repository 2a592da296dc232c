/** What contacts, and earlier domains, hold about a person. */
import { query } from '../../platform/database/tenant-scope.ts';
import { onPersonFile, ROWS } from './parts.ts';

onPersonFile({
  name: 'activities',
  page: (database, { id }, after) =>
    database.run(
      query
        .selectFrom('activity')
        .selectAll()
        .where('contactId', '=', id)
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS),
    ),
});

onPersonFile({
  name: 'deals',
  page: (database, { id }, after) =>
    database.run(
      query
        .selectFrom('deal')
        .selectAll()
        .where('contactId', '=', id)
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS),
    ),
});

onPersonFile({
  name: 'consent',
  page: (database, { id, phoneE164 }, after) =>
    database.run(
      query
        .selectFrom('consent_word')
        .selectAll()
        .where((eb) => eb.or([eb('contactId', '=', id), eb('identity', '=', phoneE164)]))
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS),
    ),
});

onPersonFile({
  name: 'portalUsers',
  page: (database, { id }, after) =>
    database.run(
      query
        .selectFrom('user')
        .select(['id', 'name', 'email', 'active', 'externalId', 'createdAt'])
        .where('contactId', '=', id)
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS),
    ),
});

onPersonFile({
  name: 'notifications',
  page: (database, { id }, after) =>
    database.run(
      query
        .selectFrom('notification')
        .select(['id', 'title', 'body', 'createdAt'])
        .where('subjectType', '=', 'Contact')
        .where('subjectId', '=', id)
        .where('id', '>', after)
        .orderBy('id')
        .limit(ROWS),
    ),
});
