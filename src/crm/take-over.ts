/** Takes records of the CRM over: what they change here, and that they were said. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { withoutErased } from './erasure.ts';
import { applyActivities } from './pages/activities.ts';
import { applyDeals } from './pages/deals.ts';
import { applyOrganizations } from './pages/organizations.ts';
import type { PageContext, PageOutcome, SyncContext } from './pages/page.ts';
import { applyPersons } from './pages/persons.ts';
import { keepSaid, readSaid } from './pages/said.ts';
import type { PipedriveKind, PipedriveRecords } from './pipedrive/records.ts';

type Apply<Kind extends PipedriveKind> = (
  tx: TenantTransaction,
  page: readonly PipedriveRecords[Kind][],
  context: PageContext<Kind>,
) => Promise<PageOutcome>;
const APPLY: { [Kind in PipedriveKind]: Apply<Kind> } = {
  organizations: applyOrganizations,
  persons: applyPersons,
  deals: applyDeals,
  activities: applyActivities,
};

/** Records of one kind, at most a page of them. */
interface TakenRecords<Kind extends PipedriveKind> {
  kind: Kind;
  records: readonly PipedriveRecords[Kind][];
  syncId: string;
}

/** Writes what follows from the records, in the caller's transaction. */
export async function takeOver<Kind extends PipedriveKind>(
  tx: TenantTransaction,
  { kind, records: given, syncId }: TakenRecords<Kind>,
  context: SyncContext,
): Promise<PageOutcome> {
  const records = await withoutErased(tx, kind, given);
  const said = await readSaid(
    tx,
    kind,
    records.map(({ id }) => id),
  );
  const outcome = await APPLY[kind](tx, records, { ...context, said });
  outcome.unchanged += given.length - records.length;
  await keepSaid(tx, { kind, syncId, records, links: outcome.links });
  return outcome;
}
