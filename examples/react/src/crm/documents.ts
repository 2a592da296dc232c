import type { CrmPageQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

/** The connection and the newest syncs: now, and again whenever they change. */
export const CRM_PAGE = graphql(`
  query CrmPage @live {
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
export type CrmSync = CrmPageQuery['crmSyncs']['nodes'][number];
