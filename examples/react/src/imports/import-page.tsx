import { useState } from 'react';
import { Link } from 'react-router';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { ErrorNotice } from '../shared/states.tsx';
import { useLiveQuery } from '../shared/use-live.ts';
import { IMPORT_PAGE } from './documents.ts';
import { EarlierImports, ImportCard } from './import-card.tsx';
import { PreviewCard } from './preview-card.tsx';
import { type Uploading, useUpload } from './upload.ts';

/** From a file to contacts: choose it, look at the preview, import, and see what became of it. */
export function ImportPage() {
  const upload = useUpload();
  const [startedId, setStartedId] = useState<string | null>(null);
  const { data, error, retry } = useLiveQuery({ query: IMPORT_PAGE, variables: {} });
  const imports = data?.contactImports.nodes ?? [];
  const shown = imports.find(
    ({ id, status }) => id === startedId || status === 'QUEUED' || status === 'RUNNING',
  );
  return (
    <div className="page import-page">
      <title>Import contacts · Sheaf</title>
      <div className="page-head">
        <h1>Import contacts</h1>
        <Link to="/contacts">Back to the contacts</Link>
      </div>
      {error && !data && <ErrorNotice error={error} onRetry={retry} />}
      {shown && <ImportCard shown={shown} />}
      {upload.uploadId === null ? (
        <ChooseFile upload={upload} />
      ) : (
        <PreviewCard
          key={upload.uploadId}
          uploadId={upload.uploadId}
          isBusy={shown?.status === 'QUEUED' || shown?.status === 'RUNNING'}
          onStart={(id) => {
            setStartedId(id);
            upload.clear(true);
          }}
          onCancel={() => upload.clear()}
        />
      )}
      <EarlierImports imports={imports.filter((one) => one !== shown)} />
    </div>
  );
}

function ChooseFile({ upload }: { upload: Uploading }) {
  return (
    <section className="card stack" aria-labelledby="choose-file">
      <h2 id="choose-file">Choose a file</h2>
      <p className="muted">
        CSV from a spreadsheet or another system, or JSONL, with up to 100,000 rows. You see what it
        would do before anything is written.
      </p>
      <input
        type="file"
        aria-label="File with contacts"
        accept=".csv,.tsv,.txt,.jsonl,.ndjson,text/csv,application/jsonl"
        disabled={upload.percent !== null}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) void upload.send(file);
        }}
      />
      {upload.percent !== null && <ProgressBar label="Sending the file" percent={upload.percent} />}
      <div role="status">{upload.problem && <p className="notice bad">{upload.problem}</p>}</div>
    </section>
  );
}
