/**
 * Queries over the whole schema, made from the schema itself: from every root field along every
 * path of object fields. What needs arguments gets them from the tables here; a field that is
 * missing in them fails the tests.
 */
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import { answersFor, ENDLESS } from './intake.ts';
import { eventually } from './live.ts';
import { type TestTenant, type TestUser, WHATSAPP_TOKEN } from './server.ts';
import { fillWorkflows } from './workflows.ts';

const MAX_OBJECTS = 5;
/**
 * Of further variants of a root field, which differ from the first in what they find, not in what
 * lies below.
 */
const MAX_OBJECTS_OF_VARIANTS = 2;

/** Arguments of each root field, in variants; `$x` are the variables of `fill`. */
const ROOT_ARGUMENTS: Record<string, string[]> = {
  viewer: [''],
  node: [
    'id: $workPackage',
    'id: $phase',
    'id: $item',
    'id: $collateral',
    'id: $blog',
    'id: $contact',
    'id: $organization',
    'id: $activity',
    'id: $user',
    'id: $tenant',
    'id: $client',
    'id: $packet',
    'id: $packetTemplate',
    'id: $questionBlock',
    'id: $intakePath',
    'id: $campaign',
    'id: $campaignMessage',
    'id: $whatsAppNumber',
    'id: $optOut',
    'id: $notification',
    'id: $workflow',
    'id: $execution',
    'id: $property',
    'id: $asset',
    'id: $technician',
    'id: $maintenanceRequest',
    'id: $nothing',
  ],
  nodes: ['ids: $ids'],
  users: [
    'first: 25',
    'first: 25, filter: { role: [OWNER, MEMBER] }',
    'filter: { search: "north" }',
  ],
  workPackage: ['id: $workPackage', 'id: $nothing'],
  workPackages: [
    'first: 25',
    'last: 25',
    'first: 25, orderBy: { field: TITLE }',
    'first: 25, orderBy: { field: EXPECTED_END_DATE, direction: DESC }',
    'first: 25, filter: { status: [ACTIVE, DRAFT] }',
    'first: 25, filter: { timelineStatus: [ON_TRACK, AT_RISK, OVERDUE, NOT_STARTED] }',
    'first: 25, filter: { contactId: $contact }',
    'first: 25, filter: { companyId: $organization }',
    'first: 25, filter: { search: "pack" }',
  ],
  artifacts: [
    'first: 25',
    'last: 25',
    'first: 25, filter: { types: [BLOG, DECK] }',
    'first: 25, filter: { status: [DRAFT] }',
    'first: 25, filter: { search: "art" }',
  ],
  portalDashboard: [''],
  contact: ['id: $contact', 'id: $nothing'],
  contacts: [
    'first: 25',
    'last: 25',
    'first: 25, filter: { search: "contact" }',
    'first: 25, filter: { search: "contcat" }',
    'first: 25, orderBy: [{ field: LAST_CONTACTED, direction: DESC }, { field: NAME }]',
    'first: 25, filter: { marketingConsent: [OPTED_OUT, UNKNOWN] }',
    'first: 25, filter: { campaign: { campaignId: $campaign }, notCampaign: { campaignId: $campaign, status: [READ], replied: true } }',
    'first: 25, filter: { organizationId: $organization, ownerId: $user, maxWarmness: 10, addedToCampaign: false, notContactedSince: "2999-01-01T00:00:00Z" }',
  ],
  optOuts: ['first: 25', 'last: 25'],
  contactErasures: ['first: 25', 'last: 25'],
  exportContact: ['id: $contact'],
  organization: ['id: $organization', 'id: $nothing'],
  questionBlocks: ['', 'includeInactive: true', 'category: "profile"'],
  intakePaths: ['', 'includeInactive: true'],
  intakePath: ['clientType: INDIVIDUAL'],
  client: ['id: $client', 'id: $nothing'],
  clients: [
    'first: 25',
    'last: 25',
    'first: 25, filter: { clientType: [INDIVIDUAL, YOUTH] }',
    'first: 25, filter: { intakeCompleted: true }',
    'first: 25, filter: { search: "cli" }',
  ],
  packets: [
    'first: 25',
    'last: 25',
    'first: 25, filter: { clientId: $client }',
    'first: 25, filter: { status: [COMPLETED] }',
    'first: 25, filter: { status: [COMPLETED, FAILED], type: [WELCOME, YOUTH] }',
  ],
  packetTemplates: ['', 'packetType: WELCOME, includeInactive: true'],
  packetQueue: [''],
  campaignAnalytics: ['', 'from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z"'],
  intakeAnalytics: [
    '',
    'from: "2026-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", clientType: INDIVIDUAL',
  ],
  organizations: [
    'first: 25',
    'last: 25, orderBy: { field: NAME }',
    'first: 25, filter: { search: "org" }',
  ],
  // All kinds of objects have the number of one in their name.
  search: ['text: "0"', 'text: "contcat"'],
  duplicateContacts: ['first: 1'],
  organizationMatches: ['name: "Organization 0 Ltd."'],
  contactAnalytics: [''],
  whatsAppNumbers: [''],
  whatsAppTemplates: ['first: 25', 'last: 25'],
  previewCampaignMessage: ['campaignId: $campaign, contactId: $contact'],
  campaign: ['id: $campaign', 'id: $nothing'],
  campaignSettings: [''],
  campaigns: [
    'first: 25',
    'last: 25',
    'first: 25, filter: { status: [DRAFT, FAILED] }',
    'first: 25, filter: { search: "camp" }',
  ],
  connectedCrm: [''],
  crmConnection: [''],
  crmSyncs: ['first: 25', 'last: 25'],
  contactImport: ['id: $contactImport', 'id: $nothing'],
  contactImports: ['first: 25', 'last: 25'],
  contactImportPreview: ['uploadId: $contactUpload', 'uploadId: $nothing'],
  notifications: ['first: 25', 'unreadOnly: true'],
  workflow: ['key: "filled-0"', 'key: "nothing"'],
  workflows: ['first: 25'],
  workflowAnalytics: [
    '',
    'key: "filled-0", from: "2026-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z"',
  ],
  workflowPlan: [
    'steps: [{ id: "a", type: WAIT }, { id: "b", type: WAIT, dependsOn: ["a"] }]',
    'steps: [{ id: "a", type: WAIT, dependsOn: ["a"] }]',
  ],
  workflowExecutions: [
    'first: 25',
    'last: 25',
    'first: 25, filter: { status: [COMPLETED] }',
    'first: 25, filter: { workflowKey: "filled-0", status: [COMPLETED, FAILED] }',
  ],
  maintenanceRequests: [
    'first: 25',
    'first: 25, filter: { status: [OPEN, ASSIGNED], priority: [LOW] }',
  ],
  properties: ['first: 25', 'search: "house"'],
  technicians: ['first: 25', 'skill: "boilers"'],
  system: [''],
};

