/** Erasing a person: nothing that names them is left, and what was counted still is. */
import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import {
  bodyOf,
  call,
  folded,
  reply,
  type SeededCampaign,
  seedCampaign,
  status,
  WHATSAPP_SETTINGS,
} from '../campaigns/webhook-calls.ts';
import { finishedPackets, submittedClient } from '../intake/operations.ts';
import { upload } from '../support/contact-files.ts';
import { eventually, subscribe } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { sql, uuidOf } from './operations.ts';

const WAIT_MS = 120_000;

let server: TestServer;
let owner: TestUser;
beforeAll(async () => {
  server = await startTestServer({ settings: WHATSAPP_SETTINGS });
  owner = server.north.owner;
}, WAIT_MS);
afterAll(() => server.stop());

/** Runs an operation that has to succeed, and answers its first field. */
async function run(text: string, variables: object, user = owner): Promise<any> {
  const { data, errors } = await user.run(text, variables);
  const field: any = Object.values(data ?? {})[0];
  if (errors || field?.userErrors?.length > 0) throw new Error(JSON.stringify([errors, field]));
  return field;
}

const ERASE = `mutation ($input: EraseContactInput!) { eraseContact(input: $input) { erasure { id status progress } userErrors { code field message } } }`;
const ERASURE =
  'query ($id: ID!) { node(id: $id) { ... on ContactErasure { status progress reason createdAt finishedAt requestedBy { email } } } }';

/** Erases a contact and answers the entry. */
async function erase(id: string): Promise<any> {
  const { erasure } = await run(ERASE, { input: { id, reason: 'CONSENT_WITHDRAWN' } });
  return ended(erasure.id);
}

const ended = (id: string) =>
  eventually('the erasure ends', async () => {
    const entry = await run(ERASURE, { id });
    return entry.finishedAt !== null && entry;
  });

/** Where words still stand, in all texts and documents of the database. */
async function traces(words: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const { rows: columns } = await client.query(
      `select table_schema as schema, table_name as "table", column_name as name from information_schema.columns
       join information_schema.tables using (table_schema, table_name)
       where table_type = 'BASE TABLE' and table_schema in ('public', 'pgboss') and (data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea'))`,
    );
    const found: string[] = [];
    for (const { schema, table, name } of columns)
      for (const word of words) {
        const { rows } = await client.query(
          `select 1 from "${schema}"."${table}" where strpos(lower("${name}"::text), lower($1)) > 0 limit 1`,
          [word],
        );
        if (rows.length > 0) found.push(`${table}.${name}: ${word}`);
      }
    return found;
  } finally {
    await client.end();
  }
}

async function figures(campaign: SeededCampaign) {
  const [kept, counted] = await Promise.all(
    [
      '"campaign_counter" where "campaignId" = $1',
      `"countCampaign"('${server.north.tenantId}', $1)`,
    ].map((from) =>
      sql(
        server.databaseUrl,
        `select "templateId", total, sent, delivered, "read", replied, failed from ${from} order by 1`,
        [campaign.campaignId],
      ),
    ),
  );
  const { contactCount } = await run('query ($id: ID!) { campaign(id: $id) { contactCount } }', {
    id: campaign.id,
  });
  return { kept, counted, contactCount };
}

/** Somebody with everything that can be held about a person. */
let people = 0;
const SECOND_PHONE = '+16505550999';

