/**
 * Computed values by their inputs: the packets of one client, and clients who answer the same,
 * share them.
 */
import { createHash } from 'node:crypto';
import { type Platform, perProcess } from '../../platform/platform.ts';
import type { CalendarDay } from '../../platform/time.ts';
import { sweeping } from '../caches.ts';
import type { Answers } from '../packets/rows.ts';
import { COMPUTED_INPUTS, type ComputedValues, computeValues } from './index.ts';

const computed = perProcess((platform) =>
  sweeping(
    platform,
    platform.caches.create<ComputedValues>({
      name: 'computed-values',
      ttlMs: platform.config.INTAKE_CACHE_TTL_MS,
    }),
  ),
);

/** What the answers come to on a day. */
export async function readComputedValues(
  platform: Platform,
  answers: Answers,
  on: CalendarDay,
): Promise<ComputedValues> {
  const inputs = COMPUTED_INPUTS.map((key) => answers[key] ?? null);
  // Hashed, so that no memory dump of keys tells what somebody answered.
  const key = createHash('sha256')
    .update(JSON.stringify([on, inputs]))
    .digest('base64url');
  return (
    (await computed(platform).get(key, async () => computeValues(answers, on))) ??
    computeValues(answers, on)
  );
}
