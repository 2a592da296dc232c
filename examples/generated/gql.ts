/* eslint-disable */
import * as types from './graphql.ts';



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
    "mutation CreateWorkPackage($input: CreateWorkPackageInput!) {\n  createWorkPackage(input: $input) {\n    workPackage {\n      ...WorkPackageDetail\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nmutation UpdateWorkPackage($input: UpdateWorkPackageInput!) {\n  updateWorkPackage(input: $input) {\n    workPackage {\n      ...WorkPackageCard\n      version\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nmutation UpdateWorkPackageItem($input: UpdateWorkPackageItemInput!) {\n  updateWorkPackageItem(input: $input) {\n    item {\n      ...WorkPackageItemRow\n    }\n    workPackage {\n      id\n      progress\n      timelineStatus\n      expectedEndDate\n      version\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nfragment UserErrorLine on UserError {\n  code\n  message\n  field\n}": typeof types.CreateWorkPackageDocument,
    "query PortalDashboard {\n  portalDashboard {\n    state\n    matchedBy\n    workPackage {\n      ...WorkPackageDetail\n    }\n    workPackages {\n      ...WorkPackageCard\n    }\n  }\n}": typeof types.PortalDashboardDocument,
    "query Viewer {\n  viewer {\n    role\n    user {\n      id\n      name\n      email\n    }\n    tenant {\n      id\n      name\n    }\n  }\n}": typeof types.ViewerDocument,
    "subscription WorkPackageChanged($id: ID!) {\n  workPackageChanged(id: $id) {\n    version\n    workPackage {\n      ...WorkPackageDetail\n    }\n  }\n}": typeof types.WorkPackageChangedDocument,
    "query WorkPackage($id: ID!) {\n  workPackage(id: $id) {\n    ...WorkPackageDetail\n  }\n}\n\nfragment WorkPackageDetail on WorkPackage {\n  ...WorkPackageCard\n  description\n  version\n  totalEstimatedHours\n  phases {\n    id\n    name\n    position\n    progress\n    timelineStatus\n    startDate\n    expectedEndDate\n    items {\n      ...WorkPackageItemRow\n    }\n  }\n}\n\nfragment WorkPackageItemRow on WorkPackageItem {\n  id\n  label\n  quantity\n  estimatedHoursEach\n  status\n  progressCompleted\n  artifacts {\n    id\n    type\n    title\n    status\n    ... on Blog {\n      wordCount\n    }\n    ... on Deck {\n      slideCount\n    }\n    ... on Template {\n      placeholders\n    }\n    ... on Page {\n      path\n    }\n  }\n}": typeof types.WorkPackageDocument,
    "query WorkPackages($first: Int = 20, $after: String, $filter: WorkPackageFilter, $orderBy: WorkPackageOrder) {\n  workPackages(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    totalCount\n    nodes {\n      ...WorkPackageCard\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nfragment WorkPackageCard on WorkPackage {\n  id\n  title\n  status\n  progress\n  timelineStatus\n  startDate\n  expectedEndDate\n  phaseCount\n  itemCount\n  contact {\n    id\n    name\n  }\n  company {\n    id\n    name\n  }\n}": typeof types.WorkPackagesDocument,
};
const documents: Documents = {
    "mutation CreateWorkPackage($input: CreateWorkPackageInput!) {\n  createWorkPackage(input: $input) {\n    workPackage {\n      ...WorkPackageDetail\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nmutation UpdateWorkPackage($input: UpdateWorkPackageInput!) {\n  updateWorkPackage(input: $input) {\n    workPackage {\n      ...WorkPackageCard\n      version\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nmutation UpdateWorkPackageItem($input: UpdateWorkPackageItemInput!) {\n  updateWorkPackageItem(input: $input) {\n    item {\n      ...WorkPackageItemRow\n    }\n    workPackage {\n      id\n      progress\n      timelineStatus\n      expectedEndDate\n      version\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nfragment UserErrorLine on UserError {\n  code\n  message\n  field\n}": types.CreateWorkPackageDocument,
    "query PortalDashboard {\n  portalDashboard {\n    state\n    matchedBy\n    workPackage {\n      ...WorkPackageDetail\n    }\n    workPackages {\n      ...WorkPackageCard\n    }\n  }\n}": types.PortalDashboardDocument,
    "query Viewer {\n  viewer {\n    role\n    user {\n      id\n      name\n      email\n    }\n    tenant {\n      id\n      name\n    }\n  }\n}": types.ViewerDocument,
    "subscription WorkPackageChanged($id: ID!) {\n  workPackageChanged(id: $id) {\n    version\n    workPackage {\n      ...WorkPackageDetail\n    }\n  }\n}": types.WorkPackageChangedDocument,
    "query WorkPackage($id: ID!) {\n  workPackage(id: $id) {\n    ...WorkPackageDetail\n  }\n}\n\nfragment WorkPackageDetail on WorkPackage {\n  ...WorkPackageCard\n  description\n  version\n  totalEstimatedHours\n  phases {\n    id\n    name\n    position\n    progress\n    timelineStatus\n    startDate\n    expectedEndDate\n    items {\n      ...WorkPackageItemRow\n    }\n  }\n}\n\nfragment WorkPackageItemRow on WorkPackageItem {\n  id\n  label\n  quantity\n  estimatedHoursEach\n  status\n  progressCompleted\n  artifacts {\n    id\n    type\n    title\n    status\n    ... on Blog {\n      wordCount\n    }\n    ... on Deck {\n      slideCount\n    }\n    ... on Template {\n      placeholders\n    }\n    ... on Page {\n      path\n    }\n  }\n}": types.WorkPackageDocument,
    "query WorkPackages($first: Int = 20, $after: String, $filter: WorkPackageFilter, $orderBy: WorkPackageOrder) {\n  workPackages(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    totalCount\n    nodes {\n      ...WorkPackageCard\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nfragment WorkPackageCard on WorkPackage {\n  id\n  title\n  status\n  progress\n  timelineStatus\n  startDate\n  expectedEndDate\n  phaseCount\n  itemCount\n  contact {\n    id\n    name\n  }\n  company {\n    id\n    name\n  }\n}": types.WorkPackagesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateWorkPackage($input: CreateWorkPackageInput!) {\n  createWorkPackage(input: $input) {\n    workPackage {\n      ...WorkPackageDetail\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nmutation UpdateWorkPackage($input: UpdateWorkPackageInput!) {\n  updateWorkPackage(input: $input) {\n    workPackage {\n      ...WorkPackageCard\n      version\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nmutation UpdateWorkPackageItem($input: UpdateWorkPackageItemInput!) {\n  updateWorkPackageItem(input: $input) {\n    item {\n      ...WorkPackageItemRow\n    }\n    workPackage {\n      id\n      progress\n      timelineStatus\n      expectedEndDate\n      version\n    }\n    userErrors {\n      ...UserErrorLine\n    }\n  }\n}\n\nfragment UserErrorLine on UserError {\n  code\n  message\n  field\n}"): typeof import('./graphql.ts').CreateWorkPackageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query PortalDashboard {\n  portalDashboard {\n    state\n    matchedBy\n    workPackage {\n      ...WorkPackageDetail\n    }\n    workPackages {\n      ...WorkPackageCard\n    }\n  }\n}"): typeof import('./graphql.ts').PortalDashboardDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Viewer {\n  viewer {\n    role\n    user {\n      id\n      name\n      email\n    }\n    tenant {\n      id\n      name\n    }\n  }\n}"): typeof import('./graphql.ts').ViewerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription WorkPackageChanged($id: ID!) {\n  workPackageChanged(id: $id) {\n    version\n    workPackage {\n      ...WorkPackageDetail\n    }\n  }\n}"): typeof import('./graphql.ts').WorkPackageChangedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query WorkPackage($id: ID!) {\n  workPackage(id: $id) {\n    ...WorkPackageDetail\n  }\n}\n\nfragment WorkPackageDetail on WorkPackage {\n  ...WorkPackageCard\n  description\n  version\n  totalEstimatedHours\n  phases {\n    id\n    name\n    position\n    progress\n    timelineStatus\n    startDate\n    expectedEndDate\n    items {\n      ...WorkPackageItemRow\n    }\n  }\n}\n\nfragment WorkPackageItemRow on WorkPackageItem {\n  id\n  label\n  quantity\n  estimatedHoursEach\n  status\n  progressCompleted\n  artifacts {\n    id\n    type\n    title\n    status\n    ... on Blog {\n      wordCount\n    }\n    ... on Deck {\n      slideCount\n    }\n    ... on Template {\n      placeholders\n    }\n    ... on Page {\n      path\n    }\n  }\n}"): typeof import('./graphql.ts').WorkPackageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query WorkPackages($first: Int = 20, $after: String, $filter: WorkPackageFilter, $orderBy: WorkPackageOrder) {\n  workPackages(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    totalCount\n    nodes {\n      ...WorkPackageCard\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nfragment WorkPackageCard on WorkPackage {\n  id\n  title\n  status\n  progress\n  timelineStatus\n  startDate\n  expectedEndDate\n  phaseCount\n  itemCount\n  contact {\n    id\n    name\n  }\n  company {\n    id\n    name\n  }\n}"): typeof import('./graphql.ts').WorkPackagesDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
