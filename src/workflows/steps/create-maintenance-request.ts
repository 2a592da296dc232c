/** CREATE_MAINTENANCE_REQUEST {propertyId, assetId, title, description} → {requestId} */
import { z } from 'zod';
import { violates } from '../../platform/database/sql-errors.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { idOf, NOTES_LENGTH, name, text } from '../../platform/input.ts';
import { insertRequest } from '../maintenance/requests.ts';
import { refused, stepType } from './step-type.ts';

const CreateMaintenanceRequest = z.strictObject({
  propertyId: idOf('Property'),
  assetId: idOf('Asset').nullish(),
  title: name(),
  description: text(NOTES_LENGTH).nullish(),
});

/** Stores an OPEN request; fails for good if the property or its asset does not exist. */
export const createMaintenanceRequest = stepType({
  type: 'CREATE_MAINTENANCE_REQUEST',
  input: CreateMaintenanceRequest,
  run: async (_step, { propertyId, assetId, title, description }) => ({
    store: async (tx) => {
      try {
        const id = await insertRequest(tx, {
          propertyId,
          assetId: assetId ?? null,
          title,
          description: description ?? '',
        });
        return { requestId: encodeGlobalId('MaintenanceRequest', id) };
      } catch (error) {
        if (violates(error, 'maintenance_request_tenantId_propertyId_fkey'))
          throw refused('input.propertyId: Nothing with this id exists.');
        if (violates(error, 'maintenance_request_tenantId_propertyId_assetId_fkey'))
          throw refused('input.assetId: The property has nothing with this id.');
        throw error;
      }
    },
  }),
});
