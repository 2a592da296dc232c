/** The step types of this server: a new one is a file here and a line below. */
import type { WorkflowStepType } from '../definitions/definition.ts';
import { assignPriorityAi } from './assign-priority-ai.ts';
import { assignTechnician } from './assign-technician.ts';
import { createMaintenanceRequest } from './create-maintenance-request.ts';
import { generatePacket } from './generate-packet.ts';
import { httpRequest } from './http-request.ts';
import { logActivity } from './log-activity.ts';
import { sendNotification } from './send-notification.ts';
import type { AnyStepType } from './step-type.ts';
import { wait } from './wait.ts';

const ALL: readonly AnyStepType[] = [
  createMaintenanceRequest,
  assignPriorityAi,
  assignTechnician,
  sendNotification,
  logActivity,
  generatePacket,
  wait,
  httpRequest,
];

/** Every step type by its name. */
export const STEP_TYPES: ReadonlyMap<WorkflowStepType, AnyStepType> = new Map(
  ALL.map((type) => [type.type, type]),
);
