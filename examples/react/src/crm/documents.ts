import type { CrmPageQuery, CrmSyncProgressSubscription } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

export const CRM_PAGE = graphql(`
  query CrmPage {
    connectedCrm {
      provider
      apiUrl
      connectedAt
      connectedBy {
        id
        name
      }
    }
    crmSyncs(first: 10) {
      nodes {
        ...CrmSyncState
      }
    }
  }

  fragment CrmSyncState on CrmSync {
    id
    version
    status
    full
    fetched
    created
    updated
    unchanged
    failed
    errorMessage
    startedAt
    finishedAt
    failures(first: 20) {
      externalId
      message
    }
  }
`);

/** The present state first, then each newer one. */
export const CRM_SYNC_PROGRESS = graphql(`
  subscription CrmSyncProgress($id: ID!) {
    crmSyncProgress(id: $id) {
      ...CrmSyncState
    }
  }
`);

export const START_CRM_SYNC = graphql(`
  mutation StartCrmSync($full: Boolean!) {
    startCrmSync(input: { full: $full }) {
      sync {
        ...CrmSyncState
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const CONNECT_CRM = graphql(`
  mutation ConnectCrm($apiToken: String!) {
    connectCrm(input: { apiToken: $apiToken }) {
      connectedCrm {
        provider
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export type ConnectedCrm = NonNullable<CrmPageQuery['connectedCrm']>;
export type CrmSync = CrmSyncProgressSubscription['crmSyncProgress'];
