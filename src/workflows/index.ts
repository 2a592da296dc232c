/** What other layers may call. Workflows are the last domain: only the command line does. */
export { seedWorkflows } from './definitions/ready-made.ts';