/** Arguments of fields of objects. */
const FIELD_ARGUMENTS: Record<string, string> = {
  'Contact.workPackages': 'first: 25',
  'Contact.recentActivities': 'limit: 3',
  'Contact.activities': 'first: 25',
  'Contact.deals': 'first: 3',
  'Organization.contacts': 'first: 25',
  'Organization.deals': 'first: 3',
  'Campaign.messages': 'first: 25',
  'CampaignMessage.replies': 'first: 3',
  'Contact.messages': 'first: 3',
  'CrmSync.failures': 'first: 3',
  'ContactImport.problems': 'first: 3',
  'Client.packets': 'first: 25',
  'PacketQueue.dead': 'first: 25',
  'Workflow.executions': 'first: 25',
};

export interface Operation {
  /** Such as `workPackages(first: 25) nodes phases items`. */
  name: string;
  query: string;
  /** The composite fields it passes, such as WorkPackage.phases. */
  covers: string[];
}

/** Fields of the schema for which the tables above have nothing. */
export function uncoveredFields(schema: GraphQLSchema): string[] {
  const roots = Object.keys(schema.getQueryType()?.getFields() ?? {})
    .filter((name) => !(name in ROOT_ARGUMENTS))
    .map((name) => `Query.${name}`);
  const nested = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) &&
    type !== schema.getQueryType() &&
    type !== schema.getMutationType() &&
    type !== schema.getSubscriptionType() &&
    !type.name.startsWith('__')
      ? Object.values(type.getFields())
          .filter(
            (field) => field.args.length > 0 && !(`${type.name}.${field.name}` in FIELD_ARGUMENTS),
          )
          .map((field) => `${type.name}.${field.name}`)
      : [],
  );
  return [...roots, ...nested];
}

