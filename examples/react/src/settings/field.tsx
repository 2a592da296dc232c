import type { ReactNode } from 'react';

interface FieldProps {
  id: string;
  label: string;
  hint?: string;
  error: string | undefined;
  /** Gets what ties the control to its hint and its error. */
  children: (attributes: {
    id: string;
    'aria-invalid': boolean;
    'aria-describedby': string;
  }) => ReactNode;
}

/** A control with its label, a hint, and what is wrong with it. */
export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': `${hint ? `${id}-hint ` : ''}${id}-error`,
      })}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p className="error" id={`${id}-error`} role="alert">
        {error}
      </p>
    </div>
  );
}

interface FormEndProps {
  /** What is wrong with the form as a whole; what is wrong with a field stands there. */
  problem: string | undefined;
  isSaving: boolean;
}

export function FormEnd({ problem, isSaving }: FormEndProps) {
  return (
    <div className="actions">
      <p className="error" role="alert">
        {problem}
      </p>
      <button type="submit" className="primary" disabled={isSaving}>
        Save
      </button>
    </div>
  );
}
