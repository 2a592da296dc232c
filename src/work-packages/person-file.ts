/** The packages of a person, in the file about them. */
import { sql } from 'kysely';
import { onPersonFile } from '../contacts/index.ts';
import { query } from '../platform/database/tenant-scope.ts';

onPersonFile({
  name: 'workPackages',
  id: sql.ref('work_package.id'),
  rows: ({ id }) =>
    query
      .selectFrom('work_package')
      .select(['id', 'title', 'description', 'status', 'startDate', 'expectedEndDate'])
      .select(['createdAt', 'updatedAt'])
      .where('contactId', '=', id),
});
