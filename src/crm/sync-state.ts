/** Where a sync is, as it is stored after each page for the job that continues it. */
import { z } from 'zod';
import type { PipedrivePage } from './pipedrive/client.ts';
import { PIPEDRIVE_KINDS, type PipedriveKind, type PipedriveRecords } from './pipedrive/records.ts';

const Moments = z.partialRecord(z.enum(PIPEDRIVE_KINDS), z.string());
/** `kind` and `cursor` of the page to read next; moments in ISO 8601. */
export const SyncState = z.object({
  kind: z.enum([...PIPEDRIVE_KINDS, 'done']).default('organizations'),
  cursor: z.string().nullable().default(null),
  /** Only what has changed since these moments is read; everything of a kind that is missing. */
  since: Moments.default({}),
  /** The latest changes seen so far, those of earlier syncs included. */
  newest: Moments.default({}),
  /** How many notes are stored among the failures; they are of records that did not fail. */
  notes: z.number().int().default(0),
});
/** How far a sync has got, as it is stored between pages. */
export type SyncState = z.output<typeof SyncState>;

/** The state after a page of `kind`: at the next page, the next kind, or done. */
export function stateAfter<Kind extends PipedriveKind>(
  state: SyncState,
  kind: Kind,
  page: PipedrivePage<PipedriveRecords[Kind]>,
): SyncState {
  const next = PIPEDRIVE_KINDS[PIPEDRIVE_KINDS.indexOf(kind) + 1] ?? 'done';
  return {
    ...state,
    kind: page.nextCursor === null ? next : kind,
    cursor: page.nextCursor,
    notes: state.notes + page.notes.length,
    newest: { ...state.newest, ...newestOf(state, kind, page) },
  };
}

function newestOf<Kind extends PipedriveKind>(
  state: SyncState,
  kind: Kind,
  page: PipedrivePage<PipedriveRecords[Kind]>,
): SyncState['newest'] {
  const moments = [
    state.newest[kind],
    state.since[kind],
    ...page.records.map(({ updateTime }) => updateTime),
  ].filter((moment) => moment != null);
  const newest = moments.reduce((latest, moment) => (moment > latest ? moment : latest), '');
  return newest === '' ? {} : { [kind]: newest };
}
