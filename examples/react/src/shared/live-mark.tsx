import { useSyncExternalStore } from 'react';
import { useSession } from './session.tsx';

/** Whether what is beside it moves by itself right now. */
export function LiveMark() {
  const { connection } = useSession();
  const isOpen = useSyncExternalStore(connection.subscribe, () => connection.get() === 'open');
  return (
    <span className="live-mark" data-open={isOpen}>
      {isOpen ? 'Updates live' : 'Not live now'}
    </span>
  );
}
