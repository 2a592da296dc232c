import type { FormEvent } from 'react';
import { useNotify } from '../shared/notices.tsx';
import { useSave } from '../shared/use-save.ts';
import { messageAt } from '../shared/user-errors.ts';
import { type Tenant, UPDATE_TENANT } from './documents.ts';
import { Field, FormEnd } from './field.tsx';

export function AgencyForm({ tenant }: { tenant: Tenant }) {
  const notify = useNotify();
  const { save, isSaving, errors, problem } = useSave(UPDATE_TENANT);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = {
      name: String(form.get('name')),
      country: String(form.get('country')).toUpperCase(),
    };
    if (await save({ input })) notify('The agency is saved.');
  };
  const atField = [messageAt(errors, 'name'), messageAt(errors, 'country')];
  const isAtField = atField.some((message) => message !== undefined);
  return (
    <form className="card stack" aria-labelledby="agency" onSubmit={submit}>
      <h2 id="agency">Agency</h2>
      <div className="settings-fields">
        <Field id="agency-name" label="Name" error={atField[0]}>
          {(attributes) => (
            <input
              {...attributes}
              name="name"
              required
              maxLength={200}
              defaultValue={tenant.name}
            />
          )}
        </Field>
        <Field
          id="agency-country"
          label="Country"
          hint="Two letters, such as US. Phone numbers without a country code are from there."
          error={atField[1]}
        >
          {(attributes) => (
            <input
              {...attributes}
              name="country"
              required
              maxLength={2}
              pattern="[A-Za-z]{2}"
              defaultValue={tenant.country}
            />
          )}
        </Field>
      </div>
      <FormEnd problem={isAtField ? undefined : problem} isSaving={isSaving} />
    </form>
  );
}
