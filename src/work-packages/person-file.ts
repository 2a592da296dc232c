/** The packages of a person, in the file about them. */
import { onPersonFile, PERSON_FILE_ROWS } from '../contacts/index.ts';
import { query } from '../platform/database/tenant-scope.ts';

onPersonFile({
  name: 'workPackages',
  page: (database, { id }, after) =>
    database.run(
      query
        .selectFrom('work_package')
        .select(['id', 'title', 'description', 'status', 'startDate', 'expectedEndDate'])
        .select(['createdAt', 'updatedAt'])
        .where('contactId', '=', id)
        .where('id', '>', after)
        .orderBy('id')
        .limit(PERSON_FILE_ROWS),
    ),
});