async function somebody(firstPhone = 16505550100) {
  people += 1;
  const campaign = await seedCampaign(server, server.north, {
    messages: 3,
    firstPhone,
  });
  const [message] = campaign.messages;
  if (!message) throw new Error('There is no message.');
  const id = encodeGlobalId('Contact', message.contactId);
  const phone = message.phone;
  await run(
    'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { message } } }',
    {
      input: {
        id,
        name: 'Zsófia Quandt-Öztürk',
        emails: [{ address: 'zsofia@quandt.example' }, { address: 'zs@second.example' }],
        phones: [{ number: phone }, { number: SECOND_PHONE }],
      },
    },
  );
  await run(
    'mutation ($input: LogActivityInput!) { logActivity(input: $input) { userErrors { message } } }',
    {
      input: { contactId: id, type: 'CALL', subject: 'Tea with Zsófia', note: 'Likes xylophones' },
    },
  );
  await run(
    'mutation ($input: LogActivityInput!) { logActivity(input: $input) { userErrors { message } } }',
    {
      input: {
        contactId: server.north.contactId,
        type: 'NOTE',
        subject: 'Met Zsófia Quandt-Öztürk',
        note: `Wrote to zsofia@quandt.example and zs@second.example, called ${SECOND_PHONE}`,
      },
    },
  );
  await run(
    'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { userErrors { message } } }',
    { input: { title: 'Site of Zsófia Quandt-Öztürk', contactId: id } },
  );
  await run(
    'mutation ($input: CreateUserInput!) { createUser(input: $input) { userErrors { message } } }',
    {
      input: {
        name: 'Zsófia Q',
        email: `portal${people}@quandt.example`,
        role: 'CLIENT',
        contactId: id,
        phone,
      },
    },
  );
  await sql(
    server.databaseUrl,
    `insert into deal ("tenantId", id, "contactId", "organizationId", title, value, status)
     select $1, gen_random_uuid(), $2, o.id, 'Zsófia’s deal', 5000, 'OPEN' from organization o where "tenantId" = $1 limit 1`,
    [server.north.tenantId, message.contactId],
  );
  const client = await submittedClient(owner, { name: 'Zsófia Quandt-Öztürk', contactId: id });
  await finishedPackets(owner, client.id);
  await call(
    server.url,
    bodyOf(campaign.phoneNumberId, {
      statuses: [status(message.whatsappMessageId, 'delivered', { recipient_id: phone.slice(1) })],
      messages: [
        reply(`in.secret.${people}`, phone.slice(1), { text: { body: 'My secret is xylophones' } }),
        reply(`in.stop.${people}`, phone.slice(1), { text: { body: 'STOP' } }),
        reply(`in.second.${people}`, SECOND_PHONE.slice(1), { text: { body: 'It is me' } }),
      ],
    }),
  );
  await folded(server);
  return { id, campaign, message, phone, clientId: client.id };
}

const WORDS = (phone: string) => [
  ...['zsófia', 'zsofia', 'quandt', 'öztürk', 'xylophones', phone],
  ...['zs@second', SECOND_PHONE, 'It is me'],
];

