/** The rule for a value that may be changed here and in the CRM: a three-way merge. */

/**
 * What changed in the CRM since `before` is taken, what changed only here stays; what was removed
 * there is removed if it came from there. `before` is null where nobody knows what the CRM said:
 * then its values are taken, if it has any.
 */
export function merged<T>(
  ours: T | null,
  theirs: T | null,
  before: { value: T | null } | null,
): T | null {
  if (before === null) return theirs ?? ours;
  if (theirs === before.value) return ours;
  if (theirs === null) return ours === before.value ? null : ours;
  return theirs;
}
