/** Which known words a misspelled one may stand for. */

const MAX_CORRECTIONS = 8;

/**
 * The known words nearest to a misspelled one: with the fewest edits, at most 1 in words of up to 4
 * letters and 2 in others. The word itself if none is that near.
 */
export function corrections(typed: string, known: readonly string[]): string[] {
  const allowed = typed.length <= 4 ? 1 : 2;
  const near = known
    .map((word) => ({ word, edits: editDistance(typed, word) }))
    .filter(({ edits }) => edits <= allowed);
  const fewest = Math.min(...near.map(({ edits }) => edits));
  const nearest = near.filter(({ edits }) => edits === fewest).map(({ word }) => word);
  return nearest.length === 0 ? [typed] : nearest.slice(0, MAX_CORRECTIONS);
}

/**
 * How many letters are added, left out, replaced, or swapped with their neighbour between two words
 * (the optimal string alignment distance).
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        edits = Math.min(edits, (before[column - 2] ?? 0) + 1);
      current.push(edits);
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? 0;
}
