import type { CombinedError } from '@urql/core';
import { useState } from 'react';

interface Answer<Value> {
  /** Undefined until an answer has come. */
  value: Value | undefined;
  error: CombinedError | undefined;
}

/**
 * What a query answered, and when it failed the last answer without an error for the same key: what
 * is on the page stays there when asking again fails, as it does without a network. Null is never a
 * failure's: a field that failed is null as well.
 */
export function useKept<Value>(
  key: string,
  { value: answered, error }: Answer<Value>,
): Value | undefined {
  const value = error ? undefined : answered;
  const [kept, setKept] = useState({ key, value });
  if (value !== undefined && (kept.value !== value || kept.key !== key)) setKept({ key, value });
  return value === undefined && kept.key === key ? kept.value : value;
}
