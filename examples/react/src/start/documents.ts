import type { DashboardQuery, PortalStartQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

/** All that may need somebody of the agency, in one document: now, and again whenever it changes. */
export const DASHBOARD = graphql(`
  query Dashboard @live {
    overdue: workPackages(
      first: 5
      filter: { status: [ACTIVE], timelineStatus: [OVERDUE] }
      orderBy: { field: EXPECTED_END_DATE }
    ) {
      totalCount
      nodes {
        ...PackageRow
      }
    }
    atRisk: workPackages(
      first: 5
      filter: { status: [ACTIVE], timelineStatus: [AT_RISK] }
      orderBy: { field: EXPECTED_END_DATE }
    ) {
      totalCount
      nodes {
        ...PackageRow
      }
    }
    failedPackets: packets(first: 5, filter: { status: [FAILED] }) {
      totalCount
      nodes {
        id
        type
        title
        clientId
        errorMessage
        client {
          id
          name
        }
      }
    }
    failedExecutions: workflowExecutions(first: 5, filter: { status: [FAILED] }) {
      totalCount
      nodes {
        id
        finishedAt
        errorMessage
        workflow {
          id
          name
        }
      }
    }
    openRequests: maintenanceRequests(first: 5, filter: { status: [OPEN] }) {
      totalCount
      nodes {
        id
        title
        createdAt
        property {
          id
          name
        }
      }
    }
    sending: campaigns(first: 5, filter: { status: [RUNNING, PAUSED, SCHEDULED] }) {
      totalCount
      nodes {
        ...CampaignRow
      }
    }
    sent: campaigns(first: 3, filter: { status: [COMPLETED] }) {
      totalCount
      nodes {
        ...CampaignRow
      }
    }
    notifications(first: 5, unreadOnly: true) {
      totalCount
      nodes {
        id
        title
        body
        createdAt
      }
    }
  }

  fragment CampaignRow on Campaign {
    id
    name
    status
    statusReason
    scheduledAt
    startedAt
    stats {
      totals {
        total
        sent
        replied
        failed
      }
    }
  }
`);

export const MARK_READ = graphql(`
  mutation MarkRead($ids: [ID!]!) {
    markNotificationsRead(input: { ids: $ids }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

/** What a portal user has: their packages, and what they are asked and given. */
export const PORTAL_START = graphql(`
  query PortalStart @live {
    portalDashboard {
      state
      workPackage {
        ...PackageRow
        phases {
          id
          name
          progress
          timelineStatus
          expectedEndDate
        }
      }
      workPackages {
        ...PackageRow
      }
    }
    clients(first: 5) {
      nodes {
        id
        name
        intakeCompletedAt
        intake {
          percent
        }
        packetSummary {
          total
          completed
          done
        }
      }
    }
    packets(first: 5, filter: { status: [COMPLETED] }) {
      totalCount
      nodes {
        id
        type
        title
        clientId
        completedAt
      }
    }
  }
`);

export type DashboardData = DashboardQuery;
export type DashboardCampaign = DashboardQuery['sending']['nodes'][number];
export type PortalData = PortalStartQuery;
