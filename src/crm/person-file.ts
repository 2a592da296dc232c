/** What the CRM said of a person, in the file about them. */
import { sql } from 'kysely';
import { onPersonFile, PERSON_FILE_ROWS } from '../contacts/index.ts';
import { query } from '../platform/database/tenant-scope.ts';

onPersonFile({
  name: 'crmRecords',
  page: (database, { id, pipedrivePersonId }, after) => {
    const key = sql<string>`md5("kind" || ' ' || "externalId")::uuid`;
    return database.run(
      query
        .selectFrom('crm_record')
        .select([key.as('id'), 'kind', 'externalId', 'record'])
        .where((eb) =>
          eb.or([
            eb('contactId', '=', id),
            eb.and([eb('kind', '=', 'persons'), eb('externalId', '=', pipedrivePersonId)]),
          ]),
        )
        .where(sql<boolean>`${key} > ${after}::uuid`)
        .orderBy(key)
        .limit(PERSON_FILE_ROWS),
    );
  },
});
