/**
 * A server that sends to a sandbox WhatsApp, whose events come back to its webhook; and campaigns
 * made over its API.
 */
import { v7 as uuidv7 } from 'uuid';
import {
  startWhatsAppSandbox,
  type WhatsAppSandbox,
  type WhatsAppSandboxOptions,
} from '../../src/sandbox/whatsapp.ts';
import { eventually } from '../support/live.ts';
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
  type TestTenant,
} from '../support/server.ts';

const APP_SECRET = 'the secret of the app';
const ENCRYPTION_KEY = '0f'.repeat(32);

export interface CampaignServer {
  server: TestServer;
  sandbox: WhatsAppSandbox;
  stop: () => Promise<void>;
}

export interface CampaignServerOptions extends TestServerOptions {
  sandbox?: Partial<WhatsAppSandboxOptions>;
}

export function whatsAppSettings(sandbox: WhatsAppSandbox): Record<string, string> {
  return {
    WHATSAPP_API_URL: sandbox.url,
    WHATSAPP_APP_SECRET: APP_SECRET,
    WHATSAPP_VERIFY_TOKEN: 'verify-token',
    ENCRYPTION_KEY,
  };
}

/** Both tenants have a number: 1001 and 2001. */
export async function startCampaignServer(
  options: CampaignServerOptions = {},
): Promise<CampaignServer> {
  const sandbox = await startWhatsAppSandbox({
    appSecret: APP_SECRET,
    speed: 20,
    ...options.sandbox,
  });
  const server = await startTestServer({
    ...options,
    settings: { ...whatsAppSettings(sandbox), ...options.settings },
  });
  sandbox.sendEventsTo(`${server.url}/webhooks/whatsapp`);
  await connect(server.north, '1001', sandbox.accessToken);
  await connect(server.south, '2001', sandbox.accessToken);
  const stop = async () => {
    await sandbox.close();
    await server.stop();
  };
  return { server, sandbox, stop };
}

const CONNECT =
  'mutation ($input: ConnectWhatsAppInput!) { connectWhatsApp(input: $input) { number { id } userErrors { code field message } } }';

/** Connects a number; answers its id. */
export async function connect(
  tenant: TestTenant,
  phoneNumberId: string,
  accessToken: string,
): Promise<string> {
  const { number } = await mutate(tenant, CONNECT, {
    phoneNumberId,
    displayPhoneNumber: `+1 555 078 ${phoneNumberId}`,
    accessToken,
  });
  return number.id;
}

/** The payload of a mutation that must succeed. */
export async function mutate(tenant: TestTenant, query: string, input: object): Promise<any> {
  const answer = await tenant.owner.run(query, { input });
  const payload = Object.values(answer.data ?? {})[0] as any;
  if (answer.errors || payload.userErrors.length > 0)
    throw new Error(JSON.stringify([query, input, answer]));
  return payload;
}

/** The userErrors of a mutation. */
export async function refused(
  tenant: TestTenant,
  query: string,
  input: object,
): Promise<{ code: string; field: string[]; message: string }[]> {
  const answer = await tenant.owner.run(query, { input });
  if (answer.errors) throw new Error(JSON.stringify(answer));
  return (Object.values(answer.data ?? {})[0] as any).userErrors;
}

const FIELDS =
  '{ campaign { id name status statusReason contactCount scheduledAt startedAt completedAt } userErrors { code field message } }';
export const CREATE = `mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) ${FIELDS} }`;
export const UPDATE = `mutation ($input: UpdateCampaignInput!) { updateCampaign(input: $input) ${FIELDS} }`;
export const ADD = `mutation ($input: AddCampaignContactsInput!) { addCampaignContacts(input: $input) ${FIELDS} }`;
export const LAUNCH = `mutation ($input: CampaignIdInput!) { launchCampaign(input: $input) ${FIELDS} }`;
export const PAUSE = `mutation ($input: CampaignIdInput!) { pauseCampaign(input: $input) ${FIELDS} }`;
export const CANCEL = `mutation ($input: CampaignIdInput!) { cancelCampaign(input: $input) ${FIELDS} }`;

/** What is given of a contact; the rest is made up. */
export interface NewContact {
  name?: string;
  phone?: string | null;
  jobTitle?: string | null;
}

let phones = 0;

/** A phone number that no other contact of the tests has, in E.164. */
export function newPhone(): string {
  phones += 1;
  return `+1650555${String(phones).padStart(4, '0')}`;
}

/**
 * Adds contacts straight to the tables, with a phone number each unless said otherwise; answers
 * their global ids.
 */
