/** ASSIGN_PRIORITY_AI {requestId} → {priority, reason} */
import { z } from 'zod';
import { idOf } from '../../platform/input.ts';
import { assessPriority } from '../maintenance/priority.ts';
import { readRequest, setPriority } from '../maintenance/requests.ts';
import { refused, stepType } from './step-type.ts';

/** Sets the priority and the reason for it; fails for good if there is no such request. */
export const assignPriorityAi = stepType({
  type: 'ASSIGN_PRIORITY_AI',
  input: z.strictObject({ requestId: idOf('MaintenanceRequest') }),
  run: async ({ platform, tenantId, signal, timeoutMs }, { requestId }) => {
    const request = await readRequest(platform.database.forTenant({ tenantId }), requestId);
    if (request === null) throw refused('input.requestId: Nothing with this id exists.');
    const assessment = await assessPriority(platform, request, { signal, timeoutMs });
    return {
      store: async (tx) => {
        if (!(await setPriority(tx, requestId, assessment)))
          throw refused('The request no longer exists.');
        return { ...assessment };
      },
    };
  },
});
