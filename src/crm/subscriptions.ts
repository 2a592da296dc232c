/** `crmSyncProgress`: a sync as it is now, then after each of its pages. */
import { RequestError } from '../platform/errors.ts';
import { parseId } from '../platform/input.ts';
import { liveTopics } from '../platform/platform.ts';
import { builder } from '../schema-builder/builder.ts';
import { CrmSync } from './crm-schema.ts';
import { type CrmSyncRow, syncsById, syncVersionsById } from './syncs.ts';
import { CRM_SYNC_CHANGED } from './topics.ts';

const syncs = liveTopics<CrmSyncRow>(({ database }) => ({
  topic: CRM_SYNC_CHANGED,
  read: (tenantId, ids) => database.forTenant({ tenantId }).runPrepared(syncsById, { ids }),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(syncVersionsById, { ids }),
}));

builder.subscriptionField('crmSyncProgress', (t) =>
  t.field({
    description:
      'A sync as it is now, then after each of its pages, until it has ended; states may be skipped, but never go back.',
    type: CrmSync,
    args: { id: t.arg.id({ required: true, description: 'The sync to follow.' }) },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['CrmSync'], 'id', args.id);
      const states = await syncs(platform).subscribe(viewer.tenantId, id);
      if (states === null) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
      return states;
    },
    resolve: (row) => CrmSync.present(row),
  }),
);
