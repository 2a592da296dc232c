/** `workPackageChanged`: the package as it is, then after each change. */
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { RequestError } from '../platform/errors.ts';
import { parseId } from '../platform/input.ts';
import { liveTopics } from '../platform/platform.ts';
import { forClients } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { packageNode } from './nodes.ts';
import type { WorkPackageRow } from './rows.ts';
import { WORK_PACKAGE_CHANGED } from './topics.ts';
import { isVisible, packagesById } from './visibility.ts';
import { WorkPackage } from './work-package-schema.ts';

/** The stored versions of packages, which live topics compare. */
const versionsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('work_package').select(['id', 'version']).where('id', '=', anyOf(p.ids)),
);

const packages = liveTopics<WorkPackageRow>(({ database }) => ({
  topic: WORK_PACKAGE_CHANGED,
  read: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(packagesById, { ids, portalContactId: null }),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(versionsById, { ids }),
}));

const WorkPackageChange = builder.objectRef<WorkPackageRow>('WorkPackageChange').implement({
  fields: (t) => ({
    version: t.exposeInt('version'),
    workPackage: t.field({ type: WorkPackage, resolve: packageNode }),
  }),
});

builder.subscriptionField('workPackageChanged', (t) =>
  t.field({
    ...forClients,
    type: WorkPackageChange,
    args: { id: t.arg.id({ required: true }) },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['WorkPackage'], 'id', args.id);
      const states = await packages(platform).subscribe(viewer.tenantId, id, () =>
        isVisible(platform, viewer, id),
      );
      if (states === null) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
      return states;
    },
    resolve: (row) => row,
  }),
);
