/**
 * Caches are bounded by what they hold: 40 filters of 150,000 values took 250 MB of keys while the
 * cache told of 94 rows.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approximateBytes } from '../../src/platform/cache/bytes.ts';
import { Cache, type CacheStore } from '../../src/platform/cache/cache.ts';
import { createLog } from '../../src/platform/log.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const log = createLog('silent');
const KIBIBYTE = 1_024;

describe('a cache', () => {
  test('holds no more than it is allowed, whether its keys or its values are large', async () => {
    for (const [keyLength, valueLength] of [
      [10, 5_000],
      [5_000, 10],
    ] as const) {
      const cache = new Cache<{ text: string }>(
        { name: 'x', ttlMs: 60_000, maxBytes: 100 * KIBIBYTE },
        null,
        log,
      );
      for (let index = 0; index < 1_000; index += 1) {
        const key = `${index}`.padEnd(keyLength, 'k');
        await cache.get(key, async () => ({ text: `${index}`.padEnd(valueLength, 'v') }));
        expect(cache.peek(key)?.text).toContain(`${index}`);
      }
      const { bytes, size } = cache.statistics;
      expect(bytes).toBeLessThanOrEqual(100 * KIBIBYTE);
      expect(bytes).toBeGreaterThan(50 * KIBIBYTE);
      expect(size).toBeGreaterThan(5);
      expect(size).toBeLessThan(1_000);
    }
  });

  test('keeps long keys as hashes, in memory and in the shared store', async () => {
    const stored = new Map<string, string>();
    const store: CacheStore = {
      get: async (key) => stored.get(key) ?? null,
      set: async (key, value) => void stored.set(key, value),
    };
    const options = { name: 'x', ttlMs: 60_000, revive: (json: unknown) => json as { of: string } };
    const [one, other] = [
      new Cache<{ of: string }>(options, store, log),
      new Cache<{ of: string }>(options, store, log),
    ];
    const long = 'k'.repeat(1_000_000);
    await one.get(`${long}1`, async () => ({ of: '1' }));
    await one.get(`${long}2`, async () => ({ of: '2' }));
    expect(one.statistics.bytes).toBeLessThan(KIBIBYTE);
    for (const key of stored.keys()) expect(key.length).toBeLessThan(200);
    expect(one.peek(`${long}1`)).toEqual({ of: '1' });
    expect(await other.get(`${long}2`, async () => null)).toEqual({ of: '2' });
    one.drop(`${long}1`);
    expect(one.peek(`${long}1`)).toBeUndefined();
    expect(one.peek(`${long}2`)).toEqual({ of: '2' });
  });

  test('counts what several parts share once, and comes to an end with what contains itself', () => {
    const shared = { text: 'x'.repeat(10_000) };
    expect(approximateBytes(Array.from({ length: 100 }, () => shared))).toBeLessThan(20_000);
    const circle: Record<string, unknown> = { list: new Map([['key', shared]]) };
    circle['self'] = circle;
    expect(approximateBytes(circle)).toBeGreaterThan(10_000);
  });
});

describe('the lists of contacts', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ worker: false });
    // Makes the cache.
    await server.north.member.run('{ contacts { nodes { id } } }');
  });
  afterAll(() => server.stop());

  const held = async () => {
    const { data } = await server.north.owner.run('{ system { caches { name size bytes } } }');
    return data.system.caches.find(({ name }: { name: string }) => name === 'contact-lists');
  };

  test('refuse more statuses than there are, and keep nothing of them', async () => {
    const before = await held();
    const query =
      'query ($leadStatus: [LeadStatus!]) { contacts(filter: { leadStatus: $leadStatus }) { nodes { id } } }';
    for (let round = 0; round < 5; round += 1) {
      const leadStatus = Array.from({ length: 100_000 + round }, () => 'NEW');
      const { data, errors } = await server.north.member.run(query, { leadStatus });
      expect(data ?? null).toBeNull();
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(errors?.[0]?.message).toMatch(
        /^Argument "filter\.leadStatus": Expected at most 4 leadStatus, found 100,00\d\.$/,
      );
    }
    expect(await held()).toEqual(before);
  });

  test('tell the bytes of what they keep, and keep little of long filters', async () => {
    const before = await held();
    const query =
      'query ($industry: String, $country: String) { contacts(filter: { industry: $industry, country: $country }) { nodes { id } } }';
    const filters = Array.from({ length: 40 }, (_, index) => ({
      industry: `${index}`.padEnd(10_000, 'i'),
      country: 'c'.repeat(10_000),
    }));
    for (const filter of filters)
      expect((await server.north.member.run(query, filter)).errors).toBeUndefined();
    const after = await held();
    expect(after.size - before.size).toBe(40);
    expect(after.bytes - before.bytes).toBeGreaterThan(0);
    expect(after.bytes - before.bytes).toBeLessThan(40 * KIBIBYTE);
  });
});
