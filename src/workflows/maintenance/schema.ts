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
  description:
    'Something in a property that may need repair, such as a boiler. Portal users cannot read it.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'For CREATE_MAINTENANCE_REQUEST as assetId.' }),
    name: t.exposeString('name', { description: 'What it is, such as "Boiler".' }),
    category: t.exposeString('category', {
      description:
        'The skill that its repair needs, such as "Plumbing": a technician who has it is assigned.',
    }),
    property: t.field({
      description: 'Where it is.',
      type: Property,
      resolve: async ({ propertyId }, _args, context) =>
        present(await propertyLoader(context).load(propertyId)),
    }),
  }),
});

Property.implement({
  description: 'A building that your company looks after. Portal users cannot read it.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'For CREATE_MAINTENANCE_REQUEST as propertyId.' }),
    name: t.exposeString('name', { description: 'What people call the building.' }),
    address: t.exposeString('address', { description: 'As it was given; not checked.' }),
    latitude: t.exposeFloat('latitude', { description: 'Degrees north, -90 to 90.' }),
    longitude: t.exposeFloat('longitude', { description: 'Degrees east, -180 to 180.' }),
    assets: t.field({
      description: 'What is in it and may need repair, oldest first.',
      type: [Asset],
      resolve: ({ uuid }, _args, context) => assetsOfPropertyLoader(context).load(uuid),
    }),
  }),
});

export const Technician = builder.objectRef<NodeOf<TechnicianRow>>('Technician').implement({
  description: 'Somebody who does repairs. Portal users cannot read it.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'For updateMaintenanceRequest as technicianId.' }),
    name: t.exposeString('name', { description: "The person's name." }),
    skills: t.exposeStringList('skills', {
      description:
        'What the technician can repair: compared with the category of assets, in any case.',
    }),
    latitude: t.exposeFloat('latitude', {
      description: 'Where the technician sets out from: degrees north, -90 to 90.',
    }),
    longitude: t.exposeFloat('longitude', {
      description: 'Where the technician sets out from: degrees east, -180 to 180.',
    }),
    openRequests: t.exposeInt('openRequests', {
      description: 'Requests assigned to the technician that are neither DONE nor CANCELLED.',
    }),
  }),
});

export const MaintenanceRequest = builder
  .objectRef<NodeOf<RequestRow>>('MaintenanceRequest')
  .implement({
    description:
      'Something that is to be repaired, made by a CREATE_MAINTENANCE_REQUEST step. Portal users cannot read it.',
    interfaces: [Node],
    fields: (t) => ({
      id: t.exposeID('id', {
        description: 'For ASSIGN_PRIORITY_AI and ASSIGN_TECHNICIAN as requestId.',
      }),
      title: t.exposeString('title', { description: 'The problem in a few words.' }),
      description: t.exposeString('description', {
        description: 'The problem in more words; empty if nothing more was said.',
      }),
      status: t.expose('status', {
        type: MaintenanceStatus,
        description: 'How far the repair is.',
      }),
      priority: t.expose('priority', {
        type: MaintenancePriority,
        nullable: true,
        description: 'How urgent it is; null until somebody or ASSIGN_PRIORITY_AI has said so.',
      }),
      priorityReason: t.exposeString('priorityReason', {
        nullable: true,
        description:
          'Why ASSIGN_PRIORITY_AI chose the priority, at most 500 characters; null if a person set it, or there is none.',
      }),
      property: t.field({
        description: 'Where the repair is to be done.',
        type: Property,
        resolve: async ({ propertyId }, _args, context) =>
          present(await propertyLoader(context).load(propertyId)),
      }),
      asset: t.field({
        description: 'What is to be repaired; null if it is no asset.',
        type: Asset,
        nullable: true,
        resolve: ({ assetId }, _args, context) =>
          assetId === null ? null : assetLoader(context).load(assetId),
      }),
      technician: t.field({
        description: 'Who repairs it; null until somebody is assigned.',
        type: Technician,
        nullable: true,
        resolve: ({ technicianId }, _args, context) =>
          technicianId === null ? null : technicianLoader(context).load(technicianId),
      }),
      createdAt: t.expose('createdAt', {
        type: 'DateTime',
        description: 'When the request was made.',
      }),
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
  description: 'Which requests to list: those that fit all conditions that are given.',
  fields: (t) => ({
    status: t.field({
      type: [MaintenanceStatus],
      description: 'Any of these; omitted or null: every status. An empty list finds nothing.',
    }),
    priority: t.field({
      type: [MaintenancePriority],
      description:
        'Any of these; omitted or null: every priority, and requests without one. An empty list finds nothing.',
    }),
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
    description: 'The maintenance requests of your company, newest first.',
    type: RequestConnection,
    args: {
      ...forwardArguments(t.arg),
      filter: t.arg({ type: RequestFilter, description: 'Omitted or empty: all requests.' }),
    },
    resolve: (_root, args, { platform, viewer }) => listRequests(platform, viewer, args),
  }),
  properties: t.field({
    description: 'The properties of your company, newest first.',
    type: PropertyConnection,
    args: {
      ...forwardArguments(t.arg),
      search: t.arg.string({
        description:
          'Beginnings of words in the name or address, case and accents ignored; omitted or empty: all properties.',
        ...searchText(),
      }),
    },
    resolve: (_root, args, { platform, viewer }) => listProperties(platform, viewer, args),
  }),
  technicians: t.field({
    description: 'The technicians of your company, newest first.',
    type: TechnicianConnection,
    args: {
      ...forwardArguments(t.arg),
      skill: t.arg.string({
        description: 'A skill that they have, in any case; omitted: all technicians.',
        ...maxLength(MAX_SKILL_LENGTH),
      }),
    },
    resolve: (_root, args, { platform, viewer }) => listTechnicians(platform, viewer, args),
  }),
}));
