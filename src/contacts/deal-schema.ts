/** Deals in the API: of a contact and of an organization. Portal users read none. */
import { DealStatus as DealStatusName } from '../../generated/kysely.ts';
import { parsePage } from '../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../platform/database/ordering.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import type { Context } from '../schema-builder/context.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { groupLoader, pagesOf, rowLoader } from '../schema-builder/loaders.ts';
import { asNode, nodeType } from '../schema-builder/nodes.ts';
import { Contact } from './contact-schema.ts';
import { type DealParent, type DealRow, dealCounts, dealsById, dealsOf } from './deals.ts';
import { contactLoader, organizationLoader } from './loaders.ts';
import { Organization } from './organizations/schema.ts';

const database = ({ platform, viewer }: Context) => platform.database.forTenant(viewer);

const DealStatus = enumOf('DealStatus', DealStatusName, {
  description: 'How far a deal is. Open and won ones count towards warmness.',
  values: {
    OPEN: 'It is being negotiated.',
    WON: 'It was closed with success.',
    LOST: 'It came to nothing, and does not count.',
  },
});

const dealLoader = rowLoader(
  (context, ids) => database(context).runPrepared(dealsById, { ids }),
  (row: DealRow) => asNode('Deal', row),
);

const Deal = nodeType('Deal', {
  description:
    'A deal of the CRM. Open and won deals of a contact together are what its `warmness.relationship` counts.',
  ...membersOnly,
  load: dealLoader,
  closedToClients: true,
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What it is called in the CRM.' }),
    value: t.float({
      description: 'What it is worth, in its currency; 0 if that is not known.',
      resolve: ({ value }) => Number(value),
    }),
    currency: t.exposeString('currency', {
      nullable: true,
      description:
        'The code of its currency, such as EUR; null if unknown. Warmness adds values up without converting them.',
    }),
    status: t.expose('status', { type: DealStatus, description: 'How far it is.' }),
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'The person it is with; null if nobody is named who is a contact here.',
      resolve: ({ contactId }, _args, context) =>
        contactId === null ? null : contactLoader(context).load(contactId),
    }),
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'The organization it is with; null if none is named that is here.',
      resolve: ({ organizationId }, _args, context) =>
        organizationId === null ? null : organizationLoader(context).load(organizationId),
    }),
    pipedriveDealId: t.exposeString('pipedriveDealId', {
      nullable: true,
      description: 'The id of this deal in Pipedrive; null if it is not linked to one.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was added here.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it last changed here.',
    }),
  }),
});

const DealConnection = connectionOf(Deal);

/** Pages and numbers of the deals of one kind of parent. */
function dealsOfParent(parent: DealParent) {
  const pages = pagesOf<DealRow>({
    read: (context, { ids, page }) => database(context).run(dealsOf(parent, ids, page)),
    parentOf: (deal) => deal[parent] ?? '',
  });
  const counts = groupLoader(
    (context, ids) => database(context).run(dealCounts(parent, ids)),
    ({ parentId }) => parentId ?? '',
  );
  return async (
    { uuid }: { uuid: string },
    args: Parameters<typeof parsePage>[0],
    context: Context,
  ) => ({
    ...(await pages(context).load({ id: uuid, page: parsePage(args, NEWEST_FIRST) })),
    count: async () => (await counts(context).load(uuid))[0]?.count ?? 0,
  });
}

const dealsOfContact = dealsOfParent('contactId');
const dealsOfOrganization = dealsOfParent('organizationId');

builder.objectField(Contact, 'deals', (t) =>
  t.field({
    description: 'The deals with the contact, the newest first.',
    type: DealConnection,
    args: pageArguments(t.arg),
    resolve: dealsOfContact,
  }),
);

builder.objectField(Organization, 'deals', (t) =>
  t.field({
    description:
      'The deals with the organization, the newest first. Those of its contacts with other organizations are not among them.',
    type: DealConnection,
    args: pageArguments(t.arg),
    resolve: dealsOfOrganization,
  }),
);
