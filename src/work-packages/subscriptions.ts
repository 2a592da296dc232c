/** `workPackageChanged`: the package as it is now, then after each change. */
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { RequestError } from '../platform/errors.ts';
import { parseId } from '../platform/input.ts';
import { liveTopics } from '../platform/platform.ts';
import { forClients } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
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
  description: 'A work package as it is after a change.',
  fields: (t) => ({
    version: t.exposeInt('version', {
      description: 'The version of the package: always higher than in the message before.',
    }),
    workPackage: t.field({
      description: 'The package at this version.',
      type: WorkPackage,
      resolve: WorkPackage.present,
    }),
  }),
});

builder.subscriptionField('workPackageChanged', (t) =>
  t.field({
    ...forClients,
    description:
      'The work package as it is now, then after each change of it, of anything in it or of an artifact in it. Changes that follow each other fast may come as one. NOT_FOUND when there is none that you may see; it ends when you no longer may.',
    type: WorkPackageChange,
    args: { id: t.arg.id({ required: true, description: 'The package to follow.' }) },
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
