/**
 * When contacts are merged, their client moves along. A contact has one client, so of several the one
 * that is furthest stays with it; the others stay without a contact.
 */
import { type MovedObjects, onContactMerge } from '../../contacts/index.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { query } from '../../platform/database/tenant-scope.ts';

onContactMerge(async (_platform, tx, { sourceIds, targetId }): Promise<MovedObjects[]> => {
  const clients = await tx.run(
    query
      .selectFrom('client')
      .select(['id', 'contactId'])
      .where('contactId', '=', anyOf([...sourceIds, targetId]))
      .orderBy('intakeCompletedAt', (order) => order.asc().nullsLast())
      .orderBy('createdAt')
      .orderBy('id')
      .forUpdate(),
  );
  const [kept, ...others] = clients;
  if (!kept) return [];
  if (others.length > 0)
    await tx.run(
      query
        .updateTable('client')
        .set({ contactId: null })
        .where('id', '=', anyOf(others.map(({ id }) => id))),
    );
  if (kept.contactId !== targetId)
    await tx.run(
      query.updateTable('client').set({ contactId: targetId }).where('id', '=', kept.id),
    );
  return [
    { what: 'intake clients', count: kept.contactId === targetId ? 0 : 1 },
    { what: 'intake clients that have no contact from now on', count: others.length },
  ];
});
