/**
 * Every root field of the schema: who may use it, and that the other tenant's ids answer like ids
 * of nothing.
 */
import {
  type GraphQLField,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { type Message, notify } from '../../src/notifications/index.ts';
import { fillContactFiles } from '../support/contact-files.ts';
import { fillCrm } from '../support/crm-rows.ts';
import { eventually, openSocket } from '../support/live.ts';
import { fill } from '../support/operations.ts';
import { fillReplies } from '../support/reply-rows.ts';
import {
  startTestServer,
  type TestServer,
  type TestTenant,
  type TestUser,
} from '../support/server.ts';

const OWNERS_ONLY = new Set([
  ...[
    'users',
    'createUser',
    'updateUser',
    'updateTenant',
    'connectCrm',
    'disconnectCrm',
    'connectWhatsApp',
    'disconnectWhatsApp',
    'updateCampaignSettings',
    'system',
  ],
]);
const OF_CLIENTS = new Set([
  ...[
    'node',
    'nodes',
    'viewer',
    'portalDashboard',
    'workPackage',
    'workPackages',
    'client',
    'clients',
    'packets',
    'intakePath',
    'questionBlocks',
    'notifications',
    'search',
  ],
  ...[
    'saveIntakeProgress',
    'submitIntake',
    'markNotificationsRead',
    'workPackageChanged',
    'packetProgress',
    'packetChanged',
    'notificationAdded',
  ],
]);

let server: TestServer;
let south: Record<string, string | string[]>;

beforeAll(async () => {
  server = await startTestServer({ settings: { PACKET_MAX_ATTEMPTS: '1' } });
  south = await fill(server.south, 1);
  south['crmSync'] = await fillCrm(server.app, server.south, 1);
  Object.assign(south, await fillContactFiles(server.app, server.south, 1));
  south['receivedMessage'] = await fillReplies(server.app, server.south);
  south['optOut'] = await optOut(server.south, String(south['contact']));
  south['contactErasure'] = await erasure(server.south);
  // Who subscribes to notifications hears nothing where there are none.
  const { platform } = server.app;
  for (const role of ['OWNER', 'MEMBER', 'CLIENT'] as const) {
    const message: Message = { to: { role }, title: 'Hello', body: '', subject: null };
    await platform.database
      .forTenant(server.north)
      .transaction((tx) => notify(platform, tx, message));
  }
  const { data } = await server.south.owner.run(
    'query ($id: ID!) { contact(id: $id) { deals(first: 1) { nodes { id } } } }',
    { id: server.south.contactId },
  );
  south['deal'] = data.contact.deals.nodes[0].id;
});
afterAll(() => server.stop());

/** Notes that a contact wants no campaigns; answers the global id of that. */
async function optOut({ owner }: TestTenant, contactId: string): Promise<string> {
  await owner.run(
    'mutation ($id: ID!) { setMarketingConsent(input: { contactId: $id, state: OPTED_OUT }) { userErrors { message } } }',
    { id: contactId },
  );
  const { data } = await owner.run('{ optOuts(first: 1) { nodes { id } } }');
  return data.optOuts.nodes[0].id;
}

/** Erases somebody; answers the global id of the entry. */
async function erasure({ owner }: TestTenant): Promise<string> {
  const made = await owner.run(
    'mutation { createContact(input: { name: "Erased" }) { contact { id } } }',
  );
  const { data } = await owner.run(
    'mutation ($id: ID!) { eraseContact(input: { id: $id, reason: NOT_NEEDED }) { erasure { id } } }',
    { id: made.data.createContact.contact.id },
  );
  return data.eraseContact.erasure.id;
}

const ABSENT = '00000000-0000-4000-8000-000000000000';
const id = (type: string, uuid = ABSENT) => Buffer.from(`${type}:${uuid}`).toString('base64');

/**
 * A call of a root field with as little as validation asks for: ids of nothing, empty texts, the
 * first enum value.
 */
function call(field: GraphQLField<unknown, unknown>): string {
  const text = (type: Parameters<typeof getNamedType>[0]): string => {
    const named = getNamedType(type as never) as any;
    if (String(type).startsWith('[')) return '[]';
    if (isInputObjectType(named)) {
      const required = Object.values(named.getFields()).filter(
        (one) => isNonNullType(one.type) && one.defaultValue === undefined,
      );
      if (named.isOneOf)
        return `{ ${Object.values(named.getFields())
          .slice(0, 1)
          .map((one) => `${one.name}: ${text(one.type)}`)
          .join()} }`;
      return `{ ${required.map((one) => `${one.name}: ${text(one.type)}`).join(', ')} }`;
    }
    if (named.getValues) return named.getValues()[0].name;
    return (
      {
        ID: `"${id('WorkPackage')}"`,
        Int: '1',
        Float: '1',
        Boolean: 'true',
        String: '""',
        JSON: '{}',
      }[named.name as string] ?? '"2026-01-01"'
    );
  };
  const given = field.args
    .filter((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)
    .map((argument) => `${argument.name}: ${text(argument.type)}`);
  return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''}`;
}

function mayUse(role: string, name: string): boolean {
  if (role === 'client') return OF_CLIENTS.has(name);
  return role === 'owner' || !OWNERS_ONLY.has(name);
}

const roles = ['owner', 'member', 'client'] as const;
const queriesAndMutations = [
  ...Object.values(schema.getQueryType()?.getFields() ?? {}).map(
    (field) => ['query', field.name, field] as const,
  ),
  ...Object.values(schema.getMutationType()?.getFields() ?? {}).map(
    (field) => ['mutation', field.name, field] as const,
  ),
];

describe.each(roles)('an %s', (role) => {
  test.each(queriesAndMutations)('that sends a %s of %s', async (kind, name, field) => {
    const answer = await server.north[role].run(`${kind} { ${call(field)} }`);
    const codes = answer.errors?.map((error) => error.extensions.code) ?? [];
    expect(codes.includes('FORBIDDEN'), JSON.stringify(answer)).toBe(!mayUse(role, name));
    expect(codes.filter((code) => !['FORBIDDEN', 'BAD_USER_INPUT'].includes(code))).toEqual([]);
  });

  test.each(
    Object.values(schema.getSubscriptionType()?.getFields() ?? {}).map(
      (field) => [field.name, field] as const,
    ),
  )('that subscribes to %s', async (name, field) => {
    const socket = await openSocket(server.url, {
      authorization: `Bearer ${server.north[role].token}`,
    });
    await socket.message((message) => message.type === 'connection_ack');
    socket.send({
      id: '1',
      type: 'subscribe',
      payload: { query: `subscription { ${call(field)} }` },
    });
    const answer = await eventually('an answer', () =>
      socket.messages.find((message) => message.id === '1'),
    );
    const errors = answer.type === 'error' ? answer.payload : answer.payload?.errors;
    expect(errors?.[0]?.extensions.code === 'FORBIDDEN').toBe(!mayUse(role, name));
    socket.socket.terminate();
  });
});

describe("the other tenant's ids", () => {
  /** What a user is told, without the words that repeat the id itself. */
  async function told(user: TestUser, query: string, given: string): Promise<string> {
    const answer = await user.run(query, { id: given });
    return JSON.stringify({ ...answer, extensions: undefined }).replaceAll(given, 'ID');
  }

  const TYPES = {
    workPackage: 'WorkPackage',
    phase: 'WorkPackagePhase',
    item: 'WorkPackageItem',
    collateral: 'Collateral',
    blog: 'Blog',
    contact: 'Contact',
    organization: 'Organization',
    activity: 'Activity',
    contactErasure: 'ContactErasure',
    crmSync: 'CrmSync',
    contactUpload: 'ContactUpload',
    contactImport: 'ContactImport',
    receivedMessage: 'ReceivedMessage',
    optOut: 'OptOut',
    user: 'User',
    tenant: 'Tenant',
    client: 'Client',
    packet: 'Packet',
    packetTemplate: 'PacketTemplate',
    questionBlock: 'QuestionBlock',
    intakePath: 'IntakePath',
    deal: 'Deal',
    campaign: 'Campaign',
    campaignMessage: 'CampaignMessage',
    whatsAppNumber: 'WhatsAppNumber',
    notification: 'Notification',
    workflow: 'Workflow',
    execution: 'WorkflowExecution',
    property: 'Property',
    asset: 'Asset',
    technician: 'Technician',
    maintenanceRequest: 'MaintenanceRequest',
  };

  test('are ids of all node types', () => {
    const nodes = schema.getPossibleTypes(schema.getType('Node') as never).map((type) => type.name);
    // The five types of artifacts share their loader.
    expect(nodes.filter((name) => !Object.values(TYPES).includes(name)).sort()).toEqual([
      'Deck',
      'Page',
      'Persona',
      'Template',
    ]);
  });

  test.each(Object.entries(TYPES))(
    'of a %s are like absent ones in every field that takes an id',
    async (name, type) => {
      const foreign = String(south[name]);
      const queries = [
        'query ($id: ID!) { node(id: $id) { id } }',
        'query ($id: ID!) { nodes(ids: [$id]) { id } }',
        ...['workPackage', 'contact', 'organization', 'client', 'campaign'].map(
          (field) => `query ($id: ID!) { ${field}(id: $id) { id } }`,
        ),
        ...['contactId', 'companyId'].map(
          (field) =>
            `query ($id: ID!) { workPackages(filter: { ${field}: $id }) { totalCount nodes { id } } }`,
        ),
        'query ($id: ID!) { packets(filter: { clientId: $id }) { totalCount nodes { id } } }',
        ...['ownerId', 'organizationId'].map(
          (field) =>
            `query ($id: ID!) { contacts(filter: { ${field}: $id }) { totalCount nodes { id } } }`,
        ),
        ...idMutations(),
      ];
      for (const role of roles) {
        for (const query of queries)
          expect(await told(server.north[role], query, foreign), `${role}: ${query}`).toBe(
            await told(server.north[role], query, id(type)),
          );
      }
      expect(
        await told(server.south.owner, 'query ($id: ID!) { node(id: $id) { id } }', foreign),
      ).toContain('"node":{"id":"ID"}');
    },
  );

  /** Every mutation, with the id in each of its fields that take one. */
  function idMutations(): string[] {
    return Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((field) => {
      const [argument] = field.args;
      const input = argument && getNamedType(argument.type);
      if (!argument || !isInputObjectType(input)) return [];
      return Object.values(input.getFields())
        .filter((one) => getNamedType(one.type).name === 'ID')
        .map((one) => {
          const others = call({ ...field, args: [{ ...argument, type: argument.type }] } as never);
          const value = String(one.type).startsWith('[') ? '[$id]' : '$id';
          const set = others.includes(`${one.name}: "`)
            ? others.replace(new RegExp(`\\b${one.name}: "[^"]*"`), `${one.name}: ${value}`)
            : others.replace('input: {', `input: { ${one.name}: ${value},`);
          return `mutation ($id: ID!) { ${set.replace('{ __typename }', '{ __typename userErrors { code message field } }')} }`;
        });
    });
  }
});
