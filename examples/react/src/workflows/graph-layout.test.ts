import { expect, test } from 'vitest';
import { BOX, type GraphStep, type Layout, layoutOf } from './graph-layout.ts';

/**
 * The earliest group of each step, as the server plans them; `steps` come after what they depend
 * on.
 */
function groupsOf(steps: readonly GraphStep[]): string[][] {
  const groups: string[][] = [];
  const levels = new Map<string, number>();
  for (const { id, dependsOn } of steps) {
    const level = Math.max(-1, ...dependsOn.map((dependency) => levels.get(dependency) ?? -1)) + 1;
    levels.set(id, level);
    groups[level] ??= [];
    groups[level].push(id);
  }
  return groups;
}

function draw(steps: readonly GraphStep[]): Layout {
  return layoutOf(steps, groupsOf(steps));
}

/** Numbers that look random, the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function randomSteps(count: number, seed: number, most: number): GraphStep[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const wanted = index === 0 ? 0 : Math.floor(random() * (most + 1));
    return {
      id: `s${index}`,
      dependsOn: [
        ...new Set(Array.from({ length: wanted }, () => `s${Math.floor(random() * index)}`)),
      ],
    };
  });
}

function expectNoOverlap({ boxes, width, height }: Layout) {
  for (const [index, one] of boxes.entries()) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.y).toBeGreaterThanOrEqual(0);
    expect(one.x + BOX.width).toBeLessThanOrEqual(width);
    expect(one.y + BOX.height).toBeLessThanOrEqual(height + 1);
    for (const other of boxes.slice(index + 1)) {
      if (one.column === other.column)
        expect(Math.abs(one.y - other.y)).toBeGreaterThanOrEqual(BOX.height + 4);
      else expect(Math.abs(one.x - other.x)).toBeGreaterThan(BOX.width);
    }
  }
}

/** The heights at which lines pass through a column, as they are written in the paths. */
function passages({ lines }: Layout): { left: number; y: number }[] {
  return lines.flatMap(({ path }) =>
    [...path.matchAll(/M(\d+) (-?\d+)H/g)].map(([, left, y]) => ({
      left: Number(left),
      y: Number(y),
    })),
  );
}

test.each([1, 2, 3, 4, 5])(
  'no boxes overlap, and no line passes through one, in a random graph of 200 steps (%i)',
  (seed) => {
    const layout = draw(randomSteps(200, seed, seed));
    expect(layout.boxes).toHaveLength(200);
    expectNoOverlap(layout);
    for (const { left, y } of passages(layout)) {
      for (const box of layout.boxes.filter(({ x }) => x === left))
        expect(y < box.y || y > box.y + BOX.height).toBe(true);
    }
  },
);

test.each([
  [
    'one after the other',
    Array.from({ length: 200 }, (_, index) => ({
      id: `s${index}`,
      dependsOn: index === 0 ? [] : [`s${index - 1}`],
    })),
  ],
  ['all at once', Array.from({ length: 200 }, (_, index) => ({ id: `s${index}`, dependsOn: [] }))],
  [
    'each after all before it',
    Array.from({ length: 200 }, (_, index) => ({
      id: `s${index}`,
      dependsOn: Array.from({ length: index }, (_, n) => `s${n}`),
    })),
  ],
])('200 steps, %s, do not overlap', (_name, steps) => {
  expectNoOverlap(draw(steps));
});

test('steps are in the columns of their groups, beside what they depend on', () => {
  const { boxes } = draw([
    { id: 'a', dependsOn: [] },
    { id: 'b', dependsOn: ['a'] },
    { id: 'c', dependsOn: ['a'] },
    { id: 'd', dependsOn: ['b', 'c'] },
  ]);
  const at = Object.fromEntries(boxes.map(({ id, ...box }) => [id, box]));
  expect(boxes.map(({ column }) => column)).toEqual([0, 1, 1, 2]);
  expect(at['a']?.y).toBe(at['d']?.y);
  expect(at['b']?.y).toBeLessThan(at['a']?.y ?? 0);
  expect(at['c']?.y).toBeGreaterThan(at['a']?.y ?? 0);
});

test('what a longer way says already is not drawn', () => {
  const { lines } = draw([
    { id: 'a', dependsOn: [] },
    { id: 'b', dependsOn: ['a'] },
    { id: 'c', dependsOn: ['a', 'b'] },
  ]);
  expect(lines.map(({ from, path }) => [from, path.match(/c/g)?.length])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
});
