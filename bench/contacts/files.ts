/**
 * Importing a file of contacts and exporting all of them: from the mutation to COMPLETED, and from
 * the request to the last byte.
 */
import type { DemoBench } from '../demo.ts';
import { mutate } from '../mutations.ts';
import { type Sheaf, withSheaf } from '../servers/sheaf.ts';
import { timed, until } from '../timing.ts';

export interface FileFindings {
  rows: number;
  importSeconds: number;
  /** The same file again, of which nothing is new. */
  againSeconds: number;
  exported: number;
  exportSeconds: number;
  /** Resident memory of the process before, and at its peak. */
  beforeMb: number;
  peakMb: number;
}

interface ImportState {
  id: string;
  status: string;
  created: number;
  unchanged: number;
}

const FIELDS = 'id status created unchanged';
const READ = `query ($id: ID!) { contactImport(id: $id) { ${FIELDS} } }`;
const PART_BYTES = 1_048_576;
const POLL_MS = 50;

export async function measureFiles(bench: DemoBench): Promise<FileFindings> {
  const rows = bench.quick ? 5_000 : 100_000;
  const file = fileOf(rows);
  return withSheaf({ ...bench, role: 'start' }, async (sheaf) => {
    const before = await sheaf.server.memory();
    const first = await timed(() => importFile(sheaf, file));
    const again = await timed(() => importFile(sheaf, file));
    if (first.result.created !== rows || again.result.unchanged !== rows)
      throw new Error(`Expected ${rows} rows, found ${JSON.stringify([first, again])}`);
    const exported = await timed(() => exportAll(sheaf));
    const after = await sheaf.server.memory();
    return {
      rows,
      importSeconds: first.ms / 1_000,
      againSeconds: again.ms / 1_000,
      exported: exported.result,
      exportSeconds: exported.ms / 1_000,
      beforeMb: before?.nowMb ?? Number.NaN,
      peakMb: after?.peakMb ?? Number.NaN,
    };
  });
}

function fileOf(rows: number): Buffer {
  const lines = Array.from({ length: rows }, (_, row) =>
    [
      `Imported Person ${row}`,
      `person${row}@import.example`,
      `+1650253${String(row % 10_000).padStart(4, '0')}`,
      `Imported Company ${row % Math.ceil(rows / 20)}`,
      row % 10 === 0 ? 'yes' : '',
    ].join(),
  );
  return Buffer.from(['name,email,phone,organization,consent', ...lines].join('\n'));
}

async function importFile(sheaf: Sheaf, file: Buffer): Promise<ImportState> {
  const begin = { field: 'createContactUpload', select: 'upload { id path }' };
  const { upload } = await mutate<{ upload: { id: string; path: string } }>(sheaf, begin, {
    bytes: file.length,
  });
  for (let offset = 0; offset < file.length; offset += PART_BYTES) {
    const response = await fetch(new URL(upload.path, sheaf.url), {
      method: 'PATCH',
      headers: {
        ...sheaf.headers,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
      },
      body: new Uint8Array(file.subarray(offset, offset + PART_BYTES)),
    });
    if (response.status !== 204) throw new Error(await response.text());
  }
  const start = { field: 'importContacts', select: `import { ${FIELDS} }` };
  let { import: state } = await mutate<{ import: ImportState }>(sheaf, start, {
    uploadId: upload.id,
  });
  await until(async () => {
    state = (await sheaf.run<{ contactImport: ImportState }>(READ, { id: state.id })).contactImport;
    return state.status === 'COMPLETED' || state.status === 'FAILED';
  }, POLL_MS);
  return state;
}

/** The number of contacts in the file. */
async function exportAll(sheaf: Sheaf): Promise<number> {
  const prepare = { field: 'exportContacts', select: 'export { path }' };
  const made = await mutate<{ export: { path: string } }>(sheaf, prepare, { format: 'JSONL' });
  const { body } = await fetch(new URL(made.export.path, sheaf.url), { headers: sheaf.headers });
  if (body === null) throw new Error('Expected a file, found an empty response.');
  let lines = 0;
  for await (const chunk of body)
    lines += Buffer.from(chunk).toString('latin1').split('\n').length - 1;
  return lines;
}
