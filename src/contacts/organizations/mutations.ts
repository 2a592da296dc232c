/** Creating, changing, deleting and merging organizations, in the API. */
import { deletion, mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { MergeOrganizations, mergeOrganizations } from './merge.ts';
import {
  CreateOrganization,
  createOrganization,
  deleteOrganization,
  UpdateOrganization,
  updateOrganization,
} from './organizations.ts';
import { Organization } from './schema.ts';

const OrganizationPayload = payloadOf('OrganizationPayload', { organization: Organization });

mutation('createOrganization', {
  description: 'Adds an organization. TAKEN if there is one with the same normalized name.',
  input: CreateOrganization,
  payload: OrganizationPayload,
  rule: createOrganization,
});

mutation('updateOrganization', {
  description:
    'Changes details of an organization. TAKEN if another one has the same normalized name.',
  input: UpdateOrganization,
  payload: OrganizationPayload,
  rule: updateOrganization,
});

deletion('deleteOrganization', {
  description:
    'Deletes an organization. CONFLICT while contacts, work packages or deals belong to it.',
  of: 'Organization',
  rule: deleteOrganization,
});

mutation('mergeOrganizations', {
  description:
    'Moves the contacts, deals and work packages of `sourceId` to `targetId`, fills the details that the target lacks, and deletes the source, all at once. If the source came from Pipedrive, later syncs find the target by its id too.',
  input: MergeOrganizations,
  payload: OrganizationPayload,
  rule: mergeOrganizations,
});
