/** What workers do for this domain. */
import { handle, type Job } from '../platform/jobs/handler.ts';
import { deliver } from './delivery.ts';
import { DELIVER_NOTIFICATION } from './delivery-job.ts';

/** The jobs of this domain, with what runs them. */
export const jobs: readonly Job[] = [handle(DELIVER_NOTIFICATION, { run: deliver })];
