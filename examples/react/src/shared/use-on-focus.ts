import { useEffect, useEffectEvent } from 'react';

/**
 * Calls back when the window is looked at again: what has no subscription is asked for anew then.
 */
export function useOnFocus(act: () => void): void {
  const onFocus = useEffectEvent(act);
  useEffect(() => {
    const listener = () => onFocus();
    window.addEventListener('focus', listener);
    return () => window.removeEventListener('focus', listener);
  }, []);
}
