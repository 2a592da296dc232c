/**
 * Campaigns as the server makes them: contacts added by a filter, a launch, and WhatsApp's responses
 * stored the way a sender stores them.
 */
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { messageId } from '../../src/sandbox/whatsapp-events.ts';
import { mutate, uuidOf } from '../mutations.ts';
import type { Session } from '../servers/sheaf.ts';
import { msOf } from '../timing.ts';
import type { CampaignBench } from './bench.ts';

export interface Launched {
  /** The uuids of the campaigns. */
  ids: string[];
  addSeconds: number[];
  launchSeconds: number[];
}

export interface LaunchPlan {
  campaigns: number;
  /** Contacts of each campaign; all campaigns have the same ones. */
  contacts: number;
  /** The name of the contacts' owner, and the beginning of the campaigns' names. */
  name: string;
  /** The contacts' phone numbers count on from here. */
  firstPhone: number;
}

const CREATE = { field: 'createCampaign', select: 'campaign { id }' };
const ADD = { field: 'addCampaignContacts', select: 'campaign { contactCount }' };
const LAUNCH = {
  field: 'launchCampaign',
  input: 'CampaignIdInput',
  select: 'campaign { status }',
};
/** More than a sender has at once. */
const STORED_AT_ONCE = 5_000;

/** The server itself sends nothing, because no worker runs. */
export async function launchCampaigns(
  bench: CampaignBench,
  api: Session,
  plan: LaunchPlan,
): Promise<Launched> {
  const ownerId = await writeContacts(bench, plan);
  const templates = ['one', 'two', 'three'].map((templateName) => ({ templateName }));
  const seconds = async (act: () => Promise<unknown>) => (await msOf(act)) / 1_000;
  const launched: Launched = { ids: [], addSeconds: [], launchSeconds: [] };
  for (let index = 0; index < plan.campaigns; index += 1) {
    const { campaign } = await mutate<{ campaign: { id: string } }>(api, CREATE, {
      name: `${plan.name} ${index}`,
      templates,
    });
    const { id } = campaign;
    const added = { campaignId: id, contactFilter: { ownerId } };
    launched.addSeconds.push(await seconds(() => mutate(api, ADD, added)));
    launched.launchSeconds.push(await seconds(() => mutate(api, LAUNCH, { id })));
    await storeResponses(bench, uuidOf(id), plan.contacts);
    launched.ids.push(uuidOf(id));
  }
  await bench.client.query('vacuum (analyze) send_queue, message, campaign_contact, contact');
  await bench.client.query('checkpoint');
  return launched;
}

/** Writes an owner with contacts, each with a phone of its own. Returns the owner's global id. */
async function writeContacts(
  { client, tenantId }: CampaignBench,
  { contacts, name, firstPhone }: LaunchPlan,
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into "user" ("tenantId", id, name, email, role, "searchText")
     values ($1, gen_random_uuid(), $2, $2 || '@bench.example', 'MEMBER', $2) returning id`,
    [tenantId, name],
  );
  const ownerId = rows[0]?.id ?? '';
  await client.query(
    `insert into contact ("tenantId", id, name, "ownerId", "phoneE164")
     select $1, gen_random_uuid(), 'Contact ' || n, $2, '+' || ($3::bigint + n)
     from generate_series(1, $4::int) n`,
    [tenantId, ownerId, firstPhone, contacts],
  );
  await client.query('vacuum (analyze) contact');
  return encodeGlobalId('User', ownerId);
}

const CLAIM = `
  update send_queue set status = 'SENDING', attempts = 1,
    "sendingAt" = now() - interval '1 hour' + position * interval '12.5 ms'
  where "tenantId" = $1 and "campaignId" = $2 and status = 'QUEUED'
    and position >= $3 and position < $4
  returning id, phone, position`;
const STORE = 'select from "storeSent"($1, $2::uuid[], $3::text[], $4::text[], 30)';

/** What a sender does with WhatsApp's responses, in the order of sending. */
async function storeResponses(
  { client, tenantId, phoneNumberId }: CampaignBench,
  campaignId: string,
  expected: number,
): Promise<void> {
  let stored = 0;
  for (let first = 0; first < expected; first += STORED_AT_ONCE) {
    const range = [first, first + STORED_AT_ONCE];
    const { rows } = await client.query<QueueRow>(CLAIM, [tenantId, campaignId, ...range]);
    rows.sort((one, other) => one.position - other.position);
    const { rowCount } = await client.query(STORE, [
      tenantId,
      rows.map(({ id }) => id),
      rows.map(({ id, phone }) => messageId(phone, id, 'out')),
      rows.map(() => phoneNumberId),
    ]);
    stored += rowCount ?? 0;
  }
  if (stored !== expected) throw new Error(`Expected ${expected} messages, found ${stored}`);
}

interface QueueRow {
  id: string;
  phone: string;
  position: number;
}
