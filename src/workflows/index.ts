/** What other layers may call. */
export { seedWorkflows } from './definitions/ready-made.ts';
