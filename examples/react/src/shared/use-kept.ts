import { useState } from 'react';

/**
 * A query's data, and while there is none the last that there was for the same key: what is on the page stays there when asking
 * again fails, as it does without a network.
 */
export function useKept<Value>(key: string, value: Value | undefined): Value | undefined {
  const [kept, setKept] = useState({ key, value });
  if (value !== undefined && (kept.value !== value || kept.key !== key)) setKept({ key, value });
  return value ?? (kept.key === key ? kept.value : undefined);
}
