/**
 * Loads contacts, organizations and activities, by id and by what they belong to. A portal user
 * finds only its own contact and that contact's organization.
 */
import { hash } from 'node:crypto';
import DataLoader from 'dataloader';
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { type Context, isClient, perRequest } from '../schema-builder/context.ts';
import { knownListVersions } from '../schema-builder/list-versions.ts';
import { groupLoader, pageLoader, rowLoader } from '../schema-builder/loaders.ts';
import { asNode, type NodeOf } from '../schema-builder/nodes.ts';
import {
  activitiesById,
  activitiesOfContacts,
  activityCounts,
  newestActivities,
} from './activities.ts';
import { contactsById } from './contacts.ts';
import { contactsOfOrganizations, type ListedContact } from './lists/contact-list.ts';
import { cachedRows } from './lists/list-cache.ts';
import { type ContactSearch, readSearches } from './lists/search.ts';
import {
  ORGANIZATION_COLUMNS,
  type OrganizationRow,
  organizationsById,
} from './organizations/organizations.ts';
import type { ActivityColumn, ActivityRow, ContactRow } from './rows.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Contacts by id; a portal user finds only its own. */
export const contactLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(contactsById, { ids, portalContactId: context.viewer.contactId }),
  (row): ContactNode => asNode('Contact', row),
);

/** Organizations by id; a portal user finds only that of its contact. */
export const organizationLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(organizationsById(ORGANIZATION_COLUMNS), {
      ids,
      portalContactId: context.viewer.contactId,
    }),
  (row) => asNode('Organization', row),
);

/** Activities by id; a portal user finds none. */
export const activityLoader = rowLoader(
  async (context, ids) =>
    isClient(context.viewer) ? [] : database(context).runPrepared(activitiesById, { ids }),
  (row) => asNode('Activity', row),
);

/** A contact; `organization` is present if it was read with it. */
export interface ContactNode extends NodeOf<ContactRow> {
  organization?: NodeOf<OrganizationRow> | null;
}

/** The node of a contact of a list, and of its organization. */
export function contactNode(contact: ListedContact): ContactNode {
  const { organization } = contact;
  return Object.assign(asNode('Contact', contact), {
    organization: organization && asNode('Organization', organization),
  });
}

/**
 * Search texts, split into words and corrected: all lists of a request together, and once for the
 * rows and the count of a list.
 */
export const searchLoader = perRequest(
  (context) =>
    new DataLoader<string, ContactSearch | null>((texts) => readSearches(database(context), texts)),
);

/** Pages of the contacts of organizations. */
export const contactPageLoader = pageLoader<ContactRow>(
  (context, { ids, page }) => database(context).run(contactsOfOrganizations(ids, page)),
  (contact) => contact.organizationId ?? '',
);

/** Pages of the activities of contacts. */
export const activityPageLoader = pageLoader<ActivityRow>(
  (context, { ids, page }) => database(context).run(activitiesOfContacts(ids, page)),
  (activity) => activity.contactId,
);

/** The number of activities of contacts. */
export const activityCountLoader = groupLoader(
  (context, ids) => database(context).runPrepared(activityCounts, { ids }),
  (row) => row.contactId,
);

const countsOfOrganizations = prepare((p: { ids: string[] }) =>
  query.selectFrom('organization').select(['id', 'contactCount']).where('id', '=', anyOf(p.ids)),
);

/** The number of contacts of organizations, as kept with them. */
export const contactCountLoader = rowLoader((context, ids) =>
  database(context).runPrepared(countsOfOrganizations, { ids }),
);

/** Which activities of a contact are wanted. */
export interface RecentActivities {
  contactId: string;
  limit: number;
  columns: readonly ActivityColumn[];
}

/**
 * The newest activities of contacts. If the request has read the list versions anyway, those of a
 * whole page of contacts are cached as one entry.
 */
export const recentActivitiesLoader = perRequest(
  (context) =>
    new DataLoader<RecentActivities, NodeOf<ActivityRow>[], string>(
      async (keys) => {
        const found = new Map<string, NodeOf<ActivityRow>[]>();
        for (const group of Map.groupBy(keys, selectionKey).values()) {
          const byContact = Map.groupBy(await readRecent(context, group), (row) => row.contactId);
          for (const key of group)
            found.set(
              recentKey(key),
              (byContact.get(key.contactId) ?? []).map((row) => asNode('Activity', row)),
            );
        }
        return keys.map((key) => found.get(recentKey(key)) ?? []);
      },
      { cacheKeyFn: recentKey, maxBatchSize: Number.POSITIVE_INFINITY },
    ),
);

async function readRecent(
  context: Context,
  keys: readonly RecentActivities[],
): Promise<ActivityRow[]> {
  const { limit = 0, columns = [] } = keys[0] ?? {};
  const contactIds = keys.map(({ contactId }) => contactId);
  const read = () =>
    database(context).runPrepared(newestActivities(columns), { contactIds, limit });
  const versions = await knownListVersions(context);
  if (versions === undefined) return read();
  const contacts = hash('sha256', contactIds.join(), 'base64url');
  return cachedRows(
    'contacts',
    {
      platform: context.platform,
      viewer: context.viewer,
      versions,
      key: ['activities', limit, columns, contacts],
    },
    read,
  );
}

function selectionKey({ limit, columns }: RecentActivities): string {
  return `${limit} ${columns.join()}`;
}

function recentKey(key: RecentActivities): string {
  return `${key.contactId} ${selectionKey(key)}`;
}
