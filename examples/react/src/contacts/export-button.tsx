import { useMutation } from 'urql';
import { graphql } from '../generated/index.ts';
import { useNotify } from '../shared/notices.tsx';
import { useSaveFile } from '../shared/save-file.ts';
import { describeError } from '../shared/states.tsx';
import type { ContactFilter } from './contact-list.ts';

const EXPORT_CONTACTS = graphql(`
  mutation ExportContacts($input: ExportContactsInput!) {
    exportContacts(input: $input) {
      export {
        path
      }
      userErrors {
        message
      }
    }
  }
`);

/** Saves the contacts that the list shows, all pages of them, as a file for spreadsheets. */
export function ExportButton({ search, organizationId }: ContactFilter) {
  const notify = useNotify();
  const [{ fetching }, prepare] = useMutation(EXPORT_CONTACTS);
  const { save, isSaving } = useSaveFile();
  const run = async () => {
    const filter = { search: search || null, organizationId };
    const { data, error } = await prepare({ input: { filter } });
    const path = data?.exportContacts.export?.path;
    if (path) await save(path);
    else notify(error ? describeError(error) : 'The contacts could not be exported.', 'bad');
  };
  return (
    <button type="button" disabled={fetching || isSaving} onClick={() => void run()}>
      {isSaving ? 'Exporting…' : 'Export'}
    </button>
  );
}