/**
 * Every operation that the schema allows, up to five objects deep; the innermost objects answer all
 * their scalars.
 */
export function allOperations(schema: GraphQLSchema): Operation[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
    (field) => field.name in ROOT_ARGUMENTS,
  );
  return fields.flatMap((field) =>
    (ROOT_ARGUMENTS[field.name] ?? []).flatMap((argumentsText, variant) =>
      operationsOf(schema, field, {
        argumentsText,
        maxObjects: variant === 0 ? MAX_OBJECTS : MAX_OBJECTS_OF_VARIANTS,
      }),
    ),
  );
}

/** What the variables of `node` are ids of: other types' fields answer nothing there. */
const NODE_TYPES: Record<string, string> = {
  phase: 'WorkPackagePhase',
  item: 'WorkPackageItem',
  nothing: 'WorkPackage',
};

/** The type that a root field answers with these arguments. */
function typeOf(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  argumentsText: string,
): GraphQLNamedType {
  const name = /^id: \$(\w)(\w*)$/.exec(argumentsText);
  if (field.name !== 'node' || name === null) return getNamedType(field.type);
  const [, first = '', rest = ''] = name;
  return schema.getType(NODE_TYPES[first + rest] ?? first.toUpperCase() + rest) as GraphQLNamedType;
}

interface Variant {
  argumentsText: string;
  maxObjects: number;
}

function operationsOf(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  { argumentsText, maxObjects }: Variant,
): Operation[] {
  const head = `${field.name}${argumentsText && `(${argumentsText})`}`;
  const type = typeOf(schema, field, argumentsText);
  return pathsFrom({ schema, maxObjects }, type, []).map(({ selection: inner, path }) => {
    const selection = field.name === 'node' ? `... on ${type.name} { ${inner} }` : inner;
    const used = [...new Set(argumentsText.match(/\$\w+/g) ?? [])].map(
      (name) => `${name}: ${name === '$ids' ? '[ID!]!' : 'ID!'}`,
    );
    return {
      name: [head, ...path].join(' '),
      query: `query${used.length > 0 ? ` (${used.join(', ')})` : ''} { ${head} { ${selection} } }`,
      covers: [`Query.${field.name}`, ...path],
    };
  });
}

interface Path {
  selection: string;
  path: string[];
}

function pathsFrom(
  within: { schema: GraphQLSchema; maxObjects: number },
  type: GraphQLNamedType,
  path: string[],
): Path[] {
  const { schema, maxObjects } = within;
  if (isAbstractType(type)) {
    // Below a field that is a node of any type lies the whole schema once more.
    const deepest = type.name === 'Node' && path.length > 0 ? 1 : undefined;
    return schema.getPossibleTypes(type).flatMap((possible) =>
      pathsFrom(within, possible, path)
        .slice(0, deepest)
        .map((inner) => ({
          ...inner,
          selection: `... on ${possible.name} { ${inner.selection} }`,
        })),
    );
  }
  if (!isObjectType(type)) return [];
  const fields = Object.values(type.getFields());
  const scalars = fields
    .filter((field) => !isCompositeType(getNamedType(field.type)))
    .map((field) => `${type.name}_${field.name}: ${field.name}`);
  const here = { selection: ['leaf: __typename', ...scalars].join(' '), path };
  // A connection and its edges are no objects of their own.
  const depth = path.filter((name) => !/(Connection|Edge)\./.test(name)).length;
  const deeper = fields.filter(
    (field) =>
      isCompositeType(getNamedType(field.type)) && depth < maxObjects - 1 && isNew(field, path),
  );
  const inner = deeper.flatMap((field) => {
    const name = `${type.name}.${field.name}`;
    const given = FIELD_ARGUMENTS[name];
    return pathsFrom(within, getNamedType(field.type), [...path, name]).map((one) => ({
      ...one,
      selection: `${field.name}${given ? `(${given})` : ''} { ${one.selection} }`,
    }));
  });
  return [here, ...inner];
}

/**
 * Whether a path learns something by this field: types that it met are read by the same loaders,
 * and edges below the first list as nodes are.
 */
function isNew(field: GraphQLField<unknown, unknown>, path: readonly string[]): boolean {
  const target = getNamedType(field.type).name;
  if (field.name === 'edges') return !path.some((step) => /Connection\./.test(step));
  return !path.some((step) => step.startsWith(`${target}.`));
}

