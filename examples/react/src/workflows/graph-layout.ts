/**
 * Where the steps of a workflow are drawn. A column is a group of the plan, so every line goes to
 * the right. A line that passes columns by gets a place of its own in each, a bend, among the boxes
 * there: no line crosses a box and no two boxes overlap, whatever the graph. All lines that leave a
 * step share their bends. What a longer way says already is not drawn.
 */

/** In pixels of the usual 16 to the rem. */
export const BOX = { width: 176, height: 56 };
const COLUMN_GAP = 56;
const ROW_GAP = 20;
const BEND_GAP = 8;
const BEND_HEIGHT = 4;
const MARGIN = 8;
/** Forth and back, for neighbours to find each other. */
const SWEEPS = 4;

export interface GraphStep {
  id: string;
  dependsOn: readonly string[];
}

export interface Box {
  id: string;
  column: number;
  x: number;
  y: number;
}

export interface Layout {
  width: number;
  height: number;
  /** By columns, and in each from top to bottom. */
  boxes: Box[];
  /** One path for all lines that leave a step. */
  lines: { from: string; path: string }[];
}

/** A box or a bend in a column; `center` is its height on the page. */
interface Slot {
  step: string;
  isBox: boolean;
  column: number;
  center: number;
  before: Slot[];
  after: Slot[];
}

export function layoutOf(
  steps: readonly GraphStep[],
  groups: readonly (readonly string[])[],
): Layout {
  const columns = connect(slotsOf(groups), neededDependencies(steps, groups));
  for (const column of columns) stack(column, () => undefined);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const column of columns) stack(column, (slot) => meanOf(slot.before));
    for (const column of columns.toReversed()) stack(column, (slot) => meanOf(slot.after));
  }
  const slots = columns.flat();
  const top = slots.reduce(
    (least, slot) => Math.min(least, slot.center - heightOf(slot) / 2),
    Number.POSITIVE_INFINITY,
  );
  const bottom = slots.reduce(
    (most, slot) => Math.max(most, slot.center + heightOf(slot) / 2),
    Number.NEGATIVE_INFINITY,
  );
  for (const slot of slots) slot.center = Math.round(slot.center - top + MARGIN);
  return {
    width: columns.length * (BOX.width + COLUMN_GAP) - COLUMN_GAP + 2 * MARGIN,
    height: slots.length === 0 ? 0 : bottom - top + 2 * MARGIN,
    boxes: slots
      .filter(({ isBox }) => isBox)
      .map((slot) => ({
        id: slot.step,
        column: slot.column,
        x: leftOf(slot),
        y: slot.center - BOX.height / 2,
      })),
    lines: linesOf(slots),
  };
}

function linesOf(slots: readonly Slot[]): Layout['lines'] {
  const paths = new Map<string, string>();
  for (const slot of slots) paths.set(slot.step, (paths.get(slot.step) ?? '') + pathFrom(slot));
  return [...paths].filter(([, path]) => path !== '').map(([from, path]) => ({ from, path }));
}

/** The dependencies of each step without those that another one of them depends on. */
function neededDependencies(
  steps: readonly GraphStep[],
  groups: readonly (readonly string[])[],
): Map<string, string[]> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const ancestors = new Map<string, Set<string>>();
  const needed = new Map<string, string[]>();
  for (const id of groups.flat()) {
    const dependsOn = [...new Set(byId.get(id)?.dependsOn)];
    const behind = new Set(
      dependsOn.flatMap((dependency) => [...(ancestors.get(dependency) ?? [])]),
    );
    needed.set(
      id,
      dependsOn.filter((dependency) => !behind.has(dependency)),
    );
    ancestors.set(id, new Set([...behind, ...dependsOn]));
  }
  return needed;
}

function slotsOf(groups: readonly (readonly string[])[]): Slot[][] {
  return groups.map((group, column) => group.map((step) => slot(step, column, true)));
}

function slot(step: string, column: number, isBox: boolean): Slot {
  return { step, isBox, column, center: 0, before: [], after: [] };
}

/**
 * Links each step to those it needs, with bends in the columns between. Boxes come by column, so
 * lines only ever grow to the right.
 */
function connect(columns: Slot[][], needed: ReadonlyMap<string, readonly string[]>): Slot[][] {
  /** The last slot of each step's lines so far. */
  const ends = new Map<string, Slot>();
  for (const box of columns.flat()) {
    for (const dependency of needed.get(box.step) ?? []) {
      let end = ends.get(dependency);
      if (!end) continue;
      while (end.column < box.column - 1) {
        const bend: Slot = slot(dependency, end.column + 1, false);
        columns[bend.column]?.push(bend);
        link(end, bend);
        end = bend;
      }
      ends.set(dependency, end);
      link(end, box);
    }
    ends.set(box.step, box);
  }
  return columns;
}

function link(from: Slot, to: Slot): void {
  from.after.push(to);
  to.before.push(from);
}

/**
 * Orders a column by where its slots would like to be, and puts each as near to that as the others
 * let it.
 */
function stack(column: Slot[], wish: (slot: Slot) => number | undefined): void {
  const wished = column
    .map((one) => ({ one, at: wish(one) ?? one.center }))
    .sort((a, b) => a.at - b.at);
  let above: Slot | undefined;
  let lag = 0;
  for (const { one, at } of wished) {
    one.center = above ? Math.max(at, above.center + distance(above, one)) : at;
    lag += one.center - at;
    above = one;
  }
  for (const { one } of wished) one.center -= lag / wished.length;
  column.splice(0, column.length, ...wished.map(({ one }) => one));
}

function meanOf(slots: readonly Slot[]): number | undefined {
  return slots.length === 0
    ? undefined
    : slots.reduce((sum, { center }) => sum + center, 0) / slots.length;
}

/** Between the centers of two slots, at least. */
function distance(above: Slot, below: Slot): number {
  return (
    (heightOf(above) + heightOf(below)) / 2 + (above.isBox || below.isBox ? ROW_GAP : BEND_GAP)
  );
}

function heightOf({ isBox }: Slot): number {
  return isBox ? BOX.height : BEND_HEIGHT;
}

function leftOf({ column }: Slot): number {
  return MARGIN + column * (BOX.width + COLUMN_GAP);
}

/** Through a bend, then in a curve to each slot of the next column. */
function pathFrom(from: Slot): string {
  const right = leftOf(from) + BOX.width;
  const through = from.isBox ? '' : `M${leftOf(from)} ${from.center}H${right}`;
  const half = COLUMN_GAP / 2;
  const curves = from.after.map(
    (to) =>
      `M${right} ${from.center}c${half} 0 ${half} ${to.center - from.center} ${COLUMN_GAP} ${to.center - from.center}`,
  );
  return through + curves.join('');
}
