/** The portal's dashboard. */
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { packageNode } from '../nodes.ts';
import { WorkPackage } from '../work-package-schema.ts';
import { type PortalDashboard, portalDashboard, portalWorkPackages } from './dashboard.ts';

const PortalState = builder.enumType('PortalState', { values: ['READY', 'PREPARING'] as const });
const PortalMatch = builder.enumType('PortalMatch', {
  description:
    "How the dashboard found the work package: by the viewer's contact, else by that contact's company.",
  values: ['CONTACT', 'COMPANY', 'NONE'] as const,
});

const PortalDashboardType = builder.objectRef<PortalDashboard>('PortalDashboard').implement({
  fields: (t) => ({
    state: t.expose('state', { type: PortalState }),
    matchedBy: t.expose('matchedBy', { type: PortalMatch }),
    workPackage: t.field({
      type: WorkPackage,
      nullable: true,
      resolve: ({ workPackage }) => workPackage && packageNode(workPackage),
    }),
    workPackages: t.field({
      type: [WorkPackage],
      resolve: async (_dashboard, _args, { platform, viewer }) =>
        (await portalWorkPackages(platform, viewer)).map(packageNode),
    }),
  }),
});

builder.queryField('portalDashboard', (t) =>
  t.field({
    ...forClients,
    description: 'What a client sees on signing in to the portal.',
    type: PortalDashboardType,
    resolve: (_root, _args, { platform, viewer }) => portalDashboard(platform, viewer),
  }),
);
