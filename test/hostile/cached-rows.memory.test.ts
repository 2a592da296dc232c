/** What a cache counts for its values against what V8 takes for them. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { approximateBytes } from '../../src/platform/cache/bytes.ts';

test('the bytes of a cache are about what V8 takes for rows like those of a list', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const row = (index: number) => ({
    id: crypto.randomUUID(),
    name: `Contact number ${index}`,
    email: index % 2 === 0 ? null : `contact${index}@company.example`,
    warmnessScore: index % 11,
    addedToCampaign: false,
    createdAt: `2026-11-28 10:30:00.${100 + (index % 900)}+00`,
    organization: {
      id: crypto.randomUUID(),
      name: `Organization number ${index}`,
      contactCount: index,
    },
  });
  const text = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => row(index)));
  collect();
  const before = process.memoryUsage().heapUsed;
  // Read from text, as the driver does: strings that are put together take more.
  const rows = JSON.parse(text);
  collect();
  const taken = process.memoryUsage().heapUsed - before;
  const ratio = approximateBytes(rows) / taken;
  expect(ratio).toBeGreaterThan(0.6);
  expect(ratio).toBeLessThan(1.8);
});
