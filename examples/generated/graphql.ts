/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The status of an artifact. Users set it; any status may follow any other. */
export type ArtifactStatus =
  /** It is approved but not published yet. */
  | 'APPROVED'
  /** It is being written. For portal users it does not exist. */
  | 'DRAFT'
  /** It is written and awaits approval. Portal users see it. */
  | 'IN_REVIEW'
  /** It has gone live. */
  | 'PUBLISHED';

/** What kind of thing an artifact is; each is an object type of its own. */
export type ArtifactType =
  /** A blog post, of the type Blog. */
  | 'BLOG'
  /** A presentation in slides, of the type Deck. */
  | 'DECK'
  /** A web page, of the type Page. */
  | 'PAGE'
  /** A portrait of a typical customer, of the type Persona. */
  | 'PERSONA'
  /** A text with placeholders, of the type Template. */
  | 'TEMPLATE';

/** An artifact that belongs to an item. */
export type CollateralInput = {
  /** The artifact to attach. At most 200 characters. */
  artifactId: string;
};

/** A new work package, with its content. It is a DRAFT, which portal users cannot see. */
export type CreateWorkPackageInput = {
  /** The client's organization. Without one, the package takes the organization of its contact. At most 200 characters. */
  companyId?: string | null | undefined;
  /** The contact that the work is for; null for none. At most 200 characters. */
  contactId?: string | null | undefined;
  /** What the work is about; null for none. At most 10,000 characters. */
  description?: string | null | undefined;
  /** Its phases, in order, each with its items. At most 50 entries. */
  phases?: Array<WorkPackagePhaseInput> | null | undefined;
  /** The day on which work begins; the dates of all phases follow from it. Null leaves them open. At most 40 characters. */
  startDate?: string | null | undefined;
  /** The title that lists and the portal show. At most 200 characters. */
  title: string;
};

/** Whether a list is in ascending or descending order. */
export type OrderDirection =
  /** From the smallest to the largest: A to Z, the oldest first. */
  | 'ASC'
  /** From the largest to the smallest: Z to A, the newest first. */
  | 'DESC';

/** How the dashboard found its work package. */
export type PortalMatch =
  /** It is for the organization of the viewer's contact. */
  | 'COMPANY'
  /** It is for the viewer's own contact. */
  | 'CONTACT'
  /** None was found. */
  | 'NONE';

/** Whether the portal has a work package to show. */
export type PortalState =
  /** There is none yet, or the viewer has no contact. */
  | 'PREPARING'
  /** There is one: `workPackage`. */
  | 'READY';

/** What a user may do in a tenant. */
export type Role =
  /** A portal user: sees only what belongs to their own contact, where that is open to portal users. */
  | 'CLIENT'
  /** Does the daily work: may do everything except what is for owners only. */
  | 'MEMBER'
  /** May do everything, also manage users, settings and connections to other systems. */
  | 'OWNER';

/** Whether work is on time today (UTC), by its dates and progress. The first value that applies counts, in the order COMPLETED, NOT_STARTED, OVERDUE, AT_RISK, ON_TRACK. */
export type TimelineStatus =
  /** Progress is 20 percentage points or more behind the share of its working days that are over, today included. */
  | 'AT_RISK'
  /** Its progress is 100 percent, or it is a package with the status COMPLETED. */
  | 'COMPLETED'
  /** It begins later, or has no start date. */
  | 'NOT_STARTED'
  /** It has begun and is neither overdue nor at risk. */
  | 'ON_TRACK'
  /** Its expected end date has passed. */
  | 'OVERDUE';

/** What to change in a work package. A field that is left out stays as it is; null clears it. */
export type UpdateWorkPackageInput = {
  /** The client's organization; null for none. At most 200 characters. */
  companyId?: string | null | undefined;
  /** The contact that the work is for; null for none. At most 200 characters. */
  contactId?: string | null | undefined;
  /** What the work is about; null for none. At most 10,000 characters. */
  description?: string | null | undefined;
  /** The package to change. At most 200 characters. */
  id: string;
  /** The day on which work begins; the dates of all phases follow from it. Null leaves them open. At most 40 characters. */
  startDate?: string | null | undefined;
  /** The new status. Any status may follow any other. */
  status?: WorkPackageStatus | null | undefined;
  /** The title that lists and the portal show. At most 200 characters. */
  title?: string | null | undefined;
  /** The version that you have read. If another one is stored by now, the mutation fails with STALE. Without it, the change is always made. */
  version?: number | null | undefined;
};

