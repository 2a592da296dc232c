/**
 * What a person can mend comes in a payload's `userErrors`, each with a path into the mutation's
 * input.
 */
export interface UserError {
  code: string;
  message: string;
  field: readonly string[];
}

/** The messages at one place of the input, for example `messageAt(errors, 'name')`. */
export function messageAt(errors: readonly UserError[], ...path: string[]): string | undefined {
  const here = errors.filter(
    (error) =>
      error.field.length === path.length &&
      path.every((part, index) => error.field[index] === part),
  );
  return here.length > 0 ? here.map((error) => error.message).join(' ') : undefined;
}
