import type { FormEvent } from 'react';
import { useNotify } from '../shared/notices.tsx';
import { useSave } from '../shared/use-save.ts';
import type { UserError } from '../shared/user-errors.ts';
import { type CampaignSettings, UPDATE_CAMPAIGN_SETTINGS } from './documents.ts';
import { Field, FormEnd } from './field.tsx';

/** What counts for all campaigns. */
export function CampaignForm({ settings }: { settings: CampaignSettings }) {
  const notify = useNotify();
  const { save, isSaving, errors, problem } = useSave(UPDATE_CAMPAIGN_SETTINGS);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = {
      stopWords: linesOf(form.get('stopWords')),
      startWords: linesOf(form.get('startWords')),
      maxRetries: Number(form.get('maxRetries')),
    };
    if (await save({ input })) notify('The campaign settings are saved.');
  };
  const atField = ['stopWords', 'startWords', 'maxRetries'].map((name) => belowField(errors, name));
  const isAtField = atField.some((message) => message !== undefined);
  return (
    <form className="card stack" aria-labelledby="campaign-settings" onSubmit={submit}>
      <h2 id="campaign-settings">Campaigns</h2>
      <div className="settings-fields">
        <Field
          id="stop-words"
          label="Words that opt out"
          hint="One a line. Who writes one of them gets no campaign messages any more. Empty: the usual words."
          error={atField[0]}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              name="stopWords"
              defaultValue={settings.stopWords.join('\n')}
            />
          )}
        </Field>
        <Field
          id="start-words"
          label="Words that opt in again"
          hint="One a line. Empty: the usual words."
          error={atField[1]}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              name="startWords"
              defaultValue={settings.startWords.join('\n')}
            />
          )}
        </Field>
        <Field
          id="max-retries"
          label="Tries after a failure"
          hint="How often a message that failed may be sent again, 0 to 10."
          error={atField[2]}
        >
          {(attributes) => (
            <input
              {...attributes}
              name="maxRetries"
              type="number"
              min={0}
              max={10}
              required
              defaultValue={settings.maxRetries}
            />
          )}
        </Field>
      </div>
      <FormEnd problem={isAtField ? undefined : problem} isSaving={isSaving} />
    </form>
  );
}

/** A list has its errors at its entries. */
function belowField(errors: readonly UserError[], name: string): string | undefined {
  return errors.find(({ field }) => field[0] === name)?.message;
}

function linesOf(value: FormDataEntryValue | null): string[] {
  return String(value ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