/** What to change in an item. A field that is left out stays as it is. */
export type UpdateWorkPackageItemInput = {
  /** Hours of work for each piece, from 0 to 10,000 with at most 2 decimals. */
  estimatedHoursEach?: number | null | undefined;
  /** The item to change. At most 200 characters. */
  id: string;
  /** What is to be done or delivered. At most 500 characters. */
  label?: string | null | undefined;
  /** Where the item moves within its phase; 0 is the start. */
  position?: number | null | undefined;
  /** Percent done, from 0 to 100. Without `status`, 0 makes the item NOT_STARTED and 100 COMPLETED; any other number makes it IN_PROGRESS unless it is IN_REVIEW. Together with `status` it must fit that. */
  progressCompleted?: number | null | undefined;
  /** How many pieces are to be delivered, from 1 to 10,000. */
  quantity?: number | null | undefined;
  /** How far the work is. Without `progressCompleted`, NOT_STARTED sets it to 0 and COMPLETED to 100; IN_PROGRESS and IN_REVIEW keep a number from 1 to 99, else set 50 and 90. */
  status?: WorkItemStatus | null | undefined;
};

/** What is wrong with a field of an input. */
export type UserErrorCode =
  /** The current state of an object does not allow the change. */
  | 'CONFLICT'
  /** The objects would depend on each other in a circle. */
  | 'CYCLE'
  /** The field does not accept this value; the message says what was expected. */
  | 'INVALID'
  /** Nothing with this id exists, or nothing that you may see. */
  | 'NOT_FOUND'
  /** A value is missing. */
  | 'REQUIRED'
  /** The object has changed since the given version was read: read it again. */
  | 'STALE'
  /** Something else has this value already, and only one may have it. */
  | 'TAKEN'
  /** The value is well formed, but this server can do nothing with it. */
  | 'UNSUPPORTED';

/** How far the work on an item has got. */
export type WorkItemStatus =
  /** Done: 100 percent. */
  | 'COMPLETED'
  /** Somebody is working on it: 1 to 99 percent. */
  | 'IN_PROGRESS'
  /** It is being checked before it counts as done: 1 to 99 percent. */
  | 'IN_REVIEW'
  /** Nothing has been done: 0 percent. */
  | 'NOT_STARTED';

/** Which work packages to list. What is left out or null does not restrict the list. */
export type WorkPackageFilter = {
  /** Packages for this organization. At most 200 characters. */
  companyId?: string | null | undefined;
  /** Packages for this contact. At most 200 characters. */
  contactId?: string | null | undefined;
  /** Packages whose title and description have words that begin with the words of this text. At most 256 characters. */
  search?: string | null | undefined;
  /** Packages with one of these statuses; an empty list finds none. At most 4 entries. */
  status?: Array<WorkPackageStatus> | null | undefined;
  /** Packages with one of these timeline statuses today; an empty list finds none. At most 5 entries. */
  timelineStatus?: Array<TimelineStatus> | null | undefined;
};

/** A new item of work. It is NOT_STARTED. */
export type WorkPackageItemInput = {
  /** Artifacts to attach, in order, each once. At most 20 entries. */
  collateral?: Array<CollateralInput> | null | undefined;
  /** Hours of work for each piece, from 0 to 10,000 with at most 2 decimals. */
  estimatedHoursEach?: number | null | undefined;
  /** What is to be done or delivered. At most 500 characters. */
  label: string;
  /** How many pieces are to be delivered, from 1 to 10,000. */
  quantity?: number | null | undefined;
};

/** The order of a list of work packages. */
export type WorkPackageOrder = {
  /** Whether the order is ascending or descending. */
  direction?: OrderDirection;
  /** What to order by; equal ones are in order of their ids. */
  field: WorkPackageOrderField;
};

/** What a list of work packages can be ordered by. */
export type WorkPackageOrderField =
  /** When the package was created. */
  | 'CREATED_AT'
  /** When the package is expected to end; packages without a date come last in both directions. */
  | 'EXPECTED_END_DATE'
  /** The percentage that is done. */
  | 'PROGRESS'
  /** The title, as people expect it: case and accents matter last, and item 9 comes before item 10. */
  | 'TITLE'
  /** When the package last changed. */
  | 'UPDATED_AT';