const ARTIFACTS = [
  { blog: { content: 'one two' } },
  { persona: { narrative: 'n' } },
  { template: { body: 'Hi {{ name }}' } },
  { deck: { slides: [{ heading: 'h', body: 'b' }] } },
  { page: { path: '/', content: 'c' } },
];

async function run(user: TestUser, query: string, input: object): Promise<any> {
  const answer = await user.run(query, { input });
  const payload = Object.values(answer.data ?? {})[0] as any;
  if (answer.errors || payload.userErrors.length > 0)
    throw new Error(JSON.stringify([query, answer]));
  return payload;
}

/**
 * Fills a tenant with `times` clients with finished packets, the first of them its first contact,
 * and as many with a packet that FAILED. Wants PACKET_MAX_ATTEMPTS=1.
 */
async function fillIntake(
  { owner, contactId }: TestTenant,
  times: number,
): Promise<Record<string, string>> {
  const failing = {
    packetType: 'YOUTH',
    name: 'Endless',
    isDefault: true,
    sections: [{ heading: 'x', body: ENDLESS }],
  };
  await run(
    owner,
    'mutation ($input: UpsertPacketTemplateInput!) { upsertPacketTemplate(input: $input) { userErrors { message } } }',
    failing,
  );
  let client = '';
  for (let index = 0; index < 2 * times; index += 1) {
    const clientType = index < times ? 'INDIVIDUAL' : 'YOUTH';
    const input = {
      name: `Client ${index}`,
      clientType,
      contactId: index === 0 ? contactId : null,
    };
    const created = await run(
      owner,
      'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id } userErrors { message } } }',
      input,
    );
    client ||= created.client.id;
    const answers = await answersFor(owner, clientType);
    await run(
      owner,
      'mutation ($input: SubmitIntakeInput!) { submitIntake(input: $input) { userErrors { message } } }',
      {
        clientId: created.client.id,
        answers,
      },
    );
  }
  await eventually('all packets are finished', async () => {
    const { data } = await owner.run('{ packetQueue { pending processing } }');
    return data.packetQueue.pending + data.packetQueue.processing === 0;
  });
  const { data } = await owner.run(
    'query ($id: ID!) { client(id: $id) { packets(first: 1) { nodes { id } } } packetTemplates { id } questionBlocks { id } intakePath(clientType: INDIVIDUAL) { id } }',
    { id: client },
  );
  return {
    client,
    packet: data.client.packets.nodes[0].id,
    packetTemplate: data.packetTemplates[0].id,
    questionBlock: data.questionBlocks[0].id,
    intakePath: data.intakePath.id,
  };
}

/**
 * Fills a tenant with `times` packages, phases in each, items in each of these, and so on, all of
 * its first contact; answers the operations' variables.
 */
