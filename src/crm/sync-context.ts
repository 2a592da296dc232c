/** Who owns what: the users of the CRM and of the tenant, who are the same if their e-mails are. */
import { sql } from 'kysely';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import { readTenant } from '../tenancy/index.ts';
import type { OpenConnection } from './connections.ts';
import type { SyncContext } from './pages/page.ts';
import type { PipedriveUser } from './pipedrive/client.ts';

const usersByEmail = prepare((p: { emails: string[] }) =>
  query
    .selectFrom('user')
    .select(['id', 'email'])
    .where(sql<boolean>`lower("user"."email") = any(${p.emails}::text[])`)
    .where('role', '<>', 'CLIENT')
    .where('active', '=', true),
);

/** What the pages of a sync need; reads the users of the CRM. */
export async function syncContext(
  platform: Platform,
  job: { tenantId: string; signal: AbortSignal },
  { client, connectedBy }: OpenConnection,
): Promise<SyncContext> {
  const owners: PipedriveUser[] = await client.users(job.signal);
  const users = await platform.database
    .forTenant(job)
    .runPrepared(usersByEmail, { emails: owners.map(({ email }) => email) });
  const byEmail = new Map(users.map(({ id, email }) => [email.toLowerCase(), id]));
  const ownerIds = new Map(
    owners.flatMap(({ id, email }) => (byEmail.has(email) ? [[id, byEmail.get(email) ?? '']] : [])),
  );
  const { country } = await readTenant(platform, job);
  return { ownerIds, connectedBy, country };
}
