import { When } from '../shared/dates.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { useSaveFile } from '../shared/save-file.ts';
import type { ContactImport } from './documents.ts';
import { COUNTS, FIELD_LABEL, STATUS_TONE } from './labels.ts';

/** One import, from waiting to its end, with the rows that could not be imported. */
export function ImportCard({ shown }: { shown: ContactImport }) {
  return (
    <section className="card stack" aria-label="This import" data-status={shown.status}>
      <div className="sync-head">
        <h2 aria-live="polite">{headline(shown)}</h2>
        <p className="muted">{shown.fileName}</p>
      </div>
      <ProgressBar
        key={shown.id}
        label="Import"
        percent={percentOf(shown)}
        tone={STATUS_TONE[shown.status]}
      />
      <dl className="counts">
        {COUNTS.map((name) => (
          <div key={name} data-zero={shown[name] === 0}>
            <dt>{name}</dt>
            <dd className="number">{shown[name].toLocaleString()}</dd>
          </div>
        ))}
      </dl>
      {shown.errorMessage && <p className="notice bad">{shown.errorMessage}</p>}
      {shown.failed > 0 && <Problems shown={shown} />}
    </section>
  );
}

function headline({ status, failed }: ContactImport): string {
  if (status === 'QUEUED') return 'The import begins in a moment';
  if (status === 'RUNNING') return 'Importing';
  if (status === 'FAILED') return 'The import failed';
  return failed > 0 ? 'The import is done, but for some rows' : 'The import is done';
}

function doneRows(one: ContactImport): number {
  return COUNTS.reduce((sum, name) => sum + one[name], 0);
}

function percentOf(one: ContactImport): number | null {
  if (one.status === 'COMPLETED') return 100;
  if (one.totalRows) return Math.floor((100 * doneRows(one)) / one.totalRows);
  return one.status === 'FAILED' ? 0 : null;
}

function Problems({ shown: { failed, problems, problemsPath } }: { shown: ContactImport }) {
  const { save, isSaving } = useSaveFile();
  return (
    <details className="failures" open>
      <summary>
        {failed.toLocaleString()} {failed === 1 ? 'row was' : 'rows were'} left out
      </summary>
      <ul aria-label="Problems">
        {problems.map(({ line, field, message }) => (
          <li key={`${line} ${field} ${message}`}>
            <span className="number">Line {line.toLocaleString()}</span>
            <span>
              {field && `${FIELD_LABEL[field]}: `}
              {message}
            </span>
          </li>
        ))}
      </ul>
      <button type="button" disabled={isSaving} onClick={() => void save(problemsPath)}>
        Download all bad rows
      </button>
    </details>
  );
}

export function EarlierImports({ imports }: { imports: readonly ContactImport[] }) {
  if (imports.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="earlier-imports">
      <h2 id="earlier-imports">Earlier imports</h2>
      <ul className="card rows">
        {imports.map((one) => (
          <li key={one.id} className="import-row">
            <span>{one.fileName}</span>
            <span className="muted number">
              <When at={one.createdAt} show="date and time" />
            </span>
            <span className="muted number">{one.errorMessage ?? resultOf(one)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function resultOf(one: ContactImport): string {
  const parts = COUNTS.filter((name) => one[name] > 0);
  return parts.map((name) => `${one[name].toLocaleString()} ${name}`).join(', ') || 'nothing';
}
