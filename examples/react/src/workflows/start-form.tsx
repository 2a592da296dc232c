import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { messageAt } from '../shared/user-errors.ts';
import type { WorkflowDetail } from './documents.ts';
import { useStartWorkflow } from './hooks.ts';
import { inputNames, inputToFillIn, parseJsonObject } from './input-names.ts';
import { JsonField } from './json-field.tsx';
import { MaintenanceFields, maintenanceInput } from './maintenance-fields.tsx';
import { executionPath } from './workflow-path.ts';

/**
 * Starts a workflow and leads to its execution: the ready-made maintenance intake by fields, any
 * other by JSON.
 */
export function StartForm({ workflow: { key, steps } }: { workflow: WorkflowDetail }) {
  const navigate = useNavigate();
  const { start, isStarting, errors, problem } = useStartWorkflow(key);
  const [parseProblem, setParseProblem] = useState<string>();
  const hasFields = key === 'maintenance-intake' && inputNames(steps).includes('propertyId');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const parsed = hasFields
      ? { input: maintenanceInput(form) }
      : parseJsonObject(String(form.get('input')));
    setParseProblem('problem' in parsed ? parsed.problem : undefined);
    if ('problem' in parsed) return;
    const id = await start(parsed.input);
    if (id !== undefined) await navigate(executionPath(id));
  };
  const inputProblem = parseProblem ?? messageAt(errors, 'input');
  const otherProblem =
    problem ??
    errors.find(({ field }) => field[0] !== 'input')?.message ??
    (hasFields ? inputProblem : undefined);
  return (
    <form className="card stack start-form" aria-label="Start" onSubmit={submit}>
      <h2>Start</h2>
      {hasFields ? (
        <MaintenanceFields />
      ) : (
        <JsonField initial={inputToFillIn(steps)} problem={inputProblem} />
      )}
      {otherProblem && (
        <p className="notice bad" role="alert">
          {otherProblem}
        </p>
      )}
      <div className="actions">
        <button type="submit" className="primary" disabled={isStarting}>
          Start
        </button>
      </div>
    </form>
  );
}
