import type { ColumnType } from "kysely";
export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export const Role = {
    OWNER: "OWNER",
    MEMBER: "MEMBER",
    CLIENT: "CLIENT"
} as const;
export type Role = (typeof Role)[keyof typeof Role];
export const LeadStatus = {
    NEW: "NEW",
    CONTACTED: "CONTACTED",
    QUALIFIED: "QUALIFIED",
    UNQUALIFIED: "UNQUALIFIED"
} as const;
export type LeadStatus = (typeof LeadStatus)[keyof typeof LeadStatus];
export const ActivityType = {
    CALL: "CALL",
    EMAIL: "EMAIL",
    MEETING: "MEETING",
    NOTE: "NOTE",
    TASK: "TASK"
} as const;
export type ActivityType = (typeof ActivityType)[keyof typeof ActivityType];
export const DealStatus = {
    OPEN: "OPEN",
    WON: "WON",
    LOST: "LOST"
} as const;
export type DealStatus = (typeof DealStatus)[keyof typeof DealStatus];
export const ContactPointKind = {
    EMAIL: "EMAIL",
    PHONE: "PHONE"
} as const;
export type ContactPointKind = (typeof ContactPointKind)[keyof typeof ContactPointKind];
export const ContactPointSource = {
    USER: "USER",
    PIPEDRIVE: "PIPEDRIVE"
} as const;
export type ContactPointSource = (typeof ContactPointSource)[keyof typeof ContactPointSource];
export const CrmProvider = {
    PIPEDRIVE: "PIPEDRIVE"
} as const;
export type CrmProvider = (typeof CrmProvider)[keyof typeof CrmProvider];
export const CrmSyncStatus = {
    QUEUED: "QUEUED",
    RUNNING: "RUNNING",
    COMPLETED: "COMPLETED",
    FAILED: "FAILED"
} as const;
export type CrmSyncStatus = (typeof CrmSyncStatus)[keyof typeof CrmSyncStatus];
export const ErasureReason = {
    NOT_NEEDED: "NOT_NEEDED",
    CONSENT_WITHDRAWN: "CONSENT_WITHDRAWN",
    OBJECTED: "OBJECTED",
    UNLAWFUL: "UNLAWFUL",
    LEGAL_OBLIGATION: "LEGAL_OBLIGATION"
} as const;
export type ErasureReason = (typeof ErasureReason)[keyof typeof ErasureReason];
export const ErasureStatus = {
    QUEUED: "QUEUED",
    RUNNING: "RUNNING",
    COMPLETED: "COMPLETED",
    FAILED: "FAILED"
} as const;
export type ErasureStatus = (typeof ErasureStatus)[keyof typeof ErasureStatus];
export const ErasedIdentityKind = {
    PERSON: "PERSON",
    RECIPIENT: "RECIPIENT"
} as const;
export type ErasedIdentityKind = (typeof ErasedIdentityKind)[keyof typeof ErasedIdentityKind];
export const ContactFileFormat = {
    CSV: "CSV",
    JSONL: "JSONL"
} as const;
export type ContactFileFormat = (typeof ContactFileFormat)[keyof typeof ContactFileFormat];
export const ContactImportStatus = {
    QUEUED: "QUEUED",
    RUNNING: "RUNNING",
    COMPLETED: "COMPLETED",
    FAILED: "FAILED"
} as const;
export type ContactImportStatus = (typeof ContactImportStatus)[keyof typeof ContactImportStatus];
export const ContactImportMatch = {
    UPDATE: "UPDATE",
    SKIP: "SKIP",
    CREATE: "CREATE"
} as const;
export type ContactImportMatch = (typeof ContactImportMatch)[keyof typeof ContactImportMatch];
export const SyncedDetail = {
    NAME: "NAME",
    EMAIL: "EMAIL",
    PHONE: "PHONE",
    JOB_TITLE: "JOB_TITLE",
    ORGANIZATION: "ORGANIZATION",
    OWNER: "OWNER"
} as const;
export type SyncedDetail = (typeof SyncedDetail)[keyof typeof SyncedDetail];
export const WorkPackageStatus = {
    DRAFT: "DRAFT",
    ACTIVE: "ACTIVE",
    COMPLETED: "COMPLETED",
    ARCHIVED: "ARCHIVED"
} as const;
export type WorkPackageStatus = (typeof WorkPackageStatus)[keyof typeof WorkPackageStatus];
export const WorkItemStatus = {
    NOT_STARTED: "NOT_STARTED",
    IN_PROGRESS: "IN_PROGRESS",
    IN_REVIEW: "IN_REVIEW",
    COMPLETED: "COMPLETED"
} as const;
export type WorkItemStatus = (typeof WorkItemStatus)[keyof typeof WorkItemStatus];
export const ArtifactType = {
    BLOG: "BLOG",
    PERSONA: "PERSONA",
    TEMPLATE: "TEMPLATE",
    DECK: "DECK",
    PAGE: "PAGE"
} as const;
export type ArtifactType = (typeof ArtifactType)[keyof typeof ArtifactType];
export const ArtifactStatus = {
    DRAFT: "DRAFT",
    IN_REVIEW: "IN_REVIEW",
    APPROVED: "APPROVED",
    PUBLISHED: "PUBLISHED"
} as const;
export type ArtifactStatus = (typeof ArtifactStatus)[keyof typeof ArtifactStatus];
export const CampaignStatus = {
    DRAFT: "DRAFT",
    SCHEDULED: "SCHEDULED",
    RUNNING: "RUNNING",
    PAUSED: "PAUSED",
    COMPLETED: "COMPLETED",
    FAILED: "FAILED",
    CANCELLED: "CANCELLED"
} as const;
export type CampaignStatus = (typeof CampaignStatus)[keyof typeof CampaignStatus];
export const SendStatus = {
    QUEUED: "QUEUED",
    SENDING: "SENDING",
    SENT: "SENT",
    FAILED: "FAILED"
} as const;
export type SendStatus = (typeof SendStatus)[keyof typeof SendStatus];
export const DeliveryStatus = {
    SENT: "SENT",
    FAILED: "FAILED",
    DELIVERED: "DELIVERED",
    READ: "READ"
} as const;
export type DeliveryStatus = (typeof DeliveryStatus)[keyof typeof DeliveryStatus];
export const MessageDirection = {
    IN: "IN",
    OUT: "OUT"
} as const;
export type MessageDirection = (typeof MessageDirection)[keyof typeof MessageDirection];
export const WebhookEventKind = {
    STATUS: "STATUS",
    MESSAGE: "MESSAGE",
    PREFERENCE: "PREFERENCE",
    MOVE: "MOVE",
    LINK: "LINK",
    KNOWN: "KNOWN"
} as const;
export type WebhookEventKind = (typeof WebhookEventKind)[keyof typeof WebhookEventKind];
export const ConsentSource = {
    PREFERENCE: "PREFERENCE",
    ERROR: "ERROR",
    KEYWORD: "KEYWORD",
    BUTTON: "BUTTON",
    USER: "USER",
    IMPORT: "IMPORT"
} as const;
export type ConsentSource = (typeof ConsentSource)[keyof typeof ConsentSource];
export const ClientType = {
    INDIVIDUAL: "INDIVIDUAL",
    ATHLETE: "ATHLETE",
    YOUTH: "YOUTH",
    SENIOR: "SENIOR",
    CORPORATE: "CORPORATE"
} as const;
export type ClientType = (typeof ClientType)[keyof typeof ClientType];
export const QuestionKind = {
    TEXT: "TEXT",
    LONG_TEXT: "LONG_TEXT",
    NUMBER: "NUMBER",
    BOOLEAN: "BOOLEAN",
    DATE: "DATE",
    SINGLE_CHOICE: "SINGLE_CHOICE",
    MULTIPLE_CHOICE: "MULTIPLE_CHOICE"
} as const;
export type QuestionKind = (typeof QuestionKind)[keyof typeof QuestionKind];
export const PacketType = {
    WELCOME: "WELCOME",
    NUTRITION: "NUTRITION",
    WORKOUT: "WORKOUT",
    RECOVERY: "RECOVERY",
    WELLNESS: "WELLNESS",
    PERFORMANCE: "PERFORMANCE",
    YOUTH: "YOUTH"
} as const;
export type PacketType = (typeof PacketType)[keyof typeof PacketType];
export const PacketStatus = {
    PENDING: "PENDING",
    GENERATING: "GENERATING",
    COMPLETED: "COMPLETED",
    FAILED: "FAILED",
    CANCELLED: "CANCELLED"
} as const;
export type PacketStatus = (typeof PacketStatus)[keyof typeof PacketStatus];
export const PacketPriority = {
    LOW: "LOW",
    NORMAL: "NORMAL",
    URGENT: "URGENT"
} as const;
export type PacketPriority = (typeof PacketPriority)[keyof typeof PacketPriority];
export const WorkflowStepType = {
    CREATE_MAINTENANCE_REQUEST: "CREATE_MAINTENANCE_REQUEST",
    ASSIGN_PRIORITY_AI: "ASSIGN_PRIORITY_AI",
    ASSIGN_TECHNICIAN: "ASSIGN_TECHNICIAN",
    SEND_NOTIFICATION: "SEND_NOTIFICATION",
    LOG_ACTIVITY: "LOG_ACTIVITY",
    GENERATE_PACKET: "GENERATE_PACKET",
    WAIT: "WAIT",
    HTTP_REQUEST: "HTTP_REQUEST"
} as const;
export type WorkflowStepType = (typeof WorkflowStepType)[keyof typeof WorkflowStepType];
export const WorkflowExecutionStatus = {
    QUEUED: "QUEUED",
    RUNNING: "RUNNING",
    COMPLETED: "COMPLETED",
    FAILED: "FAILED",
    CANCELLED: "CANCELLED"
} as const;
export type WorkflowExecutionStatus = (typeof WorkflowExecutionStatus)[keyof typeof WorkflowExecutionStatus];
export const WorkflowStepStatus = {
    PENDING: "PENDING",
    RUNNING: "RUNNING",
    COMPLETED: "COMPLETED",
    FAILED: "FAILED",
    SKIPPED: "SKIPPED",
    CANCELLED: "CANCELLED"
} as const;
export type WorkflowStepStatus = (typeof WorkflowStepStatus)[keyof typeof WorkflowStepStatus];
export const MaintenancePriority = {
    LOW: "LOW",
    MEDIUM: "MEDIUM",
    HIGH: "HIGH",
    EMERGENCY: "EMERGENCY"
} as const;
export type MaintenancePriority = (typeof MaintenancePriority)[keyof typeof MaintenancePriority];
export const MaintenanceStatus = {
    OPEN: "OPEN",
    ASSIGNED: "ASSIGNED",
    IN_PROGRESS: "IN_PROGRESS",
    DONE: "DONE",
    CANCELLED: "CANCELLED"
} as const;
export type MaintenanceStatus = (typeof MaintenanceStatus)[keyof typeof MaintenanceStatus];
export type Activity = {
    tenantId: string;
    id: string;
    contactId: string;
    /**
     * Who logged it; nobody for one that came from outside.
     */
    userId: string | null;
    type: ActivityType;
    subject: string;
    note: string | null;
    occurredAt: Timestamp;
    pipedriveActivityId: string | null;
    createdAt: Generated<Timestamp>;
};
export type Asset = {
    tenantId: string;
    id: string;
    propertyId: string;
    name: string;
    /**
     * The skill that a technician needs for it.
     */
    category: string;
    createdAt: Generated<Timestamp>;
};
export type Blog = {
    tenantId: string;
    id: string;
    title: string;
    status: ArtifactStatus;
    /**
     * When it was first PUBLISHED.
     */
    publishedAt: Timestamp | null;
    slug: string | null;
    subtitle: string | null;
    content: string;
    wordCount: number;
    searchText: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type Campaign = {
    tenantId: string;
    id: string;
    name: string;
    status: Generated<CampaignStatus>;
    /**
     * Why the server paused or failed it.
     */
    statusReason: string | null;
    whatsAppNumberId: string | null;
    scheduledAt: Timestamp | null;
    startedAt: Timestamp | null;
    completedAt: Timestamp | null;
    /**
     * Kept in the transaction that adds contacts.
     */
    contactCount: Generated<number>;
    /**
     * Of those, how many were left out at the launch because they want no messages; null until then.
     */
    optedOutCount: number | null;
    searchText: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type CampaignContact = {
    tenantId: string;
    campaignId: string;
    contactId: string;
};
export type CampaignCounter = {
    tenantId: string;
    campaignId: string;
    templateId: string;
    total: Generated<number>;
    sent: Generated<number>;
    delivered: Generated<number>;
    read: Generated<number>;
    replied: Generated<number>;
    failed: Generated<number>;
};
export type CampaignFigures = {
    tenantId: string;
    campaignId: string;
    /**
     * 1 when made; each move adds 1.
     */
    version: Generated<number>;
    computedAt: Generated<Timestamp>;
    frozenAt: Timestamp | null;
    thawedAt: Timestamp | null;
    /**
     * From then on they can't be counted anew.
     */
    eventsDroppedAt: Timestamp | null;
};
export type CampaignReply = {
    tenantId: string;
    campaignId: string;
    templateId: string;
    number: number;
    /**
     * The row of send_queue, and the message that came in.
     */
    sendId: string;
    replyId: string;
};
export type CampaignSettings = {
    tenantId: string;
    /**
     * How often a message that failed may be sent again.
     */
    maxRetries: Generated<number>;
    /**
     * Words that opt out and in again, in lower case; the usual ones of the templates' languages where empty.
     */
    stopWords: Generated<string[]>;
    startWords: Generated<string[]>;
};
export type CampaignTemplate = {
    tenantId: string;
    id: string;
    campaignId: string;
    position: number;
    templateName: string;
    language: string;
    weight: Generated<number>;
    /**
     * Liquid over { contact, organization }, in the order of the template's variables.
     */
    parameters: string[];
    /**
     * What fills its header, named variables and buttons: TemplateComponentsInput.
     */
    components: unknown | null;
    /**
     * To send in, in this order, where the template is not approved in its language.
     */
    fallbackLanguages: Generated<string[]>;
};
export type CampaignTrouble = {
    tenantId: string;
    id: Generated<number>;
    campaignId: string;
    templateId: string;
    error: string;
    /**
     * When the newest message with this error was sent.
     */
    sentAt: Timestamp;
};
export type Client = {
    tenantId: string;
    id: string;
    name: string;
    clientType: ClientType;
    /**
     * Who the client is in the portal; one client a contact.
     */
    contactId: string | null;
    intakeCompletedAt: Timestamp | null;
    searchText: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type Collateral = {
    tenantId: string;
    id: string;
    workPackageId: string;
    itemId: string;
    position: number;
    artifactType: ArtifactType;
    artifactId: string;
};
export type ConsentWord = {
    tenantId: string;
    id: Generated<string>;
    /**
     * E.164, or the provider's user id.
     */
    identity: string | null;
    /**
     * Without a foreign key: what was said by a number outlives the contact.
     */
    contactId: string | null;
    optedOut: boolean;
    source: ConsentSource;
    at: Timestamp;
    note: string | null;
};
export type Contact = {
    tenantId: string;
    id: string;
    name: string;
    email: string | null;
    /**
     * As typed; phoneE164 is what it was understood as.
     */
    phone: string | null;
    phoneE164: string | null;
    jobTitle: string | null;
    ownerId: string;
    organizationId: string | null;
    leadStatus: LeadStatus | null;
    pipedrivePersonId: string | null;
    addedToCampaign: Generated<boolean>;
    /**
     * Replied campaign messages by delivered ones, 0 to 1: campaigns hand it over.
     */
    responseRate: Generated<number>;
    /**
     * 0 to 10.
     */
    warmnessScore: Generated<number>;
    warmnessBase: Generated<number>;
    warmnessActivity: Generated<number>;
    warmnessRelationship: Generated<number>;
    warmnessEngagement: Generated<number>;
    warmnessComputedAt: Generated<Timestamp>;
    /**
     * When time alone changes a figure; a row that nobody has computed yet is due at once.
     */
    warmnessNextChangeAt: Generated<Timestamp | null>;
    /**
     * The newest CALL, EMAIL or MEETING that is not in the future.
     */
    lastContactedAt: Timestamp | null;
    /**
     * The newest activity of any type that is not in the future.
     */
    lastActivityAt: Timestamp | null;
    /**
     * The words of name, e-mail and organization, as 'name | e-mail | organization'.
     */
    searchText: Generated<string>;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
    /**
     * Who changed the details last; null if that was a sync, or is not known.
     */
    updatedById: string | null;
};
export type ContactAlias = {
    tenantId: string;
    pipedrivePersonId: string;
    contactId: string;
};
export type ContactErasure = {
    tenantId: string;
    id: string;
    contactId: string | null;
    reason: ErasureReason;
    status: Generated<ErasureStatus>;
    requestedById: string;
    /**
     * Where a killed run goes on.
     */
    stepsDone: Generated<number>;
    stepCount: Generated<number>;
    version: Generated<number>;
    createdAt: Generated<Timestamp>;
    finishedAt: Timestamp | null;
};
export type ContactExport = {
    tenantId: string;
    id: string;
    format: ContactFileFormat;
    filter: unknown;
    createdById: string;
    createdAt: Generated<Timestamp>;
};
export type ContactImport = {
    tenantId: string;
    id: string;
    /**
     * Without a foreign key: the file is deleted when the import has ended.
     */
    uploadId: string;
    fileName: string;
    status: Generated<ContactImportStatus>;
    onMatch: ContactImportMatch;
    /**
     * How to read the file, as the client gave it: what is absent is found out.
     */
    options: unknown;
    idempotencyKey: string | null;
    /**
     * The data rows of the file; null until they are counted.
     */
    totalRows: number | null;
    created: Generated<number>;
    updated: Generated<number>;
    unchanged: Generated<number>;
    skipped: Generated<number>;
    failed: Generated<number>;
    /**
     * The rows of contact_import_problem: a row of the file may have several.
     */
    problemCount: Generated<number>;
    version: Generated<number>;
    errorMessage: string | null;
    startedById: string;
    createdAt: Generated<Timestamp>;
    startedAt: Timestamp | null;
    finishedAt: Timestamp | null;
};
export type ContactImportProblem = {
    tenantId: string;
    importId: string;
    position: number;
    line: number;
    /**
     * A field of the import; null for what is wrong with the row as a whole.
     */
    field: string | null;
    message: string;
    /**
     * The row as it was in the file, as pairs of column and cell: with the first problem of each row.
     */
    row: unknown | null;
};
export type ContactPoint = {
    tenantId: string;
    contactId: string;
    kind: ContactPointKind;
    /**
     * As it is compared: an e-mail in lower case; a phone in E.164, or '?' and the text where it is no number.
     */
    key: string;
    /**
     * As it was entered.
     */
    value: string;
    /**
     * Such as "work"; null if nobody said.
     */
    label: string | null;
    source: Generated<ContactPointSource>;
    /**
     * The order of a contact's list behind the primary one.
     */
    position: Generated<number>;
};
export type ContactUpload = {
    tenantId: string;
    id: string;
    /**
     * 1 to 10 (CHECK): a tenant has no more files than that.
     */
    slot: number;
    fileName: string;
    /**
     * Where the server fetches it from; null for one that a client sends.
     */
    url: string | null;
    /**
     * The size of the whole file; null until a file that is fetched is complete.
     */
    bytes: number | null;
    receivedBytes: Generated<number>;
    /**
     * Why it could not be fetched.
     */
    errorMessage: string | null;
    createdById: string;
    createdAt: Generated<Timestamp>;
};
export type ContactUploadPart = {
    tenantId: string;
    uploadId: string;
    position: number;
    content: Buffer;
};
export type CrmConflict = {
    tenantId: string;
    id: string;
    contactId: string;
    detail: SyncedDetail;
    /**
     * What it was here, and what it became; ids of an ORGANIZATION and an OWNER.
     */
    ours: string | null;
    theirs: string | null;
    createdAt: Generated<Timestamp>;
};
export type CrmConnection = {
    tenantId: string;
    provider: CrmProvider;
    /**
     * Null: the address of PIPEDRIVE_API_URL.
     */
    apiUrl: string | null;
    tokenCipher: string;
    connectedBy: string;
    connectedAt: Generated<Timestamp>;
};
export type CrmRecord = {
    tenantId: string;
    /**
     * One of organizations, persons, deals, activities.
     */
    kind: string;
    externalId: string;
    /**
     * As the sync understood it; null if it was synced before this table existed.
     */
    record: unknown | null;
    /**
     * The ids in the CRM of the person, organization and owner that it names.
     */
    personId: string | null;
    orgId: string | null;
    ownerId: string | null;
    /**
     * What these were here when the record was taken over; null: nothing yet (partial indexes in the migration).
     */
    contactId: string | null;
    organizationId: string | null;
    userId: string | null;
    /**
     * The last sync that read it.
     */
    seenBy: string | null;
};
export type CrmSync = {
    tenantId: string;
    id: string;
    provider: CrmProvider;
    status: Generated<CrmSyncStatus>;
    /**
     * True: everything; false: what changed since the last completed sync.
     */
    full: boolean;
    fetched: Generated<number>;
    created: Generated<number>;
    updated: Generated<number>;
    unchanged: Generated<number>;
    failed: Generated<number>;
    version: Generated<number>;
    /**
     * How far it has come: where a killed sync goes on.
     */
    cursorState: unknown | null;
    errorMessage: string | null;
    /**
     * Nobody where the schedule started it.
     */
    startedBy: string | null;
    createdAt: Generated<Timestamp>;
    startedAt: Timestamp | null;
    finishedAt: Timestamp | null;
};
export type CrmSyncFailure = {
    tenantId: string;
    syncId: string;
    position: number;
    externalId: string;
    message: string;
};
export type Deal = {
    tenantId: string;
    id: string;
    contactId: string | null;
    organizationId: string | null;
    title: string;
    value: Generated<number>;
    currency: string | null;
    status: DealStatus;
    pipedriveDealId: string | null;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type Deck = {
    tenantId: string;
    id: string;
    title: string;
    status: ArtifactStatus;
    publishedAt: Timestamp | null;
    /**
     * [{ heading, body, notes? }]
     */
    slides: unknown;
    slideCount: number;
    searchText: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type DuplicateDismissal = {
    tenantId: string;
    oneId: string;
    otherId: string;
};
export type ErasedIdentity = {
    tenantId: string;
    kind: ErasedIdentityKind;
    hash: string;
    /**
     * Of a RECIPIENT: how it was known that they want no messages, and since when.
     */
    source: ConsentSource | null;
    optedOutAt: Timestamp | null;
};
export type IntakePath = {
    tenantId: string;
    id: string;
    clientType: ClientType;
    title: string;
    isActive: Generated<boolean>;
    packetTypes: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type IntakePathBlock = {
    tenantId: string;
    pathId: string;
    position: number;
    blockId: string;
};
export type IntakeProgress = {
    tenantId: string;
    clientId: string;
    pathId: string;
    clientType: ClientType;
    /**
     * Question key → value.
     */
    answers: Generated<unknown>;
    startedAt: Generated<Timestamp>;
    lastSavedAt: Generated<Timestamp>;
    /**
     * When it was submitted; no answer changes any more.
     */
    completedAt: Timestamp | null;
};
export type KindEpoch = {
    kind: string;
    version: Generated<number>;
};
export type KindVersion = {
    tenantId: string;
    kind: string;
    slot: number;
    version: Generated<number>;
};
export type MaintenanceRequest = {
    tenantId: string;
    id: string;
    propertyId: string;
    /**
     * One of the property's.
     */
    assetId: string | null;
    technicianId: string | null;
    title: string;
    description: string;
    status: Generated<MaintenanceStatus>;
    priority: MaintenancePriority | null;
    priorityReason: string | null;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type Message = {
    tenantId: string;
    id: string;
    direction: MessageDirection;
    /**
     * The provider's id of the tenant's number; the number itself may be gone.
     */
    phoneNumberId: string;
    /**
     * E.164 of the other side, as dialled; absent where the provider knows it by a user id only.
     */
    phone: string | null;
    /**
     * IN: the provider's user id of the other side.
     */
    userId: string | null;
    /**
     * The other side, by one of their identities: that of recipient_identity, or the only one. Of somebody who was erased, a
     * made-up one that begins with "erased:", so that their replies still count as one person's.
     */
    person: string | null;
    whatsappMessageId: string;
    /**
     * When it was sent, by the sender's word.
     */
    at: Timestamp;
    /**
     * IN: the message that it quotes or reacts to.
     */
    quotedMessageId: string | null;
    /**
     * IN: what the provider calls its kind, and what the person wrote or tapped; absent in messages from before they were kept.
     */
    type: string | null;
    text: string | null;
    /**
     * All below are OUT's. A former try of a message that was sent again has no template, and an id of its own.
     */
    campaignId: string | null;
    templateId: string | null;
    /**
     * The greatest of its events.
     */
    status: DeliveryStatus | null;
    /**
     * Until when an incoming message that quotes nothing counts as a reply to it.
     */
    repliesUntil: Timestamp | null;
    /**
     * The earliest of their kind. A message read at once may have no deliveredAt.
     */
    deliveredAt: Timestamp | null;
    readAt: Timestamp | null;
    failedAt: Timestamp | null;
    errorMessage: string | null;
    repliedAt: Timestamp | null;
};
export type MessageStatusLog = {
    tenantId: string;
    whatsappMessageId: string;
    status: DeliveryStatus;
    at: Timestamp;
    error: string | null;
};
export type Notification = {
    tenantId: string;
    id: string;
    userId: string;
    number: number;
    title: string;
    body: string;
    /**
     * What it is about: a node, which may be gone by now.
     */
    subjectType: string | null;
    subjectId: string | null;
    readAt: Timestamp | null;
    createdAt: Generated<Timestamp>;
};
export type NotificationCounter = {
    tenantId: string;
    userId: string;
    last: number;
};
export type NumberChange = {
    tenantId: string;
    id: Generated<number>;
    oldNumber: string;
    newNumber: string;
};
export type Organization = {
    tenantId: string;
    id: string;
    name: string;
    /**
     * The name as it is compared: one organization a tenant has it.
     */
    normalizedName: string;
    /**
     * normalizedName without its legal forms: what weaker matches compare.
     */
    bareName: Generated<string>;
    industry: string | null;
    size: string | null;
    website: string | null;
    address: string | null;
    city: string | null;
    country: string | null;
    pipedriveOrgId: string | null;
    contactCount: Generated<number>;
    /**
     * Of the warmness of its contacts: an average that is kept would drift by rounding.
     */
    warmnessSum: Generated<number>;
    /**
     * The newest activity of its contacts.
     */
    lastActivityAt: Timestamp | null;
    searchText: Generated<string>;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type OrganizationAlias = {
    tenantId: string;
    pipedriveOrgId: string;
    organizationId: string;
};
export type Packet = {
    tenantId: string;
    id: string;
    clientId: string;
    type: PacketType;
    status: Generated<PacketStatus>;
    priority: Generated<PacketPriority>;
    progress: Generated<number>;
    /**
     * 1 when created; each change adds 1.
     */
    version: Generated<number>;
    attempts: Generated<number>;
    maxAttempts: number;
    errorMessage: string | null;
    nextAttemptAt: Timestamp | null;
    title: string | null;
    /**
     * [{ heading, markdown }]
     */
    sections: Generated<unknown>;
    html: string | null;
    /**
     * The job that is to generate it.
     */
    jobId: string;
    /**
     * The run that may write to it, while GENERATING: another run's writes find no row.
     */
    runId: string | null;
    createdAt: Generated<Timestamp>;
    /**
     * When it became PENDING, first or by a retry.
     */
    queuedAt: Generated<Timestamp>;
    startedAt: Timestamp | null;
    completedAt: Timestamp | null;
    updatedAt: Generated<Timestamp>;
};
export type PacketTemplate = {
    tenantId: string;
    id: string;
    packetType: PacketType;
    name: string;
    /**
     * The one that packets of its type are made from.
     */
    isDefault: Generated<boolean>;
    isActive: Generated<boolean>;
    /**
     * [{ heading, body }], Liquid
     */
    sections: unknown;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type Page = {
    tenantId: string;
    id: string;
    title: string;
    status: ArtifactStatus;
    publishedAt: Timestamp | null;
    path: string;
    content: string;
    searchText: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type Persona = {
    tenantId: string;
    id: string;
    title: string;
    status: ArtifactStatus;
    publishedAt: Timestamp | null;
    role: string | null;
    goals: string[];
    painPoints: string[];
    narrative: string;
    searchText: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type Property = {
    tenantId: string;
    id: string;
    name: string;
    address: string;
    latitude: number;
    longitude: number;
    searchText: string;
    createdAt: Generated<Timestamp>;
};
export type Question = {
    tenantId: string;
    key: string;
    blockId: string;
    position: number;
    label: string;
    kind: QuestionKind;
    required: Generated<boolean>;
    options: string[];
    unit: string | null;
    min: number | null;
    max: number | null;
};
export type QuestionBlock = {
    tenantId: string;
    id: string;
    key: string;
    title: string;
    category: string;
    position: number;
    isActive: Generated<boolean>;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type RecipientIdentity = {
    tenantId: string;
    /**
     * A number in E.164, or the provider's user id.
     */
    identity: string;
    /**
     * One of the person's identities, the same in all their rows.
     */
    person: string;
    learnedAt: Timestamp;
    /**
     * The number that the person uses instead of this one, and since when.
     */
    movedTo: string | null;
    movedAt: Timestamp | null;
};
export type ResponseChange = {
    tenantId: string;
    id: Generated<number>;
    messageIds: string[];
};
export type SearchWord = {
    tenantId: string;
    /**
     * Ordered by its bytes (COLLATE "C" in the migration), so that words with one beginning lie together.
     */
    word: string;
};
export type SendingFigure = {
    tenantId: string;
    /**
     * ALL, TEMPLATE, NUMBER, or ERROR, which counts only failures, those refused included.
     */
    subject: string;
    /**
     * 0: of half an hour; 1: of a day in UTC.
     */
    level: number;
    /**
     * Half-hours or days since 1970.
     */
    block: number;
    /**
     * Of the template; the provider's id of the number; the code of the error, '' for one without.
     */
    name: string;
    /**
     * Who raises a row waits for nobody else but their like: 0 the folder, 1 who stores what was sent, 2 who stores what was refused.
     */
    writer: number;
    sent: Generated<number>;
    delivered: Generated<number>;
    read: Generated<number>;
    replied: Generated<number>;
    failed: Generated<number>;
};
export type SendQueue = {
    tenantId: string;
    /**
     * Goes to the provider with the message and comes back with its status events; the id of the message's row too.
     */
    id: string;
    campaignId: string;
    templateId: string;
    /**
     * Null once the person was erased; the row stays, since it is counted.
     */
    contactId: string | null;
    /**
     * In the order of the campaign's list of messages.
     */
    position: number;
    /**
     * E.164; null where the contact has none.
     */
    phone: string | null;
    status: Generated<SendStatus>;
    attempts: Generated<number>;
    nextAttemptAt: Timestamp | null;
    /**
     * When a worker took it in hand. A row whose sending got no answer keeps it, also when it FAILED as unknown:
     * a status event may still settle it. Null once the provider refused it.
     */
    sendingAt: Timestamp | null;
    sentAt: Timestamp | null;
    /**
     * How often it was put back into the queue after it had failed.
     */
    retries: Generated<number>;
    /**
     * The provider's id, once the status is SENT.
     */
    whatsappMessageId: string | null;
    errorCode: number | null;
    errorMessage: string | null;
    /**
     * When it was sent for the last time, if WhatsApp refused it with a code and it is not to be sent again.
     */
    refusedAt: Timestamp | null;
};
export type Technician = {
    tenantId: string;
    id: string;
    name: string;
    skills: string[];
    /**
     * The skills in lower case, as they are compared.
     */
    skillKeys: string[];
    latitude: number;
    longitude: number;
    /**
     * Requests that are neither DONE nor CANCELLED; a trigger of maintenance_request keeps it.
     */
    openRequests: Generated<number>;
    createdAt: Generated<Timestamp>;
};
export type Template = {
    tenantId: string;
    id: string;
    title: string;
    status: ArtifactStatus;
    publishedAt: Timestamp | null;
    subject: string | null;
    body: string;
    /**
     * The names in {{ … }} of the body, sorted, each once.
     */
    placeholders: string[];
    searchText: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type Tenant = {
    id: string;
    name: string;
    /**
     * ISO 3166 alpha-2: phones without a country code are read as of there.
     */
    country: string;
    /**
     * Of the IANA database, such as Europe/Berlin: days and hours of analytics are those of there.
     */
    timeZone: Generated<string>;
    createdAt: Generated<Timestamp>;
};
export type UnknownRecipient = {
    tenantId: string;
    whatsappMessageId: string;
    identity: string;
    at: Timestamp;
};
export type User = {
    tenantId: string;
    id: string;
    name: string;
    /**
     * Lower case; one user of a tenant has it. A person who works for two agencies has a user in each.
     */
    email: string;
    role: Role;
    active: Generated<boolean>;
    /**
     * The identity provider's subject, where tokens come from AUTH_JWKS_URL; one user of a tenant has it.
     */
    externalId: string | null;
    /**
     * The person that a CLIENT is; null for all others (CHECK).
     */
    contactId: string | null;
    searchText: string;
    /**
     * E.164; test messages of campaigns go there.
     */
    phone: string | null;
    createdAt: Generated<Timestamp>;
};
export type WebhookInbox = {
    tenantId: string;
    id: Generated<number>;
    kind: WebhookEventKind;
    /**
     * The tenant's number that they came to.
     */
    phoneNumberId: string;
    /**
     * How many events.
     */
    size: number;
    /**
     * The provider's ids: of the message of a STATUS or KNOWN, of the MESSAGE itself.
     */
    messageIds: Generated<string[]>;
    /**
     * A DeliveryStatus each.
     */
    statuses: Generated<string[]>;
    /**
     * Seconds since 1970.
     */
    moments: Generated<number[]>;
    /**
     * Of a STATUS: the row of send_queue that it names; '' for none.
     */
    sendIds: Generated<string[]>;
    /**
     * Of a STATUS; '' for none.
     */
    errors: Generated<string[]>;
    /**
     * Who it is about: of a STATUS the recipient, of a KNOWN the one that the provider answered; '' for none.
     */
    phones: Generated<string[]>;
    /**
     * The provider's user ids of the same people; '' for none.
     */
    userIds: Generated<string[]>;
    /**
     * Of a MOVE: the number or user id that they have now.
     */
    movedTo: Generated<string[]>;
    /**
     * Of a MESSAGE; '' for none.
     */
    quotedIds: Generated<string[]>;
    types: Generated<string[]>;
    texts: Generated<string[]>;
    /**
     * Of a PREFERENCE; its source is a ConsentSource.
     */
    optedOut: Generated<boolean[]>;
    sources: Generated<string[]>;
};
export type WhatsappNumber = {
    tenantId: string;
    id: string;
    /**
     * The provider's id of it.
     */
    phoneNumberId: string;
    displayPhoneNumber: string;
    /**
     * Encrypted with ENCRYPTION_KEY.
     */
    accessToken: string;
    /**
     * When its next message may go out: the token bucket that all workers share.
     */
    nextSendAt: Timestamp | null;
    /**
     * Slower than the setting, after the provider said so.
     */
    messagesPerSecond: number | null;
    connectedAt: Generated<Timestamp>;
    /**
     * The provider's id of the account that it belongs to; null until an event tells it.
     */
    accountId: string | null;
    /**
     * What the provider reported of it or its account last, and when.
     */
    isFlagged: Generated<boolean>;
    messagingLimit: string | null;
    qualityAt: Timestamp | null;
    restriction: string | null;
    restrictedUntil: Timestamp | null;
    restrictionAt: Timestamp | null;
    /**
     * When the provider was last asked for the account's templates, and when it last reported a change of one.
     */
    templatesListedAt: Timestamp | null;
    templatesChangedAt: Timestamp | null;
};
export type WhatsappTemplate = {
    tenantId: string;
    /**
     * The provider's id of the account that has the template.
     */
    accountId: string;
    name: string;
    language: string;
    /**
     * As the provider calls it, such as PAUSED.
     */
    status: string | null;
    reason: string | null;
    statusAt: Timestamp | null;
    /**
     * Such as GREEN.
     */
    quality: string | null;
    qualityAt: Timestamp | null;
    /**
     * Null until it is listed, as are the following.
     */
    listedAt: Timestamp | null;
    category: string | null;
    /**
     * As the provider has them.
     */
    components: unknown | null;
    /**
     * Whether its variables have names.
     */
    hasNames: Generated<boolean>;
};
export type Workflow = {
    tenantId: string;
    id: string;
    key: string;
    /**
     * The newest of its versions, which is the one that starts.
     */
    version: Generated<number>;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type WorkflowExecution = {
    tenantId: string;
    id: string;
    workflowId: string;
    versionId: string;
    /**
     * 1 when created; each change of it or of one of its steps adds 1.
     */
    version: Generated<number>;
    status: Generated<WorkflowExecutionStatus>;
    input: unknown;
    output: unknown | null;
    errorMessage: string | null;
    /**
     * Names the start; taken away when it is given to a retry, or is too old to count.
     */
    idempotencyKey: string | null;
    /**
     * The execution that ended without success and gave this one its key.
     */
    retryOfId: string | null;
    startedById: string | null;
    stepCount: number;
    /**
     * Steps that are COMPLETED or SKIPPED.
     */
    doneCount: Generated<number>;
    /**
     * Whether steps of it ran at the same time.
     */
    parallel: Generated<boolean>;
    /**
     * Whether workflow_figure has it; analytics look at the rows of the others.
     */
    counted: Generated<boolean>;
    /**
     * The size of the outputs of all steps, as JSON.
     */
    outputBytes: Generated<number>;
    createdAt: Generated<Timestamp>;
    startedAt: Timestamp | null;
    finishedAt: Timestamp | null;
};
export type WorkflowFigure = {
    tenantId: string;
    level: number;
    block: number;
    /**
     * Zeros: all workflows together.
     */
    workflowId: string;
    /**
     * EXECUTION, or a type of steps.
     */
    subject: string;
    runs: number;
    completed: number;
    failed: number;
    cancelled: number;
    /**
     * Executions with steps that ran at the same time.
     */
    parallel: number;
    /**
     * Which times the COMPLETED took, each of these slots up to 1/16 wide: its number, how many, and their milliseconds together.
     */
    slots: number[];
    counts: number[];
    ms: number[];
};
export type WorkflowStepRun = {
    tenantId: string;
    executionId: string;
    stepId: string;
    /**
     * The step's place in the definition.
     */
    position: number;
    type: WorkflowStepType;
    status: Generated<WorkflowStepStatus>;
    attempts: Generated<number>;
    /**
     * Attempts before the execution was last resumed.
     */
    earlierAttempts: Generated<number>;
    /**
     * Attempts since then that failed; those that a kill ended did not.
     */
    failures: Generated<number>;
    /**
     * SKIPPED because a step that it depends on failed.
     */
    blocked: Generated<boolean>;
    /**
     * Given to the job that is to run it; a job with another id has lost it.
     */
    runId: string | null;
    /**
     * What the step remembers while it waits without a worker.
     */
    paused: unknown | null;
    output: unknown | null;
    errorMessage: string | null;
    startedAt: Timestamp | null;
    finishedAt: Timestamp | null;
};
export type WorkflowVersion = {
    tenantId: string;
    id: string;
    workflowId: string;
    version: number;
    name: string;
    /**
     * [{ id, type, dependsOn, input, when, parallel, timeoutSeconds }]
     */
    steps: unknown;
    /**
     * JSON Schema 2020-12 of the input of executions.
     */
    inputSchema: unknown | null;
    rateLimitPoints: number | null;
    rateLimitWindowSeconds: number | null;
    createdAt: Generated<Timestamp>;
};
export type WorkPackage = {
    tenantId: string;
    id: string;
    title: string;
    description: string | null;
    status: Generated<WorkPackageStatus>;
    contactId: string | null;
    /**
     * The client's organization.
     */
    companyId: string | null;
    startDate: Timestamp | null;
    expectedEndDate: Timestamp | null;
    phaseCount: Generated<number>;
    itemCount: Generated<number>;
    totalEstimatedHours: Generated<number>;
    progress: Generated<number>;
    /**
     * 1 when created; each transaction that changes the package, anything in it, or an artifact in it, adds 1.
     */
    version: Generated<number>;
    searchText: string;
    createdAt: Generated<Timestamp>;
    updatedAt: Generated<Timestamp>;
};
export type WorkPackageItem = {
    tenantId: string;
    id: string;
    workPackageId: string;
    phaseId: string;
    label: string;
    position: number;
    status: Generated<WorkItemStatus>;
    quantity: Generated<number>;
    estimatedHoursEach: Generated<number>;
    progressCompleted: Generated<number>;
};
export type WorkPackagePhase = {
    tenantId: string;
    id: string;
    workPackageId: string;
    name: string;
    description: string | null;
    position: number;
    itemCount: Generated<number>;
    totalEstimatedHours: Generated<number>;
    progress: Generated<number>;
    startDate: Timestamp | null;
    expectedEndDate: Timestamp | null;
};
export type DB = {
    activity: Activity;
    asset: Asset;
    blog: Blog;
    campaign: Campaign;
    campaign_contact: CampaignContact;
    campaign_counter: CampaignCounter;
    campaign_figures: CampaignFigures;
    campaign_reply: CampaignReply;
    campaign_settings: CampaignSettings;
    campaign_template: CampaignTemplate;
    campaign_trouble: CampaignTrouble;
    client: Client;
    collateral: Collateral;
    consent_word: ConsentWord;
    contact: Contact;
    contact_alias: ContactAlias;
    contact_erasure: ContactErasure;
    contact_export: ContactExport;
    contact_import: ContactImport;
    contact_import_problem: ContactImportProblem;
    contact_point: ContactPoint;
    contact_upload: ContactUpload;
    contact_upload_part: ContactUploadPart;
    crm_conflict: CrmConflict;
    crm_connection: CrmConnection;
    crm_record: CrmRecord;
    crm_sync: CrmSync;
    crm_sync_failure: CrmSyncFailure;
    deal: Deal;
    deck: Deck;
    duplicate_dismissal: DuplicateDismissal;
    erased_identity: ErasedIdentity;
    intake_path: IntakePath;
    intake_path_block: IntakePathBlock;
    intake_progress: IntakeProgress;
    kind_epoch: KindEpoch;
    kind_version: KindVersion;
    maintenance_request: MaintenanceRequest;
    message: Message;
    message_status_log: MessageStatusLog;
    notification: Notification;
    notification_counter: NotificationCounter;
    number_change: NumberChange;
    organization: Organization;
    organization_alias: OrganizationAlias;
    packet: Packet;
    packet_template: PacketTemplate;
    page: Page;
    persona: Persona;
    property: Property;
    question: Question;
    question_block: QuestionBlock;
    recipient_identity: RecipientIdentity;
    response_change: ResponseChange;
    search_word: SearchWord;
    send_queue: SendQueue;
    sending_figure: SendingFigure;
    technician: Technician;
    template: Template;
    tenant: Tenant;
    unknown_recipient: UnknownRecipient;
    user: User;
    webhook_inbox: WebhookInbox;
    whatsapp_number: WhatsappNumber;
    whatsapp_template: WhatsappTemplate;
    work_package: WorkPackage;
    work_package_item: WorkPackageItem;
    work_package_phase: WorkPackagePhase;
    workflow: Workflow;
    workflow_execution: WorkflowExecution;
    workflow_figure: WorkflowFigure;
    workflow_step_run: WorkflowStepRun;
    workflow_version: WorkflowVersion;
};
