/** WAIT {seconds | until} → {until}: waits without taking a worker. */
import { z } from 'zod';
import { moment } from '../../platform/input.ts';
import { DAY, SECOND } from '../../platform/time.ts';
import { done, stepType } from './step-type.ts';

const MAX_SECONDS = (366 * DAY) / SECOND;
const NUMBER = `Expected a number from 0 to ${MAX_SECONDS.toLocaleString('en')}.`;

const Wait = z
  .strictObject({
    seconds: z.number(NUMBER).min(0, NUMBER).max(MAX_SECONDS, NUMBER).optional(),
    until: moment().optional(),
  })
  .refine(
    ({ seconds, until }) => (seconds === undefined) !== (until === undefined),
    'Expected either seconds or until.',
  );

/** Pauses for `seconds` or until the moment `until`; done at once if that is not in the future. */
export const wait = stepType({
  type: 'WAIT',
  input: Wait,
  run: async ({ paused }, { seconds = 0, until }) => {
    if (paused !== null) return done({ until: paused['until'] });
    const end = new Date(until === undefined ? Date.now() + seconds * SECOND : until);
    const output = { until: end.toISOString() };
    return end.getTime() <= Date.now()
      ? done(output)
      : { pauseUntil: end, remember: async () => output };
  },
});
