/** Mutations of properties, assets, technicians and maintenance requests. */
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { CreateAsset, CreateProperty, createAsset, createProperty } from './properties.ts';
import { UpdateRequest, updateRequest } from './requests.ts';
import { Asset, MaintenanceRequest, Property, Technician } from './schema.ts';
import { CreateTechnician, createTechnician } from './technicians.ts';

mutation('createProperty', {
  description: 'Adds a building that your company looks after.',
  input: CreateProperty,
  payload: payloadOf('PropertyPayload', { property: Property }),
  rule: createProperty,
});

mutation('createAsset', {
  description: 'Adds something that may need repair to a property.',
  input: CreateAsset,
  payload: payloadOf('AssetPayload', { asset: Asset }),
  rule: createAsset,
});

mutation('createTechnician', {
  description: 'Adds somebody who does repairs, whom ASSIGN_TECHNICIAN may assign from then on.',
  input: CreateTechnician,
  payload: payloadOf('TechnicianPayload', { technician: Technician }),
  rule: createTechnician,
});

mutation('updateMaintenanceRequest', {
  description: 'Changes the status, the priority or the technician of a maintenance request.',
  input: UpdateRequest,
  payload: payloadOf('MaintenanceRequestPayload', { maintenanceRequest: MaintenanceRequest }),
  rule: updateRequest,
});
