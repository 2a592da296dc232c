import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import { useClient } from 'urql';
import { IntakeForm, type IntakeFormState, type SavedIntake } from './intake-form.ts';

interface Options {
  clientId: string;
  /** What the server is known to have; a newer one is merged in. */
  saved: SavedIntake | null | undefined;
  /** Asks the server for it again. */
  refresh: () => void;
}

/**
 * The client's form, and all it needs of the browser: it saves when the page is left, and looks for
 * others' answers on coming back.
 */
export function useIntakeForm({
  clientId,
  saved,
  refresh,
}: Options): [IntakeForm, IntakeFormState] {
  const client = useClient();
  const [form] = useState(() => new IntakeForm(client, clientId, saved));
  const state = useSyncExternalStore(form.subscribe, form.getState);

  useEffect(() => {
    if (saved) form.receive(saved);
  }, [form, saved]);

  const onFocus = useEffectEvent(refresh);
  useEffect(() => {
    const onVisibility = () =>
      document.visibilityState === 'visible' ? onFocus() : void form.flush();
    const onWindowFocus = () => onFocus();
    const onLeave = (event: BeforeUnloadEvent) => {
      if (form.hasUnsaved()) event.preventDefault();
    };
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('focus', onWindowFocus);
    window.addEventListener('beforeunload', onLeave);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('focus', onWindowFocus);
      window.removeEventListener('beforeunload', onLeave);
      void form.flush();
    };
  }, [form]);

  return [form, state];
}
