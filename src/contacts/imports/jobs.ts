/** The jobs of imports and of the files that they read, and the schedule that deletes these. */
import { handle, type Job, type Schedule, schedule } from '../../platform/jobs/handler.ts';
import { MINUTE } from '../../platform/time.ts';
import { fetchUpload } from '../uploads/fetch.ts';
import { FETCH_UPLOAD } from '../uploads/fetch-job.ts';
import { deleteOldFiles } from './cleanup.ts';
import { endImport } from './import-ends.ts';
import { IMPORT_CONTACTS } from './import-job.ts';
import { runImport } from './run-import.ts';

const INTERRUPTED =
  'The import was interrupted too often. Start it again: contacts that were imported are found and not added twice.';

/** An import fails when its last attempt has failed or died. */
export const jobs: readonly Job[] = [
  handle(FETCH_UPLOAD, {
    run: async (platform, job) => void (await fetchUpload(platform, job, job.payload.uploadId)),
  }),
  handle(IMPORT_CONTACTS, {
    run: runImport,
    failed: async (platform, tx, { payload, message, retryAt }) => {
      if (retryAt === null)
        await endImport(platform, tx, { id: payload.importId, errorMessage: message });
    },
    dead: (platform, tx, { importId }) =>
      endImport(platform, tx, { id: importId, errorMessage: INTERRUPTED }),
  }),
];

/** Every hour: deletes files that are to be forgotten, and what is left of them. */
export const forgetFiles: Schedule = schedule({
  name: 'contact-files-forgotten',
  cron: '17 * * * *',
  timeoutMs: 10 * MINUTE,
  run: deleteOldFiles,
});
