/** What differs between two answers, as JSON Patch (RFC 6902). */
import { create } from 'jsondiffpatch';
import { format } from 'jsondiffpatch/formatters/jsonpatch';

/** Objects in a list are the same if their ids are; those without one, if they are equal. */
const differ = create({
  objectHash: (object: object) => ('id' in object ? String(object.id) : JSON.stringify(object)),
  cloneDiffValues: false,
});

/** The patch from one value to another, all as JSON; null if it would not be shorter. */
export function shorterPatch(before: string, after: string): string | null {
  const patch = JSON.stringify(format(differ.diff(JSON.parse(before), JSON.parse(after))));
  return patch.length < after.length ? patch : null;
}