export async function fill(
  tenant: TestTenant,
  times: number,
): Promise<Record<string, string | string[]>> {
  const { owner } = tenant;
  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  const artifacts: string[] = [];
  for (const body of many(times, () => ARTIFACTS).flat()) {
    artifacts.push(
      (
        await run(
          owner,
          'mutation ($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id } userErrors { message } } }',
          {
            title: 'Artifact',
            body,
          },
        )
      ).artifact.id,
    );
  }
  const { contact: own } = (
    await owner.run('query ($id: ID!) { contact(id: $id) { email } }', { id: tenant.contactId })
  ).data;
  let activity = '';
  const contactIds: string[] = [];
  for (const index of many(times, Number)) {
    await run(
      owner,
      'mutation ($input: CreateUserInput!) { createUser(input: $input) { userErrors { message } } }',
      {
        name: `North ${index}`,
        email: `${crypto.randomUUID()}@x.example`,
        role: 'MEMBER',
      },
    );
    const { contact } = await run(
      owner,
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
      {
        name: `Contact ${index}`,
        // The first one looks like a duplicate of the tenant's own.
        email: index === 0 ? own.email : null,
        organizationName: `Organization ${index}`,
      },
    );
    contactIds.push(contact.id);
    activity = (
      await run(
        owner,
        'mutation ($input: LogActivityInput!) { logActivity(input: $input) { activity { id } userErrors { message } } }',
        {
          contactId: tenant.contactId,
          type: 'CALL',
          subject: `Call ${index}`,
        },
      )
    ).activity.id;
  }
  const items = () =>
    many(times, (index) => ({
      label: `Item ${index}`,
      quantity: 2,
      estimatedHoursEach: 1.5,
      collateral: artifacts.slice(0, Math.min(5 * times, 20)).map((artifactId) => ({ artifactId })),
    }));
  let workPackage = '';
  for (const index of many(times, Number)) {
    const phases = many(times, (phase) => ({ name: `Phase ${phase}`, items: items() }));
    const input = {
      title: `Package ${index}`,
      startDate: '2026-11-02',
      contactId: tenant.contactId,
      phases,
    };
    workPackage = (
      await run(
        owner,
        'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { workPackage { id } userErrors { message } } }',
        input,
      )
    ).workPackage.id;
    await run(
      owner,
      'mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { userErrors { message } } }',
      {
        id: workPackage,
        status: 'ACTIVE',
      },
    );
  }
  const { data } = await owner.run(
    'query ($id: ID!) { workPackage(id: $id) { phases { id items { id collateral { id } } } } viewer { user { id } tenant { id } } }',
    { id: workPackage },
  );
  const [phase] = data.workPackage.phases;
  const campaigns = await fillCampaigns(tenant, (query, input) => run(owner, query, input), times);
  for (const contactId of contactIds)
    await run(
      owner,
      'mutation ($input: SetMarketingConsentInput!) { setMarketingConsent(input: $input) { userErrors { message } } }',
      { contactId, state: 'OPTED_OUT', note: 'Asked on the phone' },
    );
  const optOuts = (await owner.run('{ optOuts(first: 1) { nodes { id } } }')).data.optOuts;
  const ids = {
    ...campaigns,
    optOut: optOuts.nodes[0].id,
    workPackage,
    phase: phase.id,
    item: phase.items[0].id,
    collateral: phase.items[0].collateral[0].id,
    blog: artifacts[0] ?? '',
    contact: tenant.contactId,
    organization: tenant.organizationId,
    activity,
    user: data.viewer.user.id,
    tenant: data.viewer.tenant.id,
    ...(await fillIntake(tenant, times)),
    ...(await fillWorkflows(tenant, times)),
  };
  return {
    ...ids,
    nothing: Buffer.from(`WorkPackage:${crypto.randomUUID()}`).toString('base64'),
    ids: [
      ...Object.values(ids),
      ...artifacts,
      ...data.workPackage.phases.flatMap((one: any) => [
        one.id,
        ...one.items.map((item: any) => item.id),
      ]),
    ],
  };
}

/**
 * Campaigns to all contacts; these have no phone numbers, so that all messages fail at the launch
 * and nothing moves afterwards.
 */
async function fillCampaigns(
  tenant: TestTenant,
  run: (query: string, input: object) => Promise<any>,
  times: number,
): Promise<Record<string, string>> {
  const phoneNumberId = crypto.randomUUID();
  const connect =
    'mutation ($input: ConnectWhatsAppInput!) { connectWhatsApp(input: $input) { number { id } userErrors { message } } }';
  const { number } = await run(connect, {
    phoneNumberId,
    displayPhoneNumber: '+1 555 078 3881',
    accessToken: WHATSAPP_TOKEN,
  });
  let campaign = '';
  for (let index = 0; index < times; index += 1) {
    const create =
      'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id } userErrors { message } } }';
    const templates = [{ templateName: 'first' }, { templateName: 'second' }];
    campaign = (await run(create, { name: `Campaign ${index}`, templates, contactFilter: {} }))
      .campaign.id;
    await run(
      'mutation ($input: CampaignIdInput!) { launchCampaign(input: $input) { userErrors { message } } }',
      { id: campaign },
    );
  }
  const { data } = await tenant.owner.run(
    'query ($id: ID!) { campaign(id: $id) { messages(first: 1) { nodes { id } } } }',
    { id: campaign },
  );
  return {
    whatsAppNumber: number.id,
    campaign,
    campaignMessage: data.campaign.messages.nodes[0].id,
  };
}

/** The variables that an operation declares. */
export function variablesOf(
  query: string,
  all: Record<string, string | string[]>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => new RegExp(`\\$${name}:`).test(query)),
  );
}
