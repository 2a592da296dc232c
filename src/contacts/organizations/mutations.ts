/** Creating, changing, deleting and merging organizations, in the API. */
import type { InputFieldBuilder } from '@pothos/core';
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import {
  DeleteInput,
  DeletePayload,
  payload,
  payloadType,
} from '../../schema-builder/mutations.ts';
import { asNode } from '../../schema-builder/nodes.ts';
import { mergeOrganizations } from './merge.ts';
import {
  ADDRESS_LENGTH,
  createOrganization,
  deleteOrganization,
  type OrganizationRow,
  updateOrganization,
  WEBSITE_LENGTH,
} from './organizations.ts';
import { Organization } from './schema.ts';

type InputFields = InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

/** What an input says of an organization, whether it is new or changes. */
function organizationDetails(t: InputFields) {
  return {
    industry: t.string({ ...maxLength(NAME_LENGTH) }),
    size: t.string({ ...maxLength(NAME_LENGTH) }),
    website: t.string({ ...maxLength(WEBSITE_LENGTH) }),
    address: t.string({ ...maxLength(ADDRESS_LENGTH) }),
    city: t.string({ ...maxLength(NAME_LENGTH) }),
    country: t.string({ ...maxLength(NAME_LENGTH) }),
  };
}

const CreateOrganizationInput = builder.inputType('CreateOrganizationInput', {
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    ...organizationDetails(t),
  }),
});

const UpdateOrganizationInput = builder.inputType('UpdateOrganizationInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string({ ...maxLength(NAME_LENGTH) }),
    ...organizationDetails(t),
  }),
});

const MergeOrganizationsInput = builder.inputType('MergeOrganizationsInput', {
  fields: (t) => ({ sourceId: t.id({ required: true }), targetId: t.id({ required: true }) }),
});

const OrganizationPayload = payloadType<{ organization: OrganizationRow }>(
  'OrganizationPayload',
  (t) => ({
    organization: t.field({
      type: Organization,
      nullable: true,
      resolve: ({ organization }) => organization && asNode('Organization', organization),
    }),
  }),
);

builder.mutationFields((t) => ({
  createOrganization: t.field({
    type: OrganizationPayload,
    args: { input: t.arg({ type: CreateOrganizationInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createOrganization(context.platform, context.viewer, input)),
  }),
  updateOrganization: t.field({
    type: OrganizationPayload,
    args: { input: t.arg({ type: UpdateOrganizationInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateOrganization(context.platform, context.viewer, input)),
  }),
  deleteOrganization: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        deleteOrganization(context.platform, context.viewer, input).then(() => ({
          deletedId: input.id,
        })),
      ),
  }),
  mergeOrganizations: t.field({
    description:
      'Moves every contact of `sourceId` to `targetId` and removes the source, in one transaction.',
    type: OrganizationPayload,
    args: { input: t.arg({ type: MergeOrganizationsInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, mergeOrganizations(context.platform, context.viewer, input)),
  }),
}));
