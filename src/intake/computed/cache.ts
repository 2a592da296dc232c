/** A cache of computed values by their inputs, so that the packets of one client share them. */
import { createHash } from 'node:crypto';
import { type Platform, perProcess } from '../../platform/platform.ts';
import type { CalendarDay } from '../../platform/time.ts';
import { sweeping } from '../caches.ts';
import type { Answers } from '../vocabulary.ts';
import { COMPUTED_INPUTS, type ComputedValues, computeValues } from './index.ts';

const cached = perProcess((platform) =>
  sweeping(
    platform,
    platform.caches.create<ComputedValues>({
      name: 'computed-values',
      ttlMs: platform.config.INTAKE_CACHE_TTL_MS,
    }),
  ),
);

/**
 * The computed values for these answers on a day. Callers share the object and may not change it.
 */
export async function readComputedValues(
  platform: Platform,
  answers: Answers,
  on: CalendarDay,
): Promise<ComputedValues> {
  const inputs = COMPUTED_INPUTS.map((key) => answers[key] ?? null);
  // Hashed, so that the keys do not reveal anybody's answers.
  const key = createHash('sha256')
    .update(JSON.stringify([on, inputs]))
    .digest('base64url');
  return (
    (await cached(platform).get(key, async () => computeValues(answers, on))) ??
    computeValues(answers, on)
  );
}
