/** When files with contacts, and what is left of them, are forgotten. */
import type { Platform } from '../../platform/platform.ts';
import { DAY, HOUR } from '../../platform/time.ts';
import { deleteContactFiles } from '../../tenancy/index.ts';
import { KEEP_UPLOAD_MS } from '../uploads/uploads.ts';

const KEEP_PROBLEMS_MS = 7 * DAY;
/** An import without its file and problems holds counts and its idempotency key. */
const KEEP_IMPORTS_MS = 90 * DAY;
const KEEP_EXPORTS_MS = HOUR;

/**
 * Deletes files that nobody has imported within a day, what was wrong with rows after a week,
 * imports after 90 days, and what exports were asked for after an hour.
 */
export async function deleteOldFiles({ database }: Platform): Promise<void> {
  const before = (milliseconds: number) => new Date(Date.now() - milliseconds);
  await deleteContactFiles(database, {
    uploads: before(KEEP_UPLOAD_MS),
    problems: before(KEEP_PROBLEMS_MS),
    imports: before(KEEP_IMPORTS_MS),
    exports: before(KEEP_EXPORTS_MS),
  });
}
