/** Mutations of properties, assets, technicians and maintenance requests. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { asNode } from '../../schema-builder/nodes.ts';
import {
  type AssetRow,
  createAsset,
  createProperty,
  MAX_ADDRESS_LENGTH,
  type PropertyRow,
} from './properties.ts';
import { type RequestRow, updateRequest } from './requests.ts';
import {
  Asset,
  MaintenancePriority,
  MaintenanceRequest,
  MaintenanceStatus,
  Property,
  Technician,
} from './schema.ts';
import {
  createTechnician,
  MAX_SKILL_LENGTH,
  MAX_SKILLS,
  type TechnicianRow,
} from './technicians.ts';

const CreatePropertyInput = builder.inputType('CreatePropertyInput', {
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    address: t.string({ required: true, ...maxLength(MAX_ADDRESS_LENGTH) }),
    latitude: t.float({ required: true }),
    longitude: t.float({ required: true }),
  }),
});
const CreateAssetInput = builder.inputType('CreateAssetInput', {
  fields: (t) => ({
    propertyId: t.id({ required: true }),
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    category: t.string({ required: true, ...maxLength(MAX_SKILL_LENGTH) }),
  }),
});
const CreateTechnicianInput = builder.inputType('CreateTechnicianInput', {
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    skills: t.stringList({
      required: true,
      ...maxItems(MAX_SKILLS, { maxLength: MAX_SKILL_LENGTH }),
    }),
    latitude: t.float({ required: true }),
    longitude: t.float({ required: true }),
  }),
});
const UpdateRequestInput = builder.inputType('UpdateMaintenanceRequestInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    status: t.field({ type: MaintenanceStatus }),
    priority: t.field({ type: MaintenancePriority }),
    technicianId: t.id(),
  }),
});

const PropertyPayload = payloadType<{ property: PropertyRow | undefined }>(
  'PropertyPayload',
  (t) => ({
    property: t.field({
      type: Property,
      nullable: true,
      resolve: ({ property }) => property && asNode('Property', property),
    }),
  }),
);
const AssetPayload = payloadType<{ asset: AssetRow | undefined }>('AssetPayload', (t) => ({
  asset: t.field({
    type: Asset,
    nullable: true,
    resolve: ({ asset }) => asset && asNode('Asset', asset),
  }),
}));
const TechnicianPayload = payloadType<{ technician: TechnicianRow | undefined }>(
  'TechnicianPayload',
  (t) => ({
    technician: t.field({
      type: Technician,
      nullable: true,
      resolve: ({ technician }) => technician && asNode('Technician', technician),
    }),
  }),
);
const RequestPayload = payloadType<{ maintenanceRequest: RequestRow }>(
  'MaintenanceRequestPayload',
  (t) => ({
    maintenanceRequest: t.field({
      type: MaintenanceRequest,
      nullable: true,
      resolve: ({ maintenanceRequest }) =>
        maintenanceRequest && asNode('MaintenanceRequest', maintenanceRequest),
    }),
  }),
);

builder.mutationFields((t) => ({
  createProperty: t.field({
    type: PropertyPayload,
    args: { input: t.arg({ type: CreatePropertyInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createProperty(context.platform, context.viewer, input)),
  }),
  createAsset: t.field({
    type: AssetPayload,
    args: { input: t.arg({ type: CreateAssetInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createAsset(context.platform, context.viewer, input)),
  }),
  createTechnician: t.field({
    type: TechnicianPayload,
    args: { input: t.arg({ type: CreateTechnicianInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createTechnician(context.platform, context.viewer, input)),
  }),
  updateMaintenanceRequest: t.field({
    type: RequestPayload,
    args: { input: t.arg({ type: UpdateRequestInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateRequest(context.platform, context.viewer, input)),
  }),
}));
