/** Properties, assets, technicians and maintenance requests as they are read. */
import {
  MaintenancePriority as PriorityName,
  MaintenanceStatus as StatusName,
} from '../../../generated/kysely.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { existing } from '../../schema-builder/loaders.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { nodeType } from '../../schema-builder/nodes.ts';
import { searchText } from '../../schema-builder/weights.ts';
import {
  assetLoader,
  assetsOfPropertyLoader,
  propertyLoader,
  requestLoader,
  technicianLoader,
} from './loaders.ts';
import { listProperties } from './properties.ts';
import { listRequests, RequestFilter } from './requests.ts';
import { listTechnicians, MAX_SKILL_LENGTH } from './technicians.ts';

const MaintenancePriority = enumOf('MaintenancePriority', PriorityName, {
  description: 'How urgent a repair is.',
  values: {
    LOW: 'Only looks bad, or can wait for the next visit.',
    MEDIUM: 'A defect that should be repaired within days.',
    HIGH: 'Something that people need every day is not working, or the damage is growing.',
    EMERGENCY: 'Danger to people or severe damage right now, such as gas, fire or flood.',
  },
});
const MaintenanceStatus = enumOf('MaintenanceStatus', StatusName, {
  description: 'The status of a repair.',
  values: {
    OPEN: 'Waiting for a technician.',
    ASSIGNED: 'A technician is assigned but has not begun.',
    IN_PROGRESS: 'The technician is at work.',
    DONE: 'The repair is finished.',
    CANCELLED: 'The repair is no longer needed.',
  },
});

/** Loaded by id; closed to portal users. */
export const Property = nodeType('Property', {
  description: 'A building that your company looks after. Portal users cannot read it.',
  load: propertyLoader,
  closedToClients: true,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the building.' }),
    address: t.exposeString('address', { description: 'The address, as entered.' }),
    latitude: t.exposeFloat('latitude', { description: 'Degrees north, -90 to 90.' }),
    longitude: t.exposeFloat('longitude', { description: 'Degrees east, -180 to 180.' }),
  }),
});

/** Loaded by id; closed to portal users. */
export const Asset = nodeType('Asset', {
  description:
    'Something in a property that may need repair, such as a boiler. Portal users cannot read it.',
  load: assetLoader,
  closedToClients: true,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is, such as "Boiler".' }),
    category: t.exposeString('category', {
      description:
        'The skill that its repair needs, such as "Plumbing": a technician who has it is assigned.',
    }),
    property: t.field({
      description: 'The building that it is in.',
      type: Property,
      resolve: async ({ propertyId }, _args, context) =>
        existing(await propertyLoader(context).load(propertyId)),
    }),
  }),
});

builder.objectField(Property, 'assets', (t) =>
  t.field({
    description: 'What is in it and may need repair, oldest first.',
    type: [Asset],
    resolve: ({ uuid }, _args, context) => assetsOfPropertyLoader(context).load(uuid),
  }),
);

/** Loaded by id; closed to portal users. */
export const Technician = nodeType('Technician', {
  description: 'Somebody who does repairs. Portal users cannot read it.',
  load: technicianLoader,
  closedToClients: true,
  fields: (t) => ({
    name: t.exposeString('name', { description: "The person's name." }),
    skills: t.exposeStringList('skills', {
      description:
        'What the technician can repair: compared with the category of assets, ignoring case.',
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

/** Loaded by id; closed to portal users. */
export const MaintenanceRequest = nodeType('MaintenanceRequest', {
  description:
    'Something that is to be repaired, made by a CREATE_MAINTENANCE_REQUEST step. Portal users cannot read it.',
  load: requestLoader,
  closedToClients: true,
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The problem in a few words.' }),
    description: t.exposeString('description', {
      description: 'The problem in detail; empty if no details were given.',
    }),
    status: t.expose('status', {
      type: MaintenanceStatus,
      description: 'The status of the repair.',
    }),
    priority: t.expose('priority', {
      type: MaintenancePriority,
      nullable: true,
      description: 'How urgent it is; null until somebody or ASSIGN_PRIORITY_AI has set it.',
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
        existing(await propertyLoader(context).load(propertyId)),
    }),
    asset: t.field({
      description: 'What is to be repaired; null if the request names no asset.',
      type: Asset,
      nullable: true,
      resolve: ({ assetId }, _args, context) =>
        assetId === null ? null : assetLoader(context).load(assetId),
    }),
    technician: t.field({
      description: 'Who repairs it; null if nobody is assigned.',
      type: Technician,
      nullable: true,
      resolve: ({ technicianId }, _args, context) =>
        technicianId === null ? null : technicianLoader(context).load(technicianId),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the request was created.',
    }),
  }),
});

builder.queryFields((t) => ({
  maintenanceRequests: t.field({
    description: 'The maintenance requests of your company, newest first.',
    type: connectionOf(MaintenanceRequest),
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({
        type: inputOf('MaintenanceRequestFilter', RequestFilter),
        description: 'Omitted or empty: all requests.',
      }),
    },
    resolve: (_root, args, { platform, viewer }) => listRequests(platform, viewer, args),
  }),
  properties: t.field({
    description: 'The properties of your company, newest first.',
    type: connectionOf(Property),
    args: {
      ...pageArguments(t.arg),
      search: t.arg.string({
        ...searchText(),
        description:
          'Properties with words in their name or address that begin with the words of this text. Omitted or empty: all properties.',
      }),
    },
    resolve: (_root, args, { platform, viewer }) => listProperties(platform, viewer, args),
  }),
  technicians: t.field({
    description: 'The technicians of your company, newest first.',
    type: connectionOf(Technician),
    args: {
      ...pageArguments(t.arg),
      skill: t.arg.string({
        ...maxLength(MAX_SKILL_LENGTH),
        description: 'Only technicians who have this skill, ignoring case; omitted or null: all.',
      }),
    },
    resolve: (_root, args, { platform, viewer }) => listTechnicians(platform, viewer, args),
  }),
}));
