/** What other layers may call. */
export { seedWorkflows } from './ready-made.ts';
