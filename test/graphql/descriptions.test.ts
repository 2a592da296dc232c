/** Everything in the schema says what it means: GraphiQL has nothing else to show. */
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { missingDescriptions } from '../../src/cli/descriptions.ts';
import { schema } from '../../src/graphql/schema.ts';

/** Beginnings of coordinates that are not described yet, by domain. It only gets shorter. */
const STILL_UNDESCRIBED: readonly string[] = [
  ...words(`
    Activity ActivityPayload ActivityType Contact ContactAnalytics ContactFilter ContactOrder
    ContactOrderField ContactPayload CreateContactInput CreateOrganizationInput IndustryBucket
    LeadStatus LogActivityInput MergeOrganizationsInput Mutation.createContact
    Mutation.createOrganization Mutation.deleteContact Mutation.deleteOrganization
    Mutation.logActivity Mutation.mergeOrganizations Mutation.updateContact
    Mutation.updateOrganization Organization OrganizationFilter OrganizationMatch
    OrganizationMatchKind OrganizationOrder OrganizationOrderField OrganizationPayload
    Query.contact Query.contactAnalytics Query.contacts Query.organization
    Query.organizationMatches Query.organizations UpdateContactInput UpdateOrganizationInput
    Viewer.contact WarmnessBreakdown WarmnessBucket`), // contacts
  ...words(`
    ConnectCrmInput CrmConnection CrmConnectionPayload CrmProvider CrmSync CrmSyncFailure
    CrmSyncPayload CrmSyncStatus DisconnectCrmInput Mutation.connectCrm Mutation.disconnectCrm
    Mutation.startCrmSync Query.crmConnection Query.crmSyncs StartCrmSyncInput
    Subscription.crmSyncProgress`), // crm
];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

test('every type, field, argument, input field and enum value has a description of its own', () => {
  const missing = missingDescriptions(schema).filter(
    (line) => !STILL_UNDESCRIBED.some((prefix) => line.startsWith(prefix)),
  );
  expect(missing, 'npm run schema -- --undescribed lists them').toEqual([]);
});

test('a description that only repeats the name counts for none', () => {
  const described = buildSchema(`
    "Everything that can be read."
    type Query {
      "The name of the query. At most 200 characters."
      name(
        "When the company was founded."
        since: Int
      ): Status
      plain: Int
    }
    "How far it is."
    enum Status {
      "Open."
      OPEN
      "Nobody works on it any more."
      CLOSED
    }
  `);
  expect(missingDescriptions(described)).toEqual([
    'Query.name only repeats its name: The name of the query. At most 200 characters.',
    'Query.plain has no description',
    'Status.OPEN only repeats its name: Open.',
  ]);
});
