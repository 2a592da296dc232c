/** Contacts, organizations and activities as GraphQL reads them. */
import { nodeMaker } from '../schema-builder/node-maker.ts';
import type { NodeOf } from '../schema-builder/nodes.ts';
import type { ListedContact } from './lists/contact-list.ts';
import {
  ACTIVITY_COLUMNS,
  type ActivityRow,
  CONTACT_COLUMNS,
  type ContactRow,
  ORGANIZATION_COLUMNS,
  type OrganizationRow,
} from './rows.ts';

/** An organization as GraphQL reads it. */
export type OrganizationNode = NodeOf<OrganizationRow>;
/** An activity as GraphQL reads it. */
export type ActivityNode = NodeOf<ActivityRow>;

/** A contact; `organization` is undefined if it was not read with it. */
export interface ContactNode extends NodeOf<ContactRow> {
  organization?: OrganizationNode | null;
}

/** Presents an organization; columns that were not read stay undefined. */
export const organizationNode = nodeMaker<OrganizationRow, OrganizationNode>({
  type: 'Organization',
  columns: ORGANIZATION_COLUMNS,
  own: {},
});

/** Presents an activity; columns that were not read stay undefined. */
export const activityNode = nodeMaker<ActivityRow, ActivityNode>({
  type: 'Activity',
  columns: ACTIVITY_COLUMNS,
  own: {},
});

/** Presents a contact with its organization; columns that were not read stay undefined. */
export const contactNode = nodeMaker<ListedContact, ContactNode>({
  type: 'Contact',
  columns: CONTACT_COLUMNS,
  own: { organization: ({ organization }) => organization && organizationNode(organization) },
});
