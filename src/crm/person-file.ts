/** What the CRM said of a person, in the file about them. */
import { sql } from 'kysely';
import { onPersonFile } from '../contacts/index.ts';
import { query } from '../platform/database/tenant-scope.ts';

const ID = sql<string>`md5("kind" || ' ' || "externalId")::uuid`;

onPersonFile({
  name: 'crmRecords',
  id: ID,
  rows: ({ id, pipedrivePersonId }) =>
    query
      .selectFrom('crm_record')
      .select([ID.as('id'), 'kind', 'externalId', 'record'])
      .where((eb) =>
        eb.or([
          eb('contactId', '=', id),
          eb.and([eb('kind', '=', 'persons'), eb('externalId', '=', pipedrivePersonId)]),
        ]),
      ),
});
