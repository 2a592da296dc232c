/** ASSIGN_TECHNICIAN {requestId} → {technicianId} */
import { z } from 'zod';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { idOf } from '../../platform/input.ts';
import { assignNearest } from '../maintenance/assignment.ts';
import { refused, stepType } from './step-type.ts';

/** Assigns the nearest technician who has the skill; fails for good if nobody can be assigned. */
export const assignTechnician = stepType({
  type: 'ASSIGN_TECHNICIAN',
  input: z.strictObject({ requestId: idOf('MaintenanceRequest') }),
  run: async (_step, { requestId }) => ({
    store: async (tx) => {
      const assigned = await assignNearest(tx, requestId);
      if ('refusal' in assigned) throw refused(assigned.refusal);
      return { technicianId: encodeGlobalId('Technician', assigned.technicianId) };
    },
  }),
});
