/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query ClientDetail($id: ID!) {\n    client(id: $id) {\n      id\n      name\n      clientType\n      intakeCompletedAt\n      intake {\n        answers\n        percent\n        lastSavedAt\n      }\n    }\n  }\n": typeof types.ClientDetailDocument,
    "\n  query ClientList($after: String, $search: String) {\n    clients(first: 25, after: $after, filter: { search: $search }) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        clientType\n        createdAt\n        intakeCompletedAt\n        intake {\n          percent\n        }\n        packetSummary {\n          total\n          completed\n          failed\n          done\n        }\n      }\n    }\n  }\n": typeof types.ClientListDocument,
    "\n  mutation CreateClient($input: CreateClientInput!) {\n    createClient(input: $input) {\n      client {\n        id\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.CreateClientDocument,
    "\n  query ContactList($after: String, $search: String, $organizationId: ID) {\n    contacts(first: 100, after: $after, filter: { search: $search, organizationId: $organizationId }) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        email\n        phone\n        jobTitle\n        leadStatus\n        addedToCampaign\n        lastContactedAt\n        organization {\n          id\n          name\n        }\n        owner {\n          id\n          name\n        }\n        warmness {\n          score\n          base\n          activity\n          relationship\n          engagement\n        }\n        recentActivities(limit: 5) {\n          id\n          type\n          subject\n          occurredAt\n        }\n      }\n    }\n  }\n": typeof types.ContactListDocument,
    "\n  query OrganizationSearch($search: String) {\n    organizations(first: 8, filter: { search: $search }) {\n      nodes {\n        id\n        name\n        contactCount\n      }\n    }\n  }\n": typeof types.OrganizationSearchDocument,
    "\n  query OrganizationName($id: ID!) {\n    organization(id: $id) {\n      id\n      name\n      contactCount\n    }\n  }\n": typeof types.OrganizationNameDocument,
    "\n  query CrmPage {\n    crmConnection {\n      provider\n      apiUrl\n      connectedAt\n      connectedBy {\n        id\n        name\n      }\n    }\n    crmSyncs(first: 10) {\n      nodes {\n        ...CrmSyncState\n      }\n    }\n  }\n\n  fragment CrmSyncState on CrmSync {\n    id\n    version\n    status\n    full\n    fetched\n    created\n    updated\n    unchanged\n    failed\n    errorMessage\n    startedAt\n    finishedAt\n    failures(first: 20) {\n      externalId\n      message\n    }\n  }\n": typeof types.CrmPageDocument,
    "\n  subscription CrmSyncProgress($id: ID!) {\n    crmSyncProgress(id: $id) {\n      ...CrmSyncState\n    }\n  }\n": typeof types.CrmSyncProgressDocument,
    "\n  mutation StartCrmSync($full: Boolean!) {\n    startCrmSync(input: { full: $full }) {\n      sync {\n        ...CrmSyncState\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.StartCrmSyncDocument,
    "\n  mutation ConnectCrm($apiToken: String!) {\n    connectCrm(input: { apiToken: $apiToken }) {\n      connection {\n        provider\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.ConnectCrmDocument,
    "\n  mutation SaveIntakeProgress($input: SaveIntakeProgressInput!) {\n    saveIntakeProgress(input: $input) {\n      intake {\n        answers\n        percent\n        lastSavedAt\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.SaveIntakeProgressDocument,
    "\n  mutation SubmitIntake($input: SubmitIntakeInput!) {\n    submitIntake(input: $input) {\n      client {\n        id\n        intakeCompletedAt\n      }\n      message\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.SubmitIntakeDocument,
    "\n  query IntakePath($clientType: ClientType!) {\n    intakePath(clientType: $clientType) {\n      id\n      title\n      blocks {\n        id\n        key\n        title\n        questions {\n          key\n          label\n          kind\n          required\n          options\n          unit\n          min\n          max\n        }\n      }\n    }\n  }\n": typeof types.IntakePathDocument,
    "\n  query PacketContent($id: ID!) {\n    node(id: $id) {\n      __typename\n      id\n      ... on Packet {\n        html\n      }\n    }\n  }\n": typeof types.PacketContentDocument,
    "\n  subscription PacketProgress($clientId: ID!) {\n    packetProgress(clientId: $clientId) {\n      clientId\n      version\n      packets {\n        id\n        clientId\n        type\n        status\n        priority\n        progress\n        version\n        attempts\n        maxAttempts\n        errorMessage\n        nextAttemptAt\n        title\n        createdAt\n        completedAt\n      }\n      summary {\n        total\n        pending\n        generating\n        completed\n        failed\n        cancelled\n        progress\n        done\n      }\n    }\n  }\n": typeof types.PacketProgressDocument,
    "\n  mutation RetryPacket($id: ID!) {\n    retryPacket(input: { id: $id }) {\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.RetryPacketDocument,
    "\n  mutation CancelPacket($id: ID!) {\n    cancelPacket(input: { id: $id }) {\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.CancelPacketDocument,
    "\n  query Viewer {\n    viewer {\n      role\n      user {\n        id\n        name\n      }\n      tenant {\n        id\n        name\n      }\n    }\n  }\n": typeof types.ViewerDocument,
};
const documents: Documents = {
    "\n  query ClientDetail($id: ID!) {\n    client(id: $id) {\n      id\n      name\n      clientType\n      intakeCompletedAt\n      intake {\n        answers\n        percent\n        lastSavedAt\n      }\n    }\n  }\n": types.ClientDetailDocument,
    "\n  query ClientList($after: String, $search: String) {\n    clients(first: 25, after: $after, filter: { search: $search }) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        clientType\n        createdAt\n        intakeCompletedAt\n        intake {\n          percent\n        }\n        packetSummary {\n          total\n          completed\n          failed\n          done\n        }\n      }\n    }\n  }\n": types.ClientListDocument,
    "\n  mutation CreateClient($input: CreateClientInput!) {\n    createClient(input: $input) {\n      client {\n        id\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.CreateClientDocument,
    "\n  query ContactList($after: String, $search: String, $organizationId: ID) {\n    contacts(first: 100, after: $after, filter: { search: $search, organizationId: $organizationId }) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        email\n        phone\n        jobTitle\n        leadStatus\n        addedToCampaign\n        lastContactedAt\n        organization {\n          id\n          name\n        }\n        owner {\n          id\n          name\n        }\n        warmness {\n          score\n          base\n          activity\n          relationship\n          engagement\n        }\n        recentActivities(limit: 5) {\n          id\n          type\n          subject\n          occurredAt\n        }\n      }\n    }\n  }\n": types.ContactListDocument,
    "\n  query OrganizationSearch($search: String) {\n    organizations(first: 8, filter: { search: $search }) {\n      nodes {\n        id\n        name\n        contactCount\n      }\n    }\n  }\n": types.OrganizationSearchDocument,
    "\n  query OrganizationName($id: ID!) {\n    organization(id: $id) {\n      id\n      name\n      contactCount\n    }\n  }\n": types.OrganizationNameDocument,
    "\n  query CrmPage {\n    crmConnection {\n      provider\n      apiUrl\n      connectedAt\n      connectedBy {\n        id\n        name\n      }\n    }\n    crmSyncs(first: 10) {\n      nodes {\n        ...CrmSyncState\n      }\n    }\n  }\n\n  fragment CrmSyncState on CrmSync {\n    id\n    version\n    status\n    full\n    fetched\n    created\n    updated\n    unchanged\n    failed\n    errorMessage\n    startedAt\n    finishedAt\n    failures(first: 20) {\n      externalId\n      message\n    }\n  }\n": types.CrmPageDocument,
    "\n  subscription CrmSyncProgress($id: ID!) {\n    crmSyncProgress(id: $id) {\n      ...CrmSyncState\n    }\n  }\n": types.CrmSyncProgressDocument,
    "\n  mutation StartCrmSync($full: Boolean!) {\n    startCrmSync(input: { full: $full }) {\n      sync {\n        ...CrmSyncState\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.StartCrmSyncDocument,
    "\n  mutation ConnectCrm($apiToken: String!) {\n    connectCrm(input: { apiToken: $apiToken }) {\n      connection {\n        provider\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.ConnectCrmDocument,
    "\n  mutation SaveIntakeProgress($input: SaveIntakeProgressInput!) {\n    saveIntakeProgress(input: $input) {\n      intake {\n        answers\n        percent\n        lastSavedAt\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.SaveIntakeProgressDocument,
    "\n  mutation SubmitIntake($input: SubmitIntakeInput!) {\n    submitIntake(input: $input) {\n      client {\n        id\n        intakeCompletedAt\n      }\n      message\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.SubmitIntakeDocument,
    "\n  query IntakePath($clientType: ClientType!) {\n    intakePath(clientType: $clientType) {\n      id\n      title\n      blocks {\n        id\n        key\n        title\n        questions {\n          key\n          label\n          kind\n          required\n          options\n          unit\n          min\n          max\n        }\n      }\n    }\n  }\n": types.IntakePathDocument,
    "\n  query PacketContent($id: ID!) {\n    node(id: $id) {\n      __typename\n      id\n      ... on Packet {\n        html\n      }\n    }\n  }\n": types.PacketContentDocument,
    "\n  subscription PacketProgress($clientId: ID!) {\n    packetProgress(clientId: $clientId) {\n      clientId\n      version\n      packets {\n        id\n        clientId\n        type\n        status\n        priority\n        progress\n        version\n        attempts\n        maxAttempts\n        errorMessage\n        nextAttemptAt\n        title\n        createdAt\n        completedAt\n      }\n      summary {\n        total\n        pending\n        generating\n        completed\n        failed\n        cancelled\n        progress\n        done\n      }\n    }\n  }\n": types.PacketProgressDocument,
    "\n  mutation RetryPacket($id: ID!) {\n    retryPacket(input: { id: $id }) {\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.RetryPacketDocument,
    "\n  mutation CancelPacket($id: ID!) {\n    cancelPacket(input: { id: $id }) {\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.CancelPacketDocument,
    "\n  query Viewer {\n    viewer {\n      role\n      user {\n        id\n        name\n      }\n      tenant {\n        id\n        name\n      }\n    }\n  }\n": types.ViewerDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ClientDetail($id: ID!) {\n    client(id: $id) {\n      id\n      name\n      clientType\n      intakeCompletedAt\n      intake {\n        answers\n        percent\n        lastSavedAt\n      }\n    }\n  }\n"): (typeof documents)["\n  query ClientDetail($id: ID!) {\n    client(id: $id) {\n      id\n      name\n      clientType\n      intakeCompletedAt\n      intake {\n        answers\n        percent\n        lastSavedAt\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ClientList($after: String, $search: String) {\n    clients(first: 25, after: $after, filter: { search: $search }) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        clientType\n        createdAt\n        intakeCompletedAt\n        intake {\n          percent\n        }\n        packetSummary {\n          total\n          completed\n          failed\n          done\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query ClientList($after: String, $search: String) {\n    clients(first: 25, after: $after, filter: { search: $search }) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        clientType\n        createdAt\n        intakeCompletedAt\n        intake {\n          percent\n        }\n        packetSummary {\n          total\n          completed\n          failed\n          done\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateClient($input: CreateClientInput!) {\n    createClient(input: $input) {\n      client {\n        id\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateClient($input: CreateClientInput!) {\n    createClient(input: $input) {\n      client {\n        id\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ContactList($after: String, $search: String, $organizationId: ID) {\n    contacts(first: 100, after: $after, filter: { search: $search, organizationId: $organizationId }) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        email\n        phone\n        jobTitle\n        leadStatus\n        addedToCampaign\n        lastContactedAt\n        organization {\n          id\n          name\n        }\n        owner {\n          id\n          name\n        }\n        warmness {\n          score\n          base\n          activity\n          relationship\n          engagement\n        }\n        recentActivities(limit: 5) {\n          id\n          type\n          subject\n          occurredAt\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query ContactList($after: String, $search: String, $organizationId: ID) {\n    contacts(first: 100, after: $after, filter: { search: $search, organizationId: $organizationId }) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        email\n        phone\n        jobTitle\n        leadStatus\n        addedToCampaign\n        lastContactedAt\n        organization {\n          id\n          name\n        }\n        owner {\n          id\n          name\n        }\n        warmness {\n          score\n          base\n          activity\n          relationship\n          engagement\n        }\n        recentActivities(limit: 5) {\n          id\n          type\n          subject\n          occurredAt\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OrganizationSearch($search: String) {\n    organizations(first: 8, filter: { search: $search }) {\n      nodes {\n        id\n        name\n        contactCount\n      }\n    }\n  }\n"): (typeof documents)["\n  query OrganizationSearch($search: String) {\n    organizations(first: 8, filter: { search: $search }) {\n      nodes {\n        id\n        name\n        contactCount\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OrganizationName($id: ID!) {\n    organization(id: $id) {\n      id\n      name\n      contactCount\n    }\n  }\n"): (typeof documents)["\n  query OrganizationName($id: ID!) {\n    organization(id: $id) {\n      id\n      name\n      contactCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CrmPage {\n    crmConnection {\n      provider\n      apiUrl\n      connectedAt\n      connectedBy {\n        id\n        name\n      }\n    }\n    crmSyncs(first: 10) {\n      nodes {\n        ...CrmSyncState\n      }\n    }\n  }\n\n  fragment CrmSyncState on CrmSync {\n    id\n    version\n    status\n    full\n    fetched\n    created\n    updated\n    unchanged\n    failed\n    errorMessage\n    startedAt\n    finishedAt\n    failures(first: 20) {\n      externalId\n      message\n    }\n  }\n"): (typeof documents)["\n  query CrmPage {\n    crmConnection {\n      provider\n      apiUrl\n      connectedAt\n      connectedBy {\n        id\n        name\n      }\n    }\n    crmSyncs(first: 10) {\n      nodes {\n        ...CrmSyncState\n      }\n    }\n  }\n\n  fragment CrmSyncState on CrmSync {\n    id\n    version\n    status\n    full\n    fetched\n    created\n    updated\n    unchanged\n    failed\n    errorMessage\n    startedAt\n    finishedAt\n    failures(first: 20) {\n      externalId\n      message\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription CrmSyncProgress($id: ID!) {\n    crmSyncProgress(id: $id) {\n      ...CrmSyncState\n    }\n  }\n"): (typeof documents)["\n  subscription CrmSyncProgress($id: ID!) {\n    crmSyncProgress(id: $id) {\n      ...CrmSyncState\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartCrmSync($full: Boolean!) {\n    startCrmSync(input: { full: $full }) {\n      sync {\n        ...CrmSyncState\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation StartCrmSync($full: Boolean!) {\n    startCrmSync(input: { full: $full }) {\n      sync {\n        ...CrmSyncState\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ConnectCrm($apiToken: String!) {\n    connectCrm(input: { apiToken: $apiToken }) {\n      connection {\n        provider\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation ConnectCrm($apiToken: String!) {\n    connectCrm(input: { apiToken: $apiToken }) {\n      connection {\n        provider\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SaveIntakeProgress($input: SaveIntakeProgressInput!) {\n    saveIntakeProgress(input: $input) {\n      intake {\n        answers\n        percent\n        lastSavedAt\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation SaveIntakeProgress($input: SaveIntakeProgressInput!) {\n    saveIntakeProgress(input: $input) {\n      intake {\n        answers\n        percent\n        lastSavedAt\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SubmitIntake($input: SubmitIntakeInput!) {\n    submitIntake(input: $input) {\n      client {\n        id\n        intakeCompletedAt\n      }\n      message\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation SubmitIntake($input: SubmitIntakeInput!) {\n    submitIntake(input: $input) {\n      client {\n        id\n        intakeCompletedAt\n      }\n      message\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query IntakePath($clientType: ClientType!) {\n    intakePath(clientType: $clientType) {\n      id\n      title\n      blocks {\n        id\n        key\n        title\n        questions {\n          key\n          label\n          kind\n          required\n          options\n          unit\n          min\n          max\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query IntakePath($clientType: ClientType!) {\n    intakePath(clientType: $clientType) {\n      id\n      title\n      blocks {\n        id\n        key\n        title\n        questions {\n          key\n          label\n          kind\n          required\n          options\n          unit\n          min\n          max\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PacketContent($id: ID!) {\n    node(id: $id) {\n      __typename\n      id\n      ... on Packet {\n        html\n      }\n    }\n  }\n"): (typeof documents)["\n  query PacketContent($id: ID!) {\n    node(id: $id) {\n      __typename\n      id\n      ... on Packet {\n        html\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription PacketProgress($clientId: ID!) {\n    packetProgress(clientId: $clientId) {\n      clientId\n      version\n      packets {\n        id\n        clientId\n        type\n        status\n        priority\n        progress\n        version\n        attempts\n        maxAttempts\n        errorMessage\n        nextAttemptAt\n        title\n        createdAt\n        completedAt\n      }\n      summary {\n        total\n        pending\n        generating\n        completed\n        failed\n        cancelled\n        progress\n        done\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription PacketProgress($clientId: ID!) {\n    packetProgress(clientId: $clientId) {\n      clientId\n      version\n      packets {\n        id\n        clientId\n        type\n        status\n        priority\n        progress\n        version\n        attempts\n        maxAttempts\n        errorMessage\n        nextAttemptAt\n        title\n        createdAt\n        completedAt\n      }\n      summary {\n        total\n        pending\n        generating\n        completed\n        failed\n        cancelled\n        progress\n        done\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryPacket($id: ID!) {\n    retryPacket(input: { id: $id }) {\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RetryPacket($id: ID!) {\n    retryPacket(input: { id: $id }) {\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelPacket($id: ID!) {\n    cancelPacket(input: { id: $id }) {\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CancelPacket($id: ID!) {\n    cancelPacket(input: { id: $id }) {\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      role\n      user {\n        id\n        name\n      }\n      tenant {\n        id\n        name\n      }\n    }\n  }\n"): (typeof documents)["\n  query Viewer {\n    viewer {\n      role\n      user {\n        id\n        name\n      }\n      tenant {\n        id\n        name\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;