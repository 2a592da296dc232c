/** When a person is erased, their packages stay, without the person and their name. */
import { sql } from 'kysely';
import { onContactErasure, withoutPerson } from '../contacts/index.ts';
import { updateEach } from '../platform/database/bulk-update.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { searchText } from '../platform/text.ts';
import { NOW } from './editing/change.ts';
import { WORK_PACKAGE_CHANGED } from './topics.ts';

/** Packages that a transaction changes. */
const PACKAGES = 100;

onContactErasure({
  erase: async (platform, tx, person) => {
    const packages = await tx.run(
      query
        .selectFrom('work_package')
        .select(['id', 'title', 'description'])
        .where('contactId', '=', person.id)
        .orderBy('id')
        .limit(PACKAGES)
        .forUpdate(),
    );
    if (packages.length === 0) return 'DONE';
    const erased = withoutPerson(person);
    const rows = packages.map(({ id, ...texts }) => {
      const title = erased(texts.title);
      const description = texts.description === null ? null : erased(texts.description);
      return {
        id,
        title,
        description,
        contactId: null,
        searchText: searchText(title, description),
      };
    });
    await tx.run(
      updateEach('work_package', rows, ['title', 'description', 'contactId', 'searchText']).set({
        version: sql<number>`"work_package"."version" + 1`,
        updatedAt: NOW,
      }),
    );
    WORK_PACKAGE_CHANGED.publishAfterCommit(
      platform,
      tx,
      rows.map(({ id }) => id),
    );
    return packages.length === PACKAGES ? 'MORE' : 'DONE';
  },
});
