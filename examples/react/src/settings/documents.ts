import type { SettingsQuery, UserListQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

export const USER_LIST = graphql(`
  query UserList($after: String) @live {
    users(first: 25, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        name
        email
        role
        active
      }
    }
  }
`);

export const SETTINGS = graphql(`
  query Settings {
    viewer {
      tenant {
        id
        name
        country
      }
    }
    campaignSettings {
      maxRetries
      stopWords
      startWords
    }
  }
`);

/** Contacts to choose a portal user from. */
export const CONTACT_CHOICE = graphql(`
  query ContactChoice($search: String!) {
    contacts(first: 5, filter: { search: $search }) {
      nodes {
        id
        name
        email
      }
    }
  }
`);

export const CREATE_USER = graphql(`
  mutation CreateUser($input: CreateUserInput!) {
    payload: createUser(input: $input) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const UPDATE_USER = graphql(`
  mutation UpdateUser($input: UpdateUserInput!) {
    payload: updateUser(input: $input) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const UPDATE_TENANT = graphql(`
  mutation UpdateTenant($input: UpdateTenantInput!) {
    payload: updateTenant(input: $input) {
      tenant {
        id
        name
        country
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const UPDATE_CAMPAIGN_SETTINGS = graphql(`
  mutation UpdateCampaignSettings($input: UpdateCampaignSettingsInput!) {
    payload: updateCampaignSettings(input: $input) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export type ListedUser = UserListQuery['users']['nodes'][number];
export type Tenant = SettingsQuery['viewer']['tenant'];
export type CampaignSettings = SettingsQuery['campaignSettings'];
