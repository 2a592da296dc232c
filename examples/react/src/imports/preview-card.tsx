import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import type { ContactImportField, ContactImportMatch } from '../generated/graphql.ts';
import { describeError, ErrorNotice, Loading } from '../shared/states.tsx';
import { IMPORT_CONTACTS, PREVIEW, type Preview } from './documents.ts';
import { FIELD_LABEL, MATCH_LABEL, OUTCOME_LABEL, OUTCOME_TONE } from './labels.ts';

type Mapping = { column: string; field: ContactImportField }[];

interface PreviewCardProps {
  uploadId: string;
  /** Another import is under way. */
  isBusy: boolean;
  onStart: (importId: string) => void;
  onCancel: () => void;
}

/** How the file is read, which can be changed, and what would become of its first rows. */
export function PreviewCard({ uploadId, isBusy, onStart, onCancel }: PreviewCardProps) {
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [header, setHeader] = useState<boolean | null>(null);
  const [onMatch, setOnMatch] = useState<ContactImportMatch>('UPDATE');
  const [key] = useState(() => crypto.randomUUID());
  const options = { mapping, header };
  const [{ data, error, stale }, again] = useQuery({
    query: PREVIEW,
    variables: { uploadId, options, onMatch },
    requestPolicy: 'cache-and-network',
  });
  const [{ fetching, error: refused, data: answer }, start] = useMutation(IMPORT_CONTACTS);
  const preview = data?.contactImportPreview;
  const problem = refused
    ? describeError(refused)
    : answer?.importContacts.userErrors.map(({ message }) => message).join(' ');
  const run = async () => {
    const input = { uploadId, options, onMatch, idempotencyKey: key };
    const { data: done } = await start({ input });
    const started = done?.importContacts.import;
    if (started) onStart(started.id);
  };
  if (error && !preview)
    return (
      <section className="card stack">
        <ErrorNotice error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        <button type="button" onClick={onCancel}>
          Choose another file
        </button>
      </section>
    );
  if (!preview) return <Loading label="Reading the file" rows={4} rowHeight="4rem" />;
  return (
    <section className="card stack" aria-labelledby="preview" aria-busy={stale}>
      <h2 id="preview">What is in the file</h2>
      <p className="muted">{describeFormat(preview)}</p>
      <Columns
        preview={preview}
        onChange={(column, field) => setMapping(changed(preview, column, field))}
      />
      <Choices
        preview={preview}
        onMatch={onMatch}
        onMatchChange={setOnMatch}
        onHeaderChange={(isHeader) => {
          // The columns have other names then.
          setMapping(null);
          setHeader(isHeader);
        }}
      />
      <FirstRows preview={preview} />
      {preview.problem && <p className="notice bad">{preview.problem}</p>}
      {problem && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
      <div className="actions">
        <button type="button" onClick={onCancel}>
          Choose another file
        </button>
        <button
          type="button"
          className="primary"
          disabled={fetching || stale || isBusy || preview.problem !== null}
          onClick={() => void run()}
        >
          Import
        </button>
      </div>
    </section>
  );
}

interface ChoicesProps {
  preview: Preview;
  onMatch: ContactImportMatch;
  onMatchChange: (onMatch: ContactImportMatch) => void;
  onHeaderChange: (isHeader: boolean) => void;
}

function Choices({ preview, onMatch, onMatchChange, onHeaderChange }: ChoicesProps) {
  return (
    <div className="import-choices">
      <label>
        Contacts that are here already{' '}
        <select
          value={onMatch}
          onChange={(event) => onMatchChange(event.target.value as ContactImportMatch)}
        >
          {Object.entries(MATCH_LABEL).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {preview.format === 'CSV' && (
        <label className="import-header">
          <input
            type="checkbox"
            checked={preview.header}
            onChange={(event) => onHeaderChange(event.target.checked)}
          />{' '}
          The first line names the columns
        </label>
      )}
    </div>
  );
}

const DELIMITERS: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' };

function describeFormat({ format, encoding, delimiter }: Preview): string {
  if (format === 'JSONL') return `JSONL in ${encoding}`;
  const between = delimiter === null ? '' : (DELIMITERS[delimiter] ?? `“${delimiter}”`);
  return `CSV in ${encoding}, with ${between} between the cells`;
}

/** The mapping with another field for a column; a field is that of one column at a time. */
function changed(preview: Preview, column: string, field: ContactImportField | ''): Mapping {
  const others = preview.columns.flatMap((one) =>
    one.name === column || one.field === null || one.field === field
      ? []
      : [{ column: one.name, field: one.field }],
  );
  return field === '' ? others : [...others, { column, field }];
}

interface ColumnsProps {
  preview: Preview;
  onChange: (column: string, field: ContactImportField | '') => void;
}

function Columns({ preview: { columns }, onChange }: ColumnsProps) {
  return (
    <ul className="import-columns" aria-label="Columns">
      {columns.map(({ name, field, samples }) => (
        <li key={name}>
          <label>
            <span className="import-column">{name}</span>
            <select
              value={field ?? ''}
              data-ignored={field === null}
              onChange={(event) => onChange(name, event.target.value as ContactImportField | '')}
            >
              <option value="">Ignore</option>
              {Object.entries(FIELD_LABEL).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <span className="muted import-samples">{samples.join(' · ') || 'empty'}</span>
        </li>
      ))}
    </ul>
  );
}

function FirstRows({ preview: { rows } }: { preview: Preview }) {
  return (
    <div className="stack">
      <h3>What would become of the first rows</h3>
      <ul className="rows import-rows">
        {rows.map(({ line, cells, outcome, contact, problems }) => (
          <li key={line}>
            <span className="muted number">{line}</span>
            <span className="badge" data-tone={OUTCOME_TONE[outcome]}>
              {OUTCOME_LABEL[outcome]}
            </span>
            <span className="import-cells">
              {cells.filter((cell) => cell !== '').join(' · ')}
              {contact && <span className="muted"> → {contact.name}</span>}
              {problems.map(({ field, message }) => (
                <span key={`${field} ${message}`} className="import-problem">
                  {field && `${FIELD_LABEL[field]}: `}
                  {message}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