/** A new phase of a work package, with its items. */
export type WorkPackagePhaseInput = {
  /** What the phase is about; null for none. At most 10,000 characters. */
  description?: string | null | undefined;
  /** Its items, in order. A package has at most 500 items in all its phases. At most 500 entries. */
  items?: Array<WorkPackageItemInput> | null | undefined;
  /** The name that people see. At most 200 characters. */
  name: string;
};

/** The status of a work package. Users set it; it does not follow from the progress. */
export type WorkPackageStatus =
  /** It is agreed and being worked on. Portal users of its client see it. */
  | 'ACTIVE'
  /** It is archived. Portal users do not see it. */
  | 'ARCHIVED'
  /** It is done. Portal users of its client still see it. */
  | 'COMPLETED'
  /** It is being planned. Portal users do not see it. */
  | 'DRAFT';

export type CreateWorkPackageMutationVariables = Exact<{
  input: CreateWorkPackageInput;
}>;


export type CreateWorkPackageMutation = { createWorkPackage: { workPackage: { description: string | null, version: number, totalEstimatedHours: number, id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, phases: Array<{ id: string, name: string, position: number, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, items: Array<{ id: string, label: string, quantity: number, estimatedHoursEach: number, status: WorkItemStatus, progressCompleted: number, artifacts: Array<
            | { wordCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { slideCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { path: string, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { placeholders: Array<string>, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
          > }> }>, contact: { id: string, name: string } | null, company: { id: string, name: string } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> }> } };

export type UpdateWorkPackageMutationVariables = Exact<{
  input: UpdateWorkPackageInput;
}>;


export type UpdateWorkPackageMutation = { updateWorkPackage: { workPackage: { version: number, id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, contact: { id: string, name: string } | null, company: { id: string, name: string } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> }> } };

export type UpdateWorkPackageItemMutationVariables = Exact<{
  input: UpdateWorkPackageItemInput;
}>;


export type UpdateWorkPackageItemMutation = { updateWorkPackageItem: { item: { id: string, label: string, quantity: number, estimatedHoursEach: number, status: WorkItemStatus, progressCompleted: number, artifacts: Array<
        | { wordCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        | { slideCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        | { path: string, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        | { id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        | { placeholders: Array<string>, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
      > } | null, workPackage: { id: string, progress: number, timelineStatus: TimelineStatus, expectedEndDate: string | null, version: number } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> }> } };

export type UserErrorLineFragment = { code: UserErrorCode, message: string, field: Array<string> };

export type PortalDashboardQueryVariables = Exact<{ [key: string]: never; }>;


export type PortalDashboardQuery = { portalDashboard: { state: PortalState, matchedBy: PortalMatch, workPackage: { description: string | null, version: number, totalEstimatedHours: number, id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, phases: Array<{ id: string, name: string, position: number, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, items: Array<{ id: string, label: string, quantity: number, estimatedHoursEach: number, status: WorkItemStatus, progressCompleted: number, artifacts: Array<
            | { wordCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { slideCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { path: string, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { placeholders: Array<string>, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
          > }> }>, contact: { id: string, name: string } | null, company: { id: string, name: string } | null } | null, workPackages: Array<{ id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, contact: { id: string, name: string } | null, company: { id: string, name: string } | null }> } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { role: Role, user: { id: string, name: string, email: string }, tenant: { id: string, name: string } } };

export type WorkPackageChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type WorkPackageChangedSubscription = { workPackageChanged: { version: number, workPackage: { description: string | null, version: number, totalEstimatedHours: number, id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, phases: Array<{ id: string, name: string, position: number, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, items: Array<{ id: string, label: string, quantity: number, estimatedHoursEach: number, status: WorkItemStatus, progressCompleted: number, artifacts: Array<
            | { wordCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { slideCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { path: string, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { id: string, type: ArtifactType, title: string, status: ArtifactStatus }
            | { placeholders: Array<string>, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
          > }> }>, contact: { id: string, name: string } | null, company: { id: string, name: string } | null } } };

export type WorkPackageQueryVariables = Exact<{
  id: string;
}>;


export type WorkPackageQuery = { workPackage: { description: string | null, version: number, totalEstimatedHours: number, id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, phases: Array<{ id: string, name: string, position: number, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, items: Array<{ id: string, label: string, quantity: number, estimatedHoursEach: number, status: WorkItemStatus, progressCompleted: number, artifacts: Array<
          | { wordCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
          | { slideCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
          | { path: string, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
          | { id: string, type: ArtifactType, title: string, status: ArtifactStatus }
          | { placeholders: Array<string>, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        > }> }>, contact: { id: string, name: string } | null, company: { id: string, name: string } | null } | null };

export type WorkPackageDetailFragment = { description: string | null, version: number, totalEstimatedHours: number, id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, phases: Array<{ id: string, name: string, position: number, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, items: Array<{ id: string, label: string, quantity: number, estimatedHoursEach: number, status: WorkItemStatus, progressCompleted: number, artifacts: Array<
        | { wordCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        | { slideCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        | { path: string, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        | { id: string, type: ArtifactType, title: string, status: ArtifactStatus }
        | { placeholders: Array<string>, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
      > }> }>, contact: { id: string, name: string } | null, company: { id: string, name: string } | null };

export type WorkPackageItemRowFragment = { id: string, label: string, quantity: number, estimatedHoursEach: number, status: WorkItemStatus, progressCompleted: number, artifacts: Array<
    | { wordCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
    | { slideCount: number, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
    | { path: string, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
    | { id: string, type: ArtifactType, title: string, status: ArtifactStatus }
    | { placeholders: Array<string>, id: string, type: ArtifactType, title: string, status: ArtifactStatus }
  > };

export type WorkPackagesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: WorkPackageFilter | null | undefined;
  orderBy?: WorkPackageOrder | null | undefined;
}>;


export type WorkPackagesQuery = { workPackages: { totalCount: number, nodes: Array<{ id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, contact: { id: string, name: string } | null, company: { id: string, name: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type WorkPackageCardFragment = { id: string, title: string, status: WorkPackageStatus, progress: number, timelineStatus: TimelineStatus, startDate: string | null, expectedEndDate: string | null, phaseCount: number, itemCount: number, contact: { id: string, name: string } | null, company: { id: string, name: string } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const UserErrorLineFragmentDoc = new TypedDocumentString(`
    fragment UserErrorLine on UserError {
  code
  message
  field
}
    `, {"fragmentName":"UserErrorLine"}) as unknown as TypedDocumentString<UserErrorLineFragment, unknown>;
export const WorkPackageCardFragmentDoc = new TypedDocumentString(`
    fragment WorkPackageCard on WorkPackage {
  id
  title
  status
  progress
  timelineStatus
  startDate
  expectedEndDate
  phaseCount
  itemCount
  contact {
    id
    name
  }
  company {
    id
    name
  }
}
    `, {"fragmentName":"WorkPackageCard"}) as unknown as TypedDocumentString<WorkPackageCardFragment, unknown>;
export const WorkPackageItemRowFragmentDoc = new TypedDocumentString(`
    fragment WorkPackageItemRow on WorkPackageItem {
  id
  label
  quantity
  estimatedHoursEach
  status
  progressCompleted
  artifacts {
    id
    type
    title
    status
    ... on Blog {
      wordCount
    }
    ... on Deck {
      slideCount
    }
    ... on Template {
      placeholders
    }
    ... on Page {
      path
    }
  }
}
    `, {"fragmentName":"WorkPackageItemRow"}) as unknown as TypedDocumentString<WorkPackageItemRowFragment, unknown>;
export const WorkPackageDetailFragmentDoc = new TypedDocumentString(`
    fragment WorkPackageDetail on WorkPackage {
  ...WorkPackageCard
  description
  version
  totalEstimatedHours
  phases {
    id
    name
    position
    progress
    timelineStatus
    startDate
    expectedEndDate
    items {
      ...WorkPackageItemRow
    }
  }
}
    fragment WorkPackageItemRow on WorkPackageItem {
  id
  label
  quantity
  estimatedHoursEach
  status
  progressCompleted
  artifacts {
    id
    type
    title
    status
    ... on Blog {
      wordCount
    }
    ... on Deck {
      slideCount
    }
    ... on Template {
      placeholders
    }
    ... on Page {
      path
    }
  }
}
fragment WorkPackageCard on WorkPackage {
  id
  title
  status
  progress
  timelineStatus
  startDate
  expectedEndDate
  phaseCount
  itemCount
  contact {
    id
    name
  }
  company {
    id
    name
  }
}`, {"fragmentName":"WorkPackageDetail"}) as unknown as TypedDocumentString<WorkPackageDetailFragment, unknown>;
export const CreateWorkPackageDocument = new TypedDocumentString(`
    mutation CreateWorkPackage($input: CreateWorkPackageInput!) {
  createWorkPackage(input: $input) {
    workPackage {
      ...WorkPackageDetail
    }
    userErrors {
      ...UserErrorLine
    }
  }
}
    fragment UserErrorLine on UserError {
  code
  message
  field
}
fragment WorkPackageDetail on WorkPackage {
  ...WorkPackageCard
  description
  version
  totalEstimatedHours
  phases {
    id
    name
    position
    progress
    timelineStatus
    startDate
    expectedEndDate
    items {
      ...WorkPackageItemRow
    }
  }
}
fragment WorkPackageItemRow on WorkPackageItem {
  id
  label
  quantity
  estimatedHoursEach
  status
  progressCompleted
  artifacts {
    id
    type
    title
    status
    ... on Blog {
      wordCount
    }
    ... on Deck {
      slideCount
    }
    ... on Template {
      placeholders
    }
    ... on Page {
      path
    }
  }
}
fragment WorkPackageCard on WorkPackage {
  id
  title
  status
  progress
  timelineStatus
  startDate
  expectedEndDate
  phaseCount
  itemCount
  contact {
    id
    name
  }
  company {
    id
    name
  }
}`, {"hash":"c3453cb9321c1c7480e5a6e150e62429331d7e0f903c5a6e3f3c5fe8cedb951d"}) as unknown as TypedDocumentString<CreateWorkPackageMutation, CreateWorkPackageMutationVariables>;
export const UpdateWorkPackageDocument = new TypedDocumentString(`
    mutation UpdateWorkPackage($input: UpdateWorkPackageInput!) {
  updateWorkPackage(input: $input) {
    workPackage {
      ...WorkPackageCard
      version
    }
    userErrors {
      ...UserErrorLine
    }
  }
}
    fragment UserErrorLine on UserError {
  code
  message
  field
}
fragment WorkPackageCard on WorkPackage {
  id
  title
  status
  progress
  timelineStatus
  startDate
  expectedEndDate
  phaseCount
  itemCount
  contact {
    id
    name
  }
  company {
    id
    name
  }
}`, {"hash":"4bba02d4edcb7d09abf82a835471fd1a5593feae7872fed1d8b439bd92f864bc"}) as unknown as TypedDocumentString<UpdateWorkPackageMutation, UpdateWorkPackageMutationVariables>;
export const UpdateWorkPackageItemDocument = new TypedDocumentString(`
    mutation UpdateWorkPackageItem($input: UpdateWorkPackageItemInput!) {
  updateWorkPackageItem(input: $input) {
    item {
      ...WorkPackageItemRow
    }
    workPackage {
      id
      progress
      timelineStatus
      expectedEndDate
      version
    }
    userErrors {
      ...UserErrorLine
    }
  }
}
    fragment UserErrorLine on UserError {
  code
  message
  field
}
fragment WorkPackageItemRow on WorkPackageItem {
  id
  label
  quantity
  estimatedHoursEach
  status
  progressCompleted
  artifacts {
    id
    type
    title
    status
    ... on Blog {
      wordCount
    }
    ... on Deck {
      slideCount
    }
    ... on Template {
      placeholders
    }
    ... on Page {
      path
    }
  }
}`, {"hash":"328835f8a20b43be8873f071157d8ae3461d2341713a1bc2b45fd2549df9b1e0"}) as unknown as TypedDocumentString<UpdateWorkPackageItemMutation, UpdateWorkPackageItemMutationVariables>;
export const PortalDashboardDocument = new TypedDocumentString(`
    query PortalDashboard {
  portalDashboard {
    state
    matchedBy
    workPackage {
      ...WorkPackageDetail
    }
    workPackages {
      ...WorkPackageCard
    }
  }
}
    fragment WorkPackageDetail on WorkPackage {
  ...WorkPackageCard
  description
  version
  totalEstimatedHours
  phases {
    id
    name
    position
    progress
    timelineStatus
    startDate
    expectedEndDate
    items {
      ...WorkPackageItemRow
    }
  }
}
fragment WorkPackageItemRow on WorkPackageItem {
  id
  label
  quantity
  estimatedHoursEach
  status
  progressCompleted
  artifacts {
    id
    type
    title
    status
    ... on Blog {
      wordCount
    }
    ... on Deck {
      slideCount
    }
    ... on Template {
      placeholders
    }
    ... on Page {
      path
    }
  }
}
fragment WorkPackageCard on WorkPackage {
  id
  title
  status
  progress
  timelineStatus
  startDate
  expectedEndDate
  phaseCount
  itemCount
  contact {
    id
    name
  }
  company {
    id
    name
  }
}`, {"hash":"491c4134c2025baf8e4d5a7711b2fb97d56e71f23235037d0e00a39c7c01a7f3"}) as unknown as TypedDocumentString<PortalDashboardQuery, PortalDashboardQueryVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    role
    user {
      id
      name
      email
    }
    tenant {
      id
      name
    }
  }
}
    `, {"hash":"9aadfa0c4e49ac9bae18490f04bb16768d3d595e886c0e1be09d7e97991ebaa7"}) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const WorkPackageChangedDocument = new TypedDocumentString(`
    subscription WorkPackageChanged($id: ID!) {
  workPackageChanged(id: $id) {
    version
    workPackage {
      ...WorkPackageDetail
    }
  }
}
    fragment WorkPackageDetail on WorkPackage {
  ...WorkPackageCard
  description
  version
  totalEstimatedHours
  phases {
    id
    name
    position
    progress
    timelineStatus
    startDate
    expectedEndDate
    items {
      ...WorkPackageItemRow
    }
  }
}
fragment WorkPackageItemRow on WorkPackageItem {
  id
  label
  quantity
  estimatedHoursEach
  status
  progressCompleted
  artifacts {
    id
    type
    title
    status
    ... on Blog {
      wordCount
    }
    ... on Deck {
      slideCount
    }
    ... on Template {
      placeholders
    }
    ... on Page {
      path
    }
  }
}
fragment WorkPackageCard on WorkPackage {
  id
  title
  status
  progress
  timelineStatus
  startDate
  expectedEndDate
  phaseCount
  itemCount
  contact {
    id
    name
  }
  company {
    id
    name
  }
}`, {"hash":"c92bfa4e31451d228146bc6549b92e6ea6e9b5e5e78b5bebdab59ef8ce5217ae"}) as unknown as TypedDocumentString<WorkPackageChangedSubscription, WorkPackageChangedSubscriptionVariables>;
export const WorkPackageDocument = new TypedDocumentString(`
    query WorkPackage($id: ID!) {
  workPackage(id: $id) {
    ...WorkPackageDetail
  }
}
    fragment WorkPackageDetail on WorkPackage {
  ...WorkPackageCard
  description
  version
  totalEstimatedHours
  phases {
    id
    name
    position
    progress
    timelineStatus
    startDate
    expectedEndDate
    items {
      ...WorkPackageItemRow
    }
  }
}
fragment WorkPackageItemRow on WorkPackageItem {
  id
  label
  quantity
  estimatedHoursEach
  status
  progressCompleted
  artifacts {
    id
    type
    title
    status
    ... on Blog {
      wordCount
    }
    ... on Deck {
      slideCount
    }
    ... on Template {
      placeholders
    }
    ... on Page {
      path
    }
  }
}
fragment WorkPackageCard on WorkPackage {
  id
  title
  status
  progress
  timelineStatus
  startDate
  expectedEndDate
  phaseCount
  itemCount
  contact {
    id
    name
  }
  company {
    id
    name
  }
}`, {"hash":"42db729bce1bf4d698617abecf347b896e71494ba2fb1ceba52f1c4d63cf22eb"}) as unknown as TypedDocumentString<WorkPackageQuery, WorkPackageQueryVariables>;
export const WorkPackagesDocument = new TypedDocumentString(`
    query WorkPackages($first: Int = 20, $after: String, $filter: WorkPackageFilter, $orderBy: WorkPackageOrder) {
  workPackages(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount
    nodes {
      ...WorkPackageCard
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment WorkPackageCard on WorkPackage {
  id
  title
  status
  progress
  timelineStatus
  startDate
  expectedEndDate
  phaseCount
  itemCount
  contact {
    id
    name
  }
  company {
    id
    name
  }
}`, {"hash":"142e848285f2446ca209f71598e0d1cc946d6c3ab5885384cea278c89d2d30e1"}) as unknown as TypedDocumentString<WorkPackagesQuery, WorkPackagesQueryVariables>;