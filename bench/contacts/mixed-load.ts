/**
 * A team at work: mostly the same few lists read again and again, by somebody who comes back to
 * them or by browsers that refresh, and a write now and then. A write raises the version of the
 * lists, after which each of them is read anew once.
 *
 * Of 100 reads 35 are of the first page of one's own contacts, 25 of all contacts, 15 of
 * organizations, 10 of the second page, 10 of the contacts of an organization and 5 are searches;
 * users and organizations are chosen by a fixed sequence. The share of the reads that the caches of
 * lists answer is what the server's own statistics say.
 */
import type { DemoBench } from '../demo.ts';
import type { Sheaf } from '../sheaf.ts';

const OWNERS = 5;
const ORGANIZATIONS = 10;
const SEARCHES = ['ma', 'mar', 'maria'];

const CONTACTS = `query ($filter: ContactFilter, $after: String) {
  contacts(first: 20, after: $after, filter: $filter) {
    nodes { id name email jobTitle warmnessScore organization { id name } recentActivities(limit: 3) { id type subject occurredAt } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const COMPANIES =
  '{ organizations(first: 20) { nodes { id name industry contactCount averageWarmness } pageInfo { hasNextPage endCursor } } }';
const LOG =
  'mutation ($input: LogActivityInput!) { logActivity(input: $input) { userErrors { message } } }';
const STATISTICS = '{ system { caches { name hits misses } } }';
const LIST_CACHES = ['contact-lists', 'organization-lists'];

export interface MixedFindings {
  hitRate: number;
  reads: number;
  writes: number;
}

interface Lists {
  owners: string[];
  organizations: string[];
  contacts: string[];
  secondPage: string | null;
}

/** With so many reads before each write. */
export async function measureMixedLoad(
  bench: DemoBench,
  api: Sheaf,
  readsOfAWrite: number,
): Promise<MixedFindings> {
  const lists = await readLists(bench, api);
  const rounds = bench.quick ? 5 : 25;
  const before = await statistics(api);
  for (let round = 0; round < rounds; round += 1) {
    for (let read = 0; read < readsOfAWrite; read += 1)
      await readOne(api, lists, round * readsOfAWrite + read);
    await api.run(LOG, {
      input: {
        contactId: lists.contacts[round % lists.contacts.length],
        type: 'CALL',
        subject: 'Called back',
      },
    });
  }
  const after = await statistics(api);
  const hits = after.hits - before.hits;
  return {
    hitRate: hits / (hits + after.misses - before.misses),
    reads: rounds * readsOfAWrite,
    writes: rounds,
  };
}

/**
 * 37 and 100 have no divisor in common: each hundred reads have each kind as often as said above.
 */
async function readOne(api: Sheaf, lists: Lists, index: number): Promise<void> {
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

async function readLists({ client, tenantId }: DemoBench, api: Sheaf): Promise<Lists> {
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
    owners: rows.map(({ id }) => Buffer.from(`User:${id}`).toString('base64')),
    organizations: organizations.nodes.slice(0, ORGANIZATIONS).map(({ id }) => id),
    contacts: contacts.nodes.map(({ id }) => id),
    secondPage: contacts.pageInfo.endCursor,
  };
}

async function statistics(api: Sheaf): Promise<{ hits: number; misses: number }> {
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
