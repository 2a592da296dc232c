/** What the CRM refers to, when contacts or organizations of it are merged here. */
import { onOrganizationMerge } from '../contacts/index.ts';
import { query } from '../platform/database/tenant-scope.ts';

onOrganizationMerge(async (_platform, tx, { sourceId, targetId }) => {
  await tx.run(
    query
      .updateTable('crm_record')
      .set({ organizationId: targetId })
      .where('organizationId', '=', sourceId),
  );
});