describe('eraseContact', () => {
  test(
    'leaves no trace of the person, figures as they were, and an entry that names nobody',
    async () => {
      const { id, campaign, message, phone, clientId } = await somebody();
      const before = await figures(campaign);
      expect(before.kept).toEqual([expect.objectContaining({ total: 3, sent: 3, replied: 1 })]);
      expect((await traces(WORDS(phone))).length).toBeGreaterThan(15);
      const entry = await erase(id);
      expect(entry).toEqual({
        status: 'COMPLETED',
        progress: 100,
        reason: 'CONSENT_WITHDRAWN',
        createdAt: expect.any(String),
        finishedAt: expect.any(String),
        requestedBy: { email: owner.email },
      });
      expect(await traces([...WORDS(phone), message.contactId])).toEqual([]);
      const after = await figures(campaign);
      expect(after).toEqual(before);
      expect(after.counted).toEqual(after.kept);
      expect(await run('query ($id: ID!) { contact(id: $id) { id } }', { id })).toBeNull();
      expect(await run('query ($id: ID!) { client(id: $id) { id } }', { id: clientId })).toBeNull();
      const rows = await run(
        'query ($id: ID!) { campaign(id: $id) { messages { nodes { phone status contact { id } } } } }',
        { id: campaign.id },
      );
      expect(rows.messages.nodes[0]).toEqual({ phone: null, status: 'DELIVERED', contact: null });
      const { drift } = await run(
        'mutation ($input: CampaignIdInput!) { recountCampaign(input: $input) { drift userErrors { message } } }',
        { input: { id: campaign.id } },
      );
      expect(drift).toBe(0);

      // What WhatsApp still reports counts, and names nobody.
      await call(
        server.url,
        bodyOf(campaign.phoneNumberId, {
          statuses: [
            status(message.whatsappMessageId, 'read', {
              recipient_id: phone.slice(1),
              recipient_user_id: 'US.4711zsofia',
            }),
          ],
        }),
      );
      await folded(server);
      const late = await figures(campaign);
      expect(late.kept).toEqual([expect.objectContaining({ read: 1, replied: 1 })]);
      expect(late.counted).toEqual(late.kept);
      expect(await traces(WORDS(phone))).toEqual([]);

      // Whoever adds the number again does not write to somebody who wanted no messages.
      const { contact } = await run(
        'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id marketingConsent { state } } userErrors { message } } }',
        { input: { name: 'Somebody', phone } },
      );
      expect(contact.marketingConsent).toEqual({ state: 'OPTED_OUT' });
      const other = await run(
        'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
        { input: { name: 'Somebody else' } },
      );
      const updated = await run(
        'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { marketingConsent { state } } userErrors { message } } }',
        { input: { id: other.contact.id, phone } },
      );
      expect(updated.contact.marketingConsent).toEqual({ state: 'OPTED_OUT' });
    },
    WAIT_MS,
  );

  test(
    'leaves a number and its messages to others who have it',
    async () => {
      const campaign = await seedCampaign(server, server.north, { messages: 1 });
      const [message] = campaign.messages;
      const phone = message?.phone ?? '';
      const id = encodeGlobalId('Contact', message?.contactId ?? '');
      const { contact } = await run(
        'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
        { input: { name: 'Reception', phone } },
      );
      await call(
        server.url,
        bodyOf(campaign.phoneNumberId, {
          messages: [reply(`in.${phone}`, phone.slice(1), { text: { body: 'Hello from us' } })],
        }),
      );
      await folded(server);
      const before = await figures(campaign);
      await erase(id);
      const after = await figures(campaign);
      expect(after).toEqual(before);
      expect(after.counted).toEqual(after.kept);
      const read = await run(
        'query ($id: ID!) { contact(id: $id) { phoneE164 messages { nodes { text } } } }',
        { id: contact.id },
      );
      expect(read).toEqual({ phoneE164: phone, messages: { nodes: [{ text: 'Hello from us' }] } });
    },
    WAIT_MS,
  );

  test(
    'shows its progress, runs once, and is refused to others',
    async () => {
      const { contact } = await run(
        'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
        { input: { name: 'Watched' } },
      );
      const input = { id: contact.id, reason: 'NOT_NEEDED' };
      const foreign = await server.south.owner.run(ERASE, { input });
      expect(foreign.data.eraseContact.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
      const portal = await server.north.client.run(ERASE, { input });
      expect(portal.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      const { erasure } = await run(ERASE, { input });
      const watching = subscribe(server.url, owner, {
        id: erasure.id,
        query:
          'subscription ($id: ID!) { contactErasureProgress(id: $id) { version status progress } }',
      });
      expect((await ended(erasure.id)).status).toBe('COMPLETED');
      const last = await eventually('the end is told', async () => {
        const states = watching.events.map((event) => event.data.contactErasureProgress);
        return states.find(({ status: state }) => state === 'COMPLETED');
      });
      expect(last.progress).toBe(100);
      watching.stop();
      const list = await run('{ contactErasures { totalCount nodes { id } } }', {});
      expect(list.nodes.map((node: any) => node.id)).toContain(erasure.id);
    },
    WAIT_MS,
  );
});

test(
  'an erasure takes the cells of bad rows that are about the person, and no others',
  async () => {
    const { contact } = await run(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
      {
        input: {
          name: 'Wilma Xanthou',
          emails: [{ address: 'wilma@first.example' }, { address: 'wx@second.example' }],
        },
      },
    );
    const uploadId = await upload(
      server.url,
      owner,
      [
        'first name,last name,email,lead status',
        'Wilma,Xanthou,,never heard',
        'W.,X.,wx@second.example,never heard',
        'Olga,Xanthou,olga@xanthou.example,never heard',
      ].join('\n'),
    );
    await run(
      'mutation ($input: ImportContactsInput!) { importContacts(input: $input) { import { id } userErrors { message } } }',
      { input: { uploadId } },
    );
    // The erasure waits for the import.
    expect((await erase(contact.id)).status).toBe('COMPLETED');
    expect(await traces(['wilma', 'wx@second'])).toEqual([]);
    expect(await traces(['olga@xanthou'])).toEqual(['contact_import_problem.row: olga@xanthou']);
    expect(
      await sql(server.databaseUrl, 'select line from contact_import_problem order by 1', []),
    ).toEqual([{ line: 2 }, { line: 3 }, { line: 4 }]);
  },
  WAIT_MS,
);

test(
  'an erasure whose process is killed goes on where it was',
  async () => {
    const { contact } = await run(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
      { input: { name: 'Halfway Erased', email: 'halfway@erased.example' } },
    );
    // As a killed process leaves it: begun, some steps done, its job back in the queue.
    await sql(
      server.databaseUrl,
      `create function "dieOnce"() returns trigger language plpgsql as $$ begin
         if (select count(*) from pg_sequences where sequencename = 'deaths') = 0 then return old; end if;
         if nextval('deaths') < 4 then raise exception 'killed'; end if; return old; end $$;
       create sequence deaths;
       create trigger die before delete on contact for each row execute function "dieOnce"()`,
      [],
    );
    const entry = await erase(contact.id);
    expect(entry.status).toBe('COMPLETED');
    expect(await traces(['halfway'])).toEqual([]);
    expect(uuidOf(contact.id)).not.toBe('');
    await sql(server.databaseUrl, 'drop trigger die on contact', []);
  },
  WAIT_MS,
);

test('deleteContact names eraseContact and exportContact where it is refused', async () => {
  const { contact } = await run(
    'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
    { input: { name: 'Referred to' } },
  );
  await run(
    'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { userErrors { message } } }',
    { input: { title: 'x', contactId: contact.id } },
  );
  const { data } = await owner.run(
    'mutation ($id: ID!) { deleteContact(input: { id: $id }) { userErrors { code message } } }',
    { id: contact.id },
  );
  expect(data.deleteContact.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
  expect(data.deleteContact.userErrors[0].message).toMatch(/eraseContact.*exportContact/);
});

describe('exportContact', () => {
  const EXPORT = 'query ($id: ID!) { exportContact(id: $id) { path } }';
  const get = (path: string, user: TestUser) =>
    fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${user.token}` } });

  test(
    'is one JSON file of everything that is held about a person, for members of their tenant',
    async () => {
      const { id, phone } = await somebody(16505550200);
      const { path } = await run(EXPORT, { id });
      const answer = await get(path, server.north.member);
      expect(answer.headers.get('content-disposition')).toMatch(
        /^attachment; filename=".+\.json"$/,
      );
      const file = (await answer.json()) as any;
      expect(file).toMatchObject({
        contact: { name: 'Zsófia Quandt-Öztürk', email: 'zsofia@quandt.example', phoneE164: phone },
        activities: [{ note: 'Likes xylophones' }],
        deals: [{ title: 'Zsófia’s deal' }],
        consent: [{ identity: phone, optedOut: true, source: 'KEYWORD' }],
        portalUsers: [{ email: 'portal2@quandt.example' }],
        campaignMessages: [{ phone, status: 'SENT' }],
        workPackages: [{ title: 'Site of Zsófia Quandt-Öztürk' }],
        intake: [{ name: 'Zsófia Quandt-Öztürk', answers: expect.any(Object) }],
        packets: expect.arrayContaining([expect.objectContaining({ status: 'COMPLETED' })]),
      });
      expect(file.contact.points.map((point: any) => point.key).sort()).toEqual(
        [phone, SECOND_PHONE, 'zs@second.example', 'zsofia@quandt.example'].sort(),
      );
      expect(file.receivedMessages.map((message: any) => message.text).sort()).toEqual([
        'It is me',
        'My secret is xylophones',
        'STOP',
      ]);
      expect(await (await get(path, server.south.owner)).json()).toMatchObject({
        errors: [{ extensions: { code: 'NOT_FOUND' } }],
      });
      expect((await get(path, server.north.client)).status).toBe(403);
      expect((await fetch(`${server.url}${path}`)).status).toBe(401);
      const foreign = await server.south.owner.run(EXPORT, { id });
      expect(foreign.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    },
    WAIT_MS,
  );

  test(
    'can be downloaded after many who left before it came',
    async () => {
      const { contact } = await run(
        'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
        { input: { name: 'Asked for' } },
      );
      const { path } = await run(EXPORT, { id: contact.id });
      const { hostname, port } = new URL(server.url);
      const head = `GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${owner.token}\r\n\r\n`;
      for (let times = 0; times < 8; times += 1) {
        const socket = connect(Number(port), hostname);
        await new Promise<void>((sent) => socket.write(head, () => sent()));
        socket.destroy();
        await once(socket, 'close');
      }
      expect((await get(path, owner)).status).toBe(200);
    },
    WAIT_MS,
  );

  test(
    'has every activity of somebody with thousands',
    async () => {
      const { contact } = await run(
        'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
        { input: { name: 'Busy' } },
      );
      await sql(
        server.databaseUrl,
        `insert into activity ("tenantId", id, "contactId", type, subject, "occurredAt")
         select $1, gen_random_uuid(), $2, 'NOTE', 'a' || n, now() from generate_series(1, 2001) n`,
        [server.north.tenantId, uuidOf(contact.id)],
      );
      const { path } = await run(EXPORT, { id: contact.id });
      const { activities } = (await (await get(path, owner)).json()) as any;
      expect(new Set(activities.map((activity: any) => activity.subject)).size).toBe(2001);
    },
    WAIT_MS,
  );
});
