/** Short messages at the edge of the page about what just happened, read out by screen readers. */
import { createContext, type ReactNode, use, useCallback, useState } from 'react';

const SHOWN_MS = 8_000;

interface Notice {
  id: number;
  text: string;
  tone: 'good' | 'bad';
}

type Notify = (text: string, tone?: Notice['tone']) => void;

const NotifyContext = createContext<Notify>(() => undefined);

export function useNotify(): Notify {
  return use(NotifyContext);
}

let lastId = 0;

export function NoticesProvider({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<Notice[]>([]);
  const dismiss = useCallback(
    (id: number) => setNotices((shown) => shown.filter((notice) => notice.id !== id)),
    [],
  );
  const notify = useCallback<Notify>(
    (text, tone = 'good') => {
      lastId += 1;
      const notice = { id: lastId, text, tone };
      setNotices((shown) => [...shown, notice]);
      setTimeout(() => dismiss(notice.id), SHOWN_MS);
    },
    [dismiss],
  );
  return (
    <NotifyContext value={notify}>
      {children}
      <section className="notices" aria-live="polite" aria-label="Notices">
        {notices.map((notice) => (
          <div key={notice.id} className={`toast ${notice.tone}`}>
            <span>{notice.text}</span>
            <button
              type="button"
              className="quiet"
              aria-label="Dismiss"
              onClick={() => dismiss(notice.id)}
            >
              ×
            </button>
          </div>
        ))}
      </section>
    </NotifyContext>
  );
}
