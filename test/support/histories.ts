/**
 * How many random histories, graphs and events a test draws: a few in `npm test`, ten times as many
 * in `npm run test:long`, which runs the files that import this.
 */
export const TIMES: number = Number(process.env['RANDOM_TIMES'] ?? 1);
