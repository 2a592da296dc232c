/** When a person is erased, their client goes, with the answers and packets. */
import { onContactErasure } from '../../contacts/index.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { GENERATE_PACKET } from '../packets/job.ts';

onContactErasure({
  erase: async (platform, tx, { id }) => {
    const clients = await tx.run(
      query.selectFrom('client').select('id').where('contactId', '=', id).orderBy('id').forUpdate(),
    );
    const ids = clients.map((client) => client.id);
    if (ids.length === 0) return 'DONE';
    const packets = await tx.run(
      query
        .selectFrom('packet')
        .select('jobId')
        .where('clientId', '=', anyOf(ids))
        .orderBy('id')
        .forUpdate(),
    );
    await platform.jobs.cancel(
      tx,
      GENERATE_PACKET,
      packets.map(({ jobId }) => jobId),
    );
    await tx.run(query.deleteFrom('client').where('id', '=', anyOf(ids)));
    return 'DONE';
  },
});
