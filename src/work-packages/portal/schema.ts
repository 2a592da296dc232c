/** The portal's dashboard. */
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { WorkPackage } from '../work-package-schema.ts';
import {
  PORTAL_MATCHES,
  PORTAL_STATES,
  type PortalDashboard,
  portalDashboard,
  portalWorkPackages,
} from './dashboard.ts';

const PortalState = enumOf('PortalState', PORTAL_STATES, {
  description: 'Whether the portal has a work package to show.',
  values: {
    READY: 'There is one: `workPackage`.',
    PREPARING: 'There is none yet, or the viewer has no contact.',
  },
});
const PortalMatch = enumOf('PortalMatch', PORTAL_MATCHES, {
  description: 'How the dashboard found its work package.',
  values: {
    CONTACT: "It is for the viewer's own contact.",
    COMPANY: "It is for the organization of the viewer's contact.",
    NONE: 'None was found.',
  },
});

const PortalDashboardType = builder.objectRef<PortalDashboard>('PortalDashboard').implement({
  description: 'What a portal user sees first after signing in.',
  fields: (t) => ({
    state: t.expose('state', {
      type: PortalState,
      description: 'PREPARING exactly when `workPackage` is null.',
    }),
    matchedBy: t.expose('matchedBy', {
      type: PortalMatch,
      description: 'How `workPackage` was found.',
    }),
    workPackage: t.field({
      description:
        "The newest ACTIVE package of the viewer's contact, else of the contact's organization, else the newest COMPLETED one of either in that order. Null when there is none.",
      type: WorkPackage,
      nullable: true,
      resolve: ({ workPackage }) => workPackage && WorkPackage.present(workPackage),
    }),
    workPackages: t.field({
      description: 'All packages that the viewer may see there, newest first; at most 500.',
      type: [WorkPackage],
      resolve: async (_dashboard, _args, { platform, viewer }) =>
        (await portalWorkPackages(platform, viewer)).map(WorkPackage.present),
    }),
  }),
});

builder.queryField('portalDashboard', (t) =>
  t.field({
    ...forClients,
    description: 'The start page of the portal. For users without a contact it is PREPARING.',
    type: PortalDashboardType,
    resolve: (_root, _args, { platform, viewer }) => portalDashboard(platform, viewer),
  }),
);
