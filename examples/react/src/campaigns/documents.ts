import type {
  CampaignDetailQuery,
  CampaignListQuery,
  CampaignStatsStateSubscription,
} from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

/** The rows with their kept figures, in one document: now, and again whenever they change. */
export const CAMPAIGN_LIST = graphql(`
  query CampaignList($after: String, $search: String) @live {
    campaigns(first: 25, after: $after, filter: { search: $search }) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        name
        status
        contactCount
        createdAt
        scheduledAt
        startedAt
        stats {
          totals {
            total
            sent
            delivered
            read
            replied
            failed
          }
        }
      }
    }
  }
`);

/** Everything of a campaign but its figures, which come by the subscription. */
export const CAMPAIGN_DETAIL = graphql(`
  query CampaignDetail($id: ID!) {
    campaign(id: $id) {
      ...CampaignState
      name
      contactCount
      optedOutCount
      whatsAppNumber {
        id
        displayPhoneNumber
      }
    }
  }

  fragment CampaignState on Campaign {
    id
    status
    statusReason
    scheduledAt
    startedAt
    completedAt
  }
`);

/** The present figures first, then each newer ones. */
export const CAMPAIGN_STATS = graphql(`
  subscription CampaignStatsState($id: ID!) {
    campaignStats(campaignId: $id) {
      campaignId
      status
      statusReason
      version
      source
      computedAt
      totals {
        ...MessageFigures
      }
      templates {
        templateName
        counts {
          ...MessageFigures
        }
      }
    }
  }

  fragment MessageFigures on MessageCounts {
    total
    sent
    delivered
    read
    replied
    failed
    deliveryRate
    readRate
    replyRate
  }
`);

export const LAUNCH_CAMPAIGN = graphql(`
  mutation LaunchCampaign($id: ID!) {
    payload: launchCampaign(input: { id: $id }) {
      campaign {
        ...CampaignState
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const PAUSE_CAMPAIGN = graphql(`
  mutation PauseCampaign($id: ID!) {
    payload: pauseCampaign(input: { id: $id }) {
      campaign {
        ...CampaignState
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const CANCEL_CAMPAIGN = graphql(`
  mutation CancelCampaign($id: ID!) {
    payload: cancelCampaign(input: { id: $id }) {
      campaign {
        ...CampaignState
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export type ListedCampaign = CampaignListQuery['campaigns']['nodes'][number];
export type CampaignDetail = NonNullable<CampaignDetailQuery['campaign']>;
export type CampaignStats = CampaignStatsStateSubscription['campaignStats'];
export type MessageFigures = CampaignStats['totals'];
