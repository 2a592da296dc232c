/** Turns by tenant: the rule by which everything that tenants share is given out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registry } from '../../src/platform/metrics.ts';
import { mostOf, Turns } from '../../src/platform/turns.ts';

const NEVER_MS = 600_000;
const BUSY = 'Everything is in use.';

function turnsOf(
  size: number,
  others: { most?: number; waitMs?: number; maxWaiting?: number } = {},
) {
  return new Turns({
    resource: 'test',
    size,
    waitMs: NEVER_MS,
    maxWaiting: 1_000,
    busy: BUSY,
    ...others,
  });
}

/** Takes turns, and notes in which order they came. */
function taker(turns: Turns) {
  const order: string[] = [];
  return {
    order,
    take: (key: string, signal?: AbortSignal) =>
      turns.take(key, signal).then(() => void order.push(key)),
  };
}

/** Everything that was to happen at once has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  test('leave a part for others: all but a fifth, and at least one where there are two', () => {
    expect([1, 2, 3, 5, 9, 10, 20].map(mostOf)).toEqual([1, 1, 2, 4, 8, 8, 16]);
  });

  test('serve a newcomer at once while a flood of another waits', async () => {
    const turns = turnsOf(5);
    const { order, take } = taker(turns);
    for (let n = 0; n < 50; n += 1) void take('flood');
    await settled();
    expect([order.length, turns.inUse, turns.waiting]).toEqual([4, 4, 46]);
    await take('other');
    expect(order.at(-1)).toBe('other');
  });

  test('go round among those who wait', async () => {
    const turns = turnsOf(1);
    const { order, take } = taker(turns);
    for (const key of ['a', 'a', 'a', 'a', 'b', 'b', 'c', 'c', 'c']) void take(key);
    for (let n = 0; n < 9; n += 1) {
      await settled();
      turns.end(order.at(-1) ?? '');
    }
    expect(order).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'c', 'a', 'c']);
  });

  test('go to whoever has the fewest under way, whoever waits longest', async () => {
    const turns = turnsOf(6, { most: 6 });
    const { order, take } = taker(turns);
    for (let n = 0; n < 9; n += 1) void take('long');
    await settled();
    for (let n = 0; n < 3; n += 1) void take('late');
    for (let n = 0; n < 3; n += 1) turns.end('long');
    await settled();
    expect(order.slice(6)).toEqual(['late', 'late', 'late']);
  });

  test('fail a tenant that has too many waiting, and nobody else', async () => {
    const turns = turnsOf(1, { maxWaiting: 2 });
    const { take } = taker(turns);
    await take('a');
    void take('a');
    void take('a');
    await expect(turns.take('a')).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: `${BUSY} Try again shortly.`,
    });
    void take('b');
    turns.end('a');
    await settled();
    expect(turns.waiting).toBe(2);
  });

  test('are waited for only so long', async () => {
    const turns = turnsOf(1, { waitMs: 1 });
    await turns.take('a');
    await expect(turns.take('b')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect([turns.inUse, turns.waiting]).toEqual([1, 0]);
  });

  test('are given back when the work fails', async () => {
    const turns = turnsOf(1);
    await expect(turns.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    );
    expect(await turns.run('b', () => 'fine')).toBe('fine');
    expect(turns.inUse).toBe(0);
    expect(() => turns.end('a')).toThrow();
  });

  test('are in the metrics by resource, without tenants', async () => {
    const turns = new Turns({
      resource: 'measured',
      size: 1,
      waitMs: NEVER_MS,
      maxWaiting: 5,
      busy: BUSY,
    });
    await turns.take('a');
    void turns.take('b');
    const metrics = await registry.metrics();
    expect(metrics).toContain('sheaf_turns_in_use{resource="measured"} 1');
    expect(metrics).toContain('sheaf_turns_waiting{resource="measured"} 1');
    expect(turns.inUse).toBe(1);
  });
});

type Step = { act: 'take' | 'end' | 'abort'; key: number };

const steps = fc.array(
  fc.record({
    act: fc.constantFrom('take', 'take', 'end', 'abort') as fc.Arbitrary<Step['act']>,
    key: fc.nat({ max: 4 }),
  }),
  {
    maxLength: 120,
  },
);

interface Turn {
  key: string;
  stop: AbortController;
  state: 'waiting' | 'under way' | 'over';
}

/** Does the steps in order, and calls `check` after each with all turns that were asked for. */
async function play(turns: Turns, given: readonly Step[], check: (all: readonly Turn[]) => void) {
  const all: Turn[] = [];
  for (const { act, key: number } of given) {
    const key = `tenant ${number}`;
    const first = (state: Turn['state']) =>
      all.find((turn) => turn.key === key && turn.state === state);
    if (act === 'take') {
      const turn: Turn = { key, stop: new AbortController(), state: 'waiting' };
      all.push(turn);
      turns.take(key, turn.stop.signal).then(
        () => (turn.state = 'under way'),
        () => (turn.state = 'over'),
      );
    }
    const ending = act === 'end' ? first('under way') : undefined;
    if (ending) {
      ending.state = 'over';
      turns.end(key);
    }
    if (act === 'abort') first('waiting')?.stop.abort(new Error('no longer wanted'));
    await settled();
    check(all);
  }
  return all;
}

const count = (all: readonly Turn[], state: Turn['state'], key?: string) =>
  all.filter((turn) => turn.state === state && (!key || turn.key === key)).length;

describe('whatever is taken, ended and aborted', () => {
  test('never more are under way than there are, nor more of one than it may have, and nobody waits without need', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), steps, async (size, given) => {
        const turns = turnsOf(size);
        await play(turns, given, (all) => {
          const underWay = count(all, 'under way');
          expect([turns.inUse, turns.waiting]).toEqual([underWay, count(all, 'waiting')]);
          expect(underWay).toBeLessThanOrEqual(size);
          for (const { key, state } of all) {
            expect(count(all, 'under way', key)).toBeLessThanOrEqual(mostOf(size));
            if (state === 'waiting' && underWay < size)
              expect(count(all, 'under way', key)).toBe(mostOf(size));
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  test('everybody who waits gets a turn once the others end theirs, and nothing is left over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), steps, async (size, given) => {
        const turns = turnsOf(size);
        const all = await play(turns, given, () => undefined);
        while (count(all, 'under way') > 0) {
          for (const turn of all.filter(({ state }) => state === 'under way')) {
            turn.state = 'over';
            turns.end(turn.key);
          }
          await settled();
        }
        expect([count(all, 'waiting'), turns.inUse, turns.waiting]).toEqual([0, 0, 0]);
      }),
      { numRuns: 150 },
    );
  });

  test('who comes last waits for at most one turn of each other before its own first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat({ max: 4 }), { minLength: 20, maxLength: 60 }),
        async (size, keys) => {
          const turns = turnsOf(size);
          const { order, take } = taker(turns);
          for (const key of keys) void take(`tenant ${key}`);
          await settled();
          const before = order.length;
          void take('newcomer');
          await settled();
          const ended: number[] = [];
          while (!order.includes('newcomer')) {
            const next = order.findIndex((_key, index) => !ended.includes(index));
            ended.push(next);
            turns.end(order[next] ?? '');
            await settled();
          }
          const overtook = order.slice(before, order.indexOf('newcomer'));
          expect(new Set(overtook).size).toBe(overtook.length);
        },
      ),
      { numRuns: 100 },
    );
  });
});
