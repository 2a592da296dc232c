/** What other layers may call. */
export { seedStarterSet } from './starter-rows.ts';
export { warmIntake } from './warm-up.ts';
