/** Properties, assets, technicians and maintenance requests as they are read. */
import { builder } from '../../schema-builder/builder.ts';
import { connectionType, forwardArguments } from '../../schema-builder/connections.ts';
import { isClient } from '../../schema-builder/context.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { asNode, Node, type NodeOf, registerNode } from '../../schema-builder/nodes.ts';
import { searchText } from '../../schema-builder/weights.ts';
import {
  assetLoader,
  assetsOfPropertyLoader,
  propertyLoader,
  requestLoader,
  technicianLoader,
} from './loaders.ts';
import { type AssetRow, listProperties, type PropertyRow } from './properties.ts';
import { listRequests, PRIORITIES, REQUEST_STATUSES, type RequestRow } from './requests.ts';
import { listTechnicians, MAX_SKILL_LENGTH, type TechnicianRow } from './technicians.ts';

export const MaintenancePriority = builder.enumType('MaintenancePriority', { values: PRIORITIES });
export const MaintenanceStatus = builder.enumType('MaintenanceStatus', {
  values: REQUEST_STATUSES,
});

export const Property = builder.objectRef<NodeOf<PropertyRow>>('Property');
export const Asset = builder.objectRef<NodeOf<AssetRow>>('Asset').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    category: t.exposeString('category'),
    property: t.field({
      type: Property,
      resolve: async ({ propertyId }, _args, context) =>
        present(await propertyLoader(context).load(propertyId)),
    }),
  }),
});

Property.implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    address: t.exposeString('address'),
    latitude: t.exposeFloat('latitude'),
    longitude: t.exposeFloat('longitude'),
    assets: t.field({
      type: [Asset],
      resolve: ({ uuid }, _args, context) => assetsOfPropertyLoader(context).load(uuid),
    }),
  }),
});

export const Technician = builder.objectRef<NodeOf<TechnicianRow>>('Technician').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    skills: t.exposeStringList('skills'),
    latitude: t.exposeFloat('latitude'),
    longitude: t.exposeFloat('longitude'),
    openRequests: t.exposeInt('openRequests'),
  }),
});

export const MaintenanceRequest = builder
  .objectRef<NodeOf<RequestRow>>('MaintenanceRequest')
  .implement({
    interfaces: [Node],
    fields: (t) => ({
      id: t.exposeID('id'),
      title: t.exposeString('title'),
      description: t.exposeString('description'),
      status: t.expose('status', { type: MaintenanceStatus }),
      priority: t.expose('priority', { type: MaintenancePriority, nullable: true }),
      priorityReason: t.exposeString('priorityReason', { nullable: true }),
      property: t.field({
        type: Property,
        resolve: async ({ propertyId }, _args, context) =>
          present(await propertyLoader(context).load(propertyId)),
      }),
      asset: t.field({
        type: Asset,
        nullable: true,
        resolve: ({ assetId }, _args, context) =>
          assetId === null ? null : assetLoader(context).load(assetId),
      }),
      technician: t.field({
        type: Technician,
        nullable: true,
        resolve: ({ technicianId }, _args, context) =>
          technicianId === null ? null : technicianLoader(context).load(technicianId),
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
    }),
  });

function present<T>(row: T | null): T {
  if (row === null) throw new Error('A foreign key points at a row that is not there.');
  return row;
}

registerNode('Property', async (context, id) =>
  isClient(context.viewer) ? null : propertyLoader(context).load(id),
);
registerNode('Asset', async (context, id) =>
  isClient(context.viewer) ? null : assetLoader(context).load(id),
);
registerNode('Technician', async (context, id) =>
  isClient(context.viewer) ? null : technicianLoader(context).load(id),
);
registerNode('MaintenanceRequest', async (context, id) =>
  isClient(context.viewer) ? null : requestLoader(context).load(id),
);

const RequestFilter = builder.inputType('MaintenanceRequestFilter', {
  fields: (t) => ({
    status: t.field({ type: [MaintenanceStatus] }),
    priority: t.field({ type: [MaintenancePriority] }),
  }),
});
const RequestConnection = connectionType<RequestRow, NodeOf<RequestRow>>(
  'MaintenanceRequest',
  MaintenanceRequest,
  (row) => asNode('MaintenanceRequest', row),
);
const PropertyConnection = connectionType<PropertyRow, NodeOf<PropertyRow>>(
  'Property',
  Property,
  (row) => asNode('Property', row),
);
const TechnicianConnection = connectionType<TechnicianRow, NodeOf<TechnicianRow>>(
  'Technician',
  Technician,
  (row) => asNode('Technician', row),
);

builder.queryFields((t) => ({
  maintenanceRequests: t.field({
    type: RequestConnection,
    args: { ...forwardArguments(t.arg), filter: t.arg({ type: RequestFilter }) },
    resolve: (_root, args, { platform, viewer }) => listRequests(platform, viewer, args),
  }),
  properties: t.field({
    type: PropertyConnection,
    args: { ...forwardArguments(t.arg), search: t.arg.string({ ...searchText() }) },
    resolve: (_root, args, { platform, viewer }) => listProperties(platform, viewer, args),
  }),
  technicians: t.field({
    type: TechnicianConnection,
    args: { ...forwardArguments(t.arg), skill: t.arg.string({ ...maxLength(MAX_SKILL_LENGTH) }) },
    resolve: (_root, args, { platform, viewer }) => listTechnicians(platform, viewer, args),
  }),
}));
