/** What records of the CRM refer to, when contacts or organizations are merged here. */
import { onContactMerge, onOrganizationMerge } from '../contacts/index.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { query } from '../platform/database/tenant-scope.ts';

onOrganizationMerge(async (_platform, tx, { sourceId, targetId }) => {
  await tx.run(
    query
      .updateTable('crm_record')
      .set({ organizationId: targetId })
      .where('organizationId', '=', sourceId),
  );
});

onContactMerge(async (_platform, tx, { sourceIds, targetId }) => {
  await tx.run(
    query
      .updateTable('crm_record')
      .set({ contactId: targetId })
      .where('contactId', '=', anyOf(sourceIds)),
  );
  return [];
});
