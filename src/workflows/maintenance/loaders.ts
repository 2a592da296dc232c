/** Loaders of properties, assets, technicians and maintenance requests. */
import type { Context } from '../../schema-builder/context.ts';
import { groupLoader, rowLoader } from '../../schema-builder/loaders.ts';
import { asNode } from '../../schema-builder/nodes.ts';
import { assetsById, assetsOfProperties, propertiesById } from './properties.ts';
import { requestsById } from './requests.ts';
import { techniciansById } from './technicians.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Properties by id. */
export const propertyLoader = rowLoader(
  (context, ids) => database(context).runPrepared(propertiesById, { ids }),
  (row) => asNode('Property', row),
);

/** Assets by id. */
export const assetLoader = rowLoader(
  (context, ids) => database(context).runPrepared(assetsById, { ids }),
  (row) => asNode('Asset', row),
);

/** The assets of a property, oldest first. */
export const assetsOfPropertyLoader = groupLoader(
  (context, ids) => database(context).runPrepared(assetsOfProperties, { ids }),
  ({ propertyId }) => propertyId,
  (row) => asNode('Asset', row),
);

/** Technicians by id. */
export const technicianLoader = rowLoader(
  (context, ids) => database(context).runPrepared(techniciansById, { ids }),
  (row) => asNode('Technician', row),
);

/** Maintenance requests by id. */
export const requestLoader = rowLoader(
  (context, ids) => database(context).runPrepared(requestsById, { ids }),
  (row) => asNode('MaintenanceRequest', row),
);
