/**
 * Loads contacts, organizations and activities, by id and by what they belong to. A portal user
 * finds only their own contact and that contact's organization.
 */
import { hash } from 'node:crypto';
import DataLoader from 'dataloader';
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { type Context, perRequest } from '../schema-builder/context.ts';
import { knownKindVersions } from '../schema-builder/kind-versions.ts';
import { askedLoader, groupLoader, pagesOf, rowLoader } from '../schema-builder/loaders.ts';
import {
  activitiesById,
  activitiesOfContacts,
  activityCounts,
  newestActivities,
} from './activities.ts';
import { contactsById } from './contacts.ts';
import { contactsOfOrganizations } from './lists/contact-list.ts';
import { cachedRows } from './lists/list-cache.ts';
import { type ContactSearch, readSearches } from './lists/search.ts';
import { type ActivityNode, activityNode, contactNode, organizationNode } from './nodes.ts';
import { organizationsById } from './organizations/organizations.ts';
import {
  type ActivityColumn,
  type ActivityRow,
  type ContactRow,
  ORGANIZATION_COLUMNS,
} from './rows.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Contacts by id; a portal user finds only their own. */
export const contactLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(contactsById, { ids, portalContactId: context.viewer.contactId }),
  contactNode,
);

/** Organizations by id; a portal user finds only that of their contact. */
export const organizationLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(organizationsById(ORGANIZATION_COLUMNS), {
      ids,
      portalContactId: context.viewer.contactId,
    }),
  organizationNode,
);

/** Activities by id. */
export const activityLoader = rowLoader(
  (context, ids) => database(context).runPrepared(activitiesById, { ids }),
  activityNode,
);

/**
 * Search texts, split into words and corrected: all lists of a request together, and once for the
 * rows and the count of a list.
 */
export const searchLoader = perRequest(
  (context) =>
    new DataLoader<string, ContactSearch | null>((texts) => readSearches(database(context), texts)),
);

/** Pages of the contacts of organizations. */
export const contactPageLoader = pagesOf<ContactRow>({
  read: (context, { ids, page }) => database(context).run(contactsOfOrganizations(ids, page)),
  parentOf: (contact) => contact.organizationId ?? '',
});

/** Pages of the activities of contacts. */
export const activityPageLoader = pagesOf<ActivityRow>({
  read: (context, { ids, page }) => database(context).run(activitiesOfContacts(ids, page)),
  parentOf: (activity) => activity.contactId,
});

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

/** Which activities are wanted of the contact with this id. */
interface RecentActivities {
  id: string;
  limit: number;
  columns: readonly ActivityColumn[];
}

/**
 * The newest activities of contacts. If the request has read the list versions anyway, those of a
 * whole page of contacts are cached as one entry.
 */
export const recentActivitiesLoader = askedLoader<RecentActivities, ActivityNode[]>({
  keyOf: ({ limit, columns }) => `${limit} ${columns.join()}`,
  read: async (context, ids, asked) => {
    const rows = Map.groupBy(await readRecent(context, ids, asked), (row) => row.contactId);
    return (id) => rows.get(id)?.map(activityNode) ?? [];
  },
});

async function readRecent(
  context: Context,
  contactIds: string[],
  { limit, columns }: RecentActivities,
): Promise<ActivityRow[]> {
  const read = () =>
    database(context).runPrepared(newestActivities(columns), { contactIds, limit });
  const versions = await knownKindVersions(context);
  if (versions === undefined) return read();
  const { platform, viewer } = context;
  const contacts = hash('sha256', contactIds.join(), 'base64url');
  const key = ['activities', limit, columns, contacts];
  return cachedRows('contacts', { platform, viewer, versions, key }, read);
}
