import { useState } from 'react';
import { useNotify } from './notices.tsx';
import { useSession } from './session.tsx';

/** Saves what a path of Sheaf has under the name that the server gives it. */
export function useSaveFile(): { save: (path: string) => Promise<void>; isSaving: boolean } {
  const { api } = useSession();
  const notify = useNotify();
  const [isSaving, setIsSaving] = useState(false);
  const save = async (path: string) => {
    setIsSaving(true);
    try {
      const answer = await api.fetch(path);
      if (!answer.ok) throw new Error(`Status ${answer.status}`);
      const disposition = answer.headers.get('content-disposition') ?? '';
      const address = URL.createObjectURL(await answer.blob());
      const link = document.createElement('a');
      link.href = address;
      link.download = /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'file';
      link.click();
      URL.revokeObjectURL(address);
    } catch {
      notify('The file could not be downloaded. Try again.', 'bad');
    } finally {
      setIsSaving(false);
    }
  };
  return { save, isSaving };
}