export async function addContacts(
  { app }: TestServer,
  tenant: TestTenant,
  contacts: readonly NewContact[],
): Promise<string[]> {
  const rows = contacts.map(({ name, phone, jobTitle = null }, index) => ({
    id: uuidv7(),
    name: name ?? `Contact ${index}`,
    phone: phone === undefined ? newPhone() : phone,
    jobTitle,
  }));
  await app.platform.database.pool.query(
    `insert into contact ("tenantId", id, name, phone, "phoneE164", "jobTitle", "ownerId", "searchText")
     select $1, r.id, r.name, r.phone, r.phone, r."jobTitle", $2, lower(r.name) from jsonb_to_recordset($3) as r(id uuid, name text, phone text, "jobTitle" text)`,
    [tenant.tenantId, tenant.owner.id, JSON.stringify(rows)],
  );
  return rows.map(({ id }) => Buffer.from(`Contact:${id}`).toString('base64'));
}

export function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export const TEMPLATES = [{ templateName: 'spring_offer' }];

/** Makes a campaign to new contacts with phone numbers, or to those given; answers its id. */
export async function newCampaign(
  server: TestServer,
  tenant: TestTenant,
  {
    contacts = 3,
    ...input
  }: { contacts?: number | readonly NewContact[]; [field: string]: unknown } = {},
): Promise<string> {
  const contactIds = await addContacts(
    server,
    tenant,
    typeof contacts === 'number' ? many(contacts, () => ({})) : contacts,
  );
  const payload = await mutate(tenant, CREATE, {
    name: 'A campaign',
    templates: TEMPLATES,
    ...input,
  });
  for (let first = 0; first < contactIds.length; first += 1_000)
    await mutate(tenant, ADD, {
      campaignId: payload.campaign.id,
      contactIds: contactIds.slice(first, first + 1_000),
    });
  return payload.campaign.id;
}

/**
 * Sets the messages a second of every number; null for the setting's. A test that acts while a
 * campaign runs sets a pace at which the campaign takes longer than any of the test's waits: on a
 * slow machine it would otherwise be over before the test's next step.
 */
export async function setPace(
  { app }: TestServer,
  messagesPerSecond: number | null,
): Promise<void> {
  await app.platform.database.pool.query(
    'update whatsapp_number set "nextSendAt" = null, "messagesPerSecond" = $1',
    [messagesPerSecond],
  );
}

export function uuidOf(id: string): string {
  return Buffer.from(id, 'base64').toString().split(':')[1] ?? '';
}

export interface QueueRow {
  id: string;
  contactId: string;
  templateName: string;
  phone: string | null;
  status: string;
  attempts: number;
  nextAttemptAt: Date | null;
  sendingAt: Date | null;
  whatsappMessageId: string | null;
  errorMessage: string | null;
}

/** The queue of a campaign, in its order. */
export async function queueOf({ app }: TestServer, campaignId: string): Promise<QueueRow[]> {
  const { rows } = await app.platform.database.pool.query(
    `select q.*, t."templateName" from send_queue q join campaign_template t on t."campaignId" = q."campaignId" and t.id = q."templateId" where q."campaignId" = $1 order by q.position`,
    [uuidOf(campaignId)],
  );
  return rows;
}

const CAMPAIGN =
  'query ($id: ID!) { campaign(id: $id) { id status statusReason contactCount scheduledAt startedAt completedAt } }';

export async function readCampaign(tenant: TestTenant, id: string): Promise<any> {
  const answer = await tenant.owner.run(CAMPAIGN, { id });
  if (answer.errors) throw new Error(JSON.stringify(answer));
  return answer.data.campaign;
}

/** Waits until a campaign has a status; answers it. */
export async function untilStatus(tenant: TestTenant, id: string, status: string): Promise<any> {
  let last: any;
  const isReached = async () => {
    last = await readCampaign(tenant, id);
    return last.status === status && last;
  };
  return eventually(`the campaign is ${status}`, isReached).catch(() => {
    throw new Error(`The campaign is not ${status}, but ${JSON.stringify(last)}`);
  });
}

/** The kept counters of a campaign in sum, and those counted from the raw rows. */
export async function figuresOf(
  { app }: TestServer,
  tenant: TestTenant,
  campaignId: string,
): Promise<{ kept: Record<string, number>; counted: Record<string, number> }> {
  const sums = ['total', 'sent', 'delivered', 'read', 'replied', 'failed']
    .map((figure) => `coalesce(sum(${figure === 'read' ? '"read"' : figure}), 0)::int as ${figure}`)
    .join(', ');
  const { pool } = app.platform.database;
  const [kept, counted] = await Promise.all([
    pool.query(`select ${sums} from campaign_counter where "campaignId" = $1`, [
      uuidOf(campaignId),
    ]),
    pool.query(`select ${sums} from "countCampaign"($1, $2)`, [
      tenant.tenantId,
      uuidOf(campaignId),
    ]),
  ]);
  return { kept: kept.rows[0], counted: counted.rows[0] };
}
