/** Work for one tenant after the other. */
import { expect, test } from 'vitest';
import { forEachOf } from '../../src/tenancy/across-tenants.ts';

const TENANTS = ['a', 'b', 'c'].map((tenantId) => ({ tenantId }));

test('a tenant whose work fails does not keep the others from theirs, and the failure is reported', async () => {
  const done: string[] = [];
  const work = async ({ tenantId }: { tenantId: string }) => {
    done.push(tenantId);
    if (tenantId !== 'b') return;
    throw new Error('Only b fails.');
  };
  const all = forEachOf(TENANTS, new AbortController().signal, work);
  await expect(all).rejects.toThrow('Only b fails.');
  expect(done).toEqual(['a', 'b', 'c']);
});

test('nothing is begun once the signal has aborted', async () => {
  const stop = new AbortController();
  const done: string[] = [];
  await forEachOf(TENANTS, stop.signal, async ({ tenantId }) => {
    done.push(tenantId);
    stop.abort();
  });
  expect(done).toEqual(['a']);
});
