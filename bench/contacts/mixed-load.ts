/**
 * A team at work: mostly the same few lists read again and again, by people who come back to them or
 * by browsers that refresh, and now and then a write. A write raises the version of the lists, after
 * which each of them has to be read from the database once.
 *
 * Of 100 reads 35 are of the first page of one's own contacts, 25 of all contacts, 15 of
 * organizations, 10 of the second page, 10 of the contacts of an organization, and 5 are searches;
 * users and organizations follow a fixed sequence. How many reads the caches of lists served is what
 * the server's own statistics say.
 */
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { DemoBench } from '../demo.ts';
import { mutate } from '../mutations.ts';
import type { Session } from '../servers/sheaf.ts';

const OWNERS = 5;
const ORGANIZATIONS = 10;
const SEARCHES = ['ma', 'mar', 'maria'];

const CONTACTS = `query ($filter: ContactFilter, $after: String) {
  contacts(first: 20, after: $after, filter: $filter) {
    nodes {
      id name email jobTitle warmnessScore organization { id name }
      recentActivities(limit: 3) { id type subject occurredAt }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
const COMPANIES = `{
  organizations(first: 20) {
    nodes { id name industry contactCount averageWarmness }
    pageInfo { hasNextPage endCursor }
  }
}`;
const STATISTICS = '{ system { caches { name hits misses } } }';
const LIST_CACHES = ['contact-lists', 'organization-lists'];

interface Lists {
  owners: string[];
  organizations: string[];
  contacts: string[];
  secondPage: string | null;
}

/** The share of the reads that the caches served, with so many reads before each write. */
export async function mixedHitRate(
  bench: DemoBench,
  api: Session,
  readsPerWrite: number,
): Promise<number> {
  const lists = await readLists(bench, api);
  const rounds = bench.quick ? 5 : 25;
  const before = await statistics(api);
  for (let round = 0; round < rounds; round += 1) {
    for (let read = 0; read < readsPerWrite; read += 1)
      await readOne(api, lists, round * readsPerWrite + read);
    const contactId = lists.contacts[round % lists.contacts.length];
    const call = { contactId, type: 'CALL', subject: 'Called back' };
    await mutate(api, { field: 'logActivity' }, call);
  }
  const after = await statistics(api);
  const hits = after.hits - before.hits;
  return hits / (hits + after.misses - before.misses);
}

/** 37 and 100 share no divisor, so every hundred reads have each kind as often as said above. */
async function readOne(api: Session, lists: Lists, index: number): Promise<void> {
  const kind = (index * 37) % 100;
  if (kind < 35)
    await api.run(CONTACTS, { filter: { ownerId: lists.owners[kind % lists.owners.length] } });
  else if (kind < 60) await api.run(CONTACTS);
  else if (kind < 75) await api.run(COMPANIES);
  else if (kind < 85) await api.run(CONTACTS, { after: lists.secondPage });
  else if (kind < 95)
    await api.run(CONTACTS, {
      filter: { organizationId: lists.organizations[index % lists.organizations.length] },
    });
  else await api.run(CONTACTS, { filter: { search: SEARCHES[kind % SEARCHES.length] } });
}

async function readLists({ client, tenantId }: DemoBench, api: Session): Promise<Lists> {
  const { rows } = await client.query<{ id: string }>(
    `select id from "user" where "tenantId" = $1 and role <> 'CLIENT' order by id limit $2`,
    [tenantId, OWNERS],
  );
  const { contacts } = await api.run<{
    contacts: { nodes: { id: string }[]; pageInfo: { endCursor: string | null } };
  }>(CONTACTS);
  const { organizations } = await api.run<{ organizations: { nodes: { id: string }[] } }>(
    COMPANIES,
  );
  return {
    owners: rows.map(({ id }) => encodeGlobalId('User', id)),
    organizations: organizations.nodes.slice(0, ORGANIZATIONS).map(({ id }) => id),
    contacts: contacts.nodes.map(({ id }) => id),
    secondPage: contacts.pageInfo.endCursor,
  };
}

async function statistics(api: Session): Promise<{ hits: number; misses: number }> {
  const { system } = await api.run<{
    system: { caches: { name: string; hits: number; misses: number }[] };
  }>(STATISTICS);
  const ofLists = system.caches.filter(({ name }) => LIST_CACHES.includes(name));
  if (ofLists.length === 0)
    throw new Error(
      `Expected caches of lists, found ${system.caches.map(({ name }) => name).join(', ')}`,
    );
  return {
    hits: ofLists.reduce((sum, { hits }) => sum + hits, 0),
    misses: ofLists.reduce((sum, { misses }) => sum + misses, 0),
  };
}
