/**
 * The three operations, as documents for servers with Sheaf's schema and for PostGraphile's own.
 * Aliases give PostGraphile's responses the same shape; the differences that remain (ids, where the
 * artifact is) are settled in canonical.ts.
 *
 * Detail asks for every stored field. timelineStatus is left out: it depends on today's date, and
 * costs every server that has it one comparison of dates.
 */
import { encodeGlobalId } from '../../src/platform/global-id.ts';

export type OperationName = 'List' | 'Detail' | 'Contacts';
export const OPERATIONS: readonly OperationName[] = ['List', 'Detail', 'Contacts'];

/** Which documents a server takes: Sheaf's schema or PostGraphile's. */
export type Dialect = 'sheaf' | 'postgraphile';

const ARTIFACT = 'id type title status published publishedAt updatedAt';

const SHEAF: Record<OperationName, string> = {
  List: `query List {
    workPackages(first: 50) { nodes { id title description contactId companyId phaseCount itemCount } }
  }`,
  Detail: `query Detail($id: ID!) {
    workPackage(id: $id) {
      id version title description status contactId companyId startDate phaseCount itemCount progress totalEstimatedHours expectedEndDate createdAt updatedAt
      phases {
        id workPackageId name description position itemCount startDate expectedEndDate totalEstimatedHours progress
        items {
          id phaseId label position status quantity estimatedHoursEach progressCompleted
          collateral {
            id type artifactId
            artifact {
              ... on Blog { ${ARTIFACT} slug subtitle wordCount }
              ... on Persona { ${ARTIFACT} role goals painPoints }
              ... on Template { ${ARTIFACT} subject placeholders }
              ... on Deck { ${ARTIFACT} slideCount }
              ... on Page { ${ARTIFACT} path }
            }
          }
        }
      }
    }
  }`,
  Contacts: `query Contacts {
    contacts(first: 100, orderBy: [{ field: CREATED_AT, direction: DESC }]) { nodes { id name email jobTitle createdAt organization { id name industry } } }
  }`,
};

const NEWEST_FIRST = 'condition: { tenantId: $tenantId }, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]';
/** Without `published` and `type`, which follow from the status and from which of the five is set. */
const ROW = 'id: rowId title status publishedAt updatedAt';

const POSTGRAPHILE: Record<OperationName, string> = {
  List: `query List($tenantId: UUID!) {
    workPackages: allWorkPackagesList(first: 50, ${NEWEST_FIRST}) { id: rowId title description contactId companyId phaseCount itemCount }
  }`,
  Detail: `query Detail($tenantId: UUID!, $id: UUID!) {
    workPackage: workPackageByTenantIdAndRowId(tenantId: $tenantId, rowId: $id) {
      id: rowId title description status contactId companyId startDate phaseCount itemCount progress totalEstimatedHours expectedEndDate version createdAt updatedAt
      phases: workPackagePhasesByTenantIdAndWorkPackageIdList(orderBy: [POSITION_ASC]) {
        id: rowId workPackageId name description position itemCount startDate expectedEndDate totalEstimatedHours progress
        items(orderBy: [POSITION_ASC]) {
          id: rowId phaseId label position status quantity estimatedHoursEach progressCompleted
          collateral(orderBy: [POSITION_ASC]) {
            id: rowId type: artifactType artifactId
            blog { ${ROW} slug subtitle wordCount }
            persona { ${ROW} role goals painPoints }
            template { ${ROW} subject placeholders }
            deck { ${ROW} slideCount }
            page { ${ROW} path }
          }
        }
      }
    }
  }`,
  Contacts: `query Contacts($tenantId: UUID!) {
    contacts: allContactsList(first: 100, ${NEWEST_FIRST}) { id: rowId name email jobTitle createdAt organization: organizationByTenantIdAndOrganizationId { id: rowId name industry } }
  }`,
};

export interface RequestKeys {
  tenantId: string;
  /** The uuids that Detail asks for in turn. */
  packageIds: readonly string[];
}

/** The bodies that are sent in turn: for Detail one for each package, else a single one. */
export function requestBodies(
  dialect: Dialect,
  operation: OperationName,
  { tenantId, packageIds }: RequestKeys,
): string[] {
  const body = (variables: object) =>
    JSON.stringify({
      operationName: operation,
      query: (dialect === 'sheaf' ? SHEAF : POSTGRAPHILE)[operation],
      variables,
    });
  if (dialect === 'postgraphile')
    return operation === 'Detail'
      ? packageIds.map((id) => body({ tenantId, id }))
      : [body({ tenantId })];
  return operation === 'Detail'
    ? packageIds.map((id) => body({ id: encodeGlobalId('WorkPackage', id) }))
    : [body({})];
}
