/**
 * Campaigns as the server makes them: contacts by a filter, a launch, and the provider's answers
 * stored as a sender stores them.
 */
import type pg from 'pg';
import { messageId } from '../../src/sandbox/whatsapp-events.ts';
import type { Sheaf } from '../sheaf.ts';
import type { CampaignBench } from './part.ts';

export interface Launched {
  /** The uuids of the campaigns. */
  ids: string[];
  addSeconds: number[];
  launchSeconds: number[];
}

export interface LaunchPlan {
  campaigns: number;
  /** Contacts of each, the same ones. */
  contacts: number;
  /** Part of the contacts' e-mail addresses, by which they are found. */
  name: string;
}

const CREATE =
  'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id } userErrors { message } } }';
const ADD =
  'mutation ($input: AddCampaignContactsInput!) { addCampaignContacts(input: $input) { campaign { contactCount } userErrors { message } } }';
const LAUNCH =
  'mutation ($input: CampaignIdInput!) { launchCampaign(input: $input) { campaign { status } userErrors { message } } }';
/** As many as a sender has at once, and more. */
const STORED_AT_ONCE = 5_000;

/** Nothing is sent by the server itself: no worker runs. */
export async function launchCampaigns(
  bench: CampaignBench,
  api: Sheaf,
  plan: LaunchPlan,
): Promise<Launched> {
  const ownerId = await writeContacts(bench, plan);
  const launched: Launched = { ids: [], addSeconds: [], launchSeconds: [] };
  for (let index = 0; index < plan.campaigns; index += 1) {
    const templates = ['one', 'two', 'three'].map((templateName) => ({ templateName }));
    const { createCampaign } = await api.run<Answer<'createCampaign'>>(CREATE, {
      input: { name: `${plan.name} ${index}`, templates },
    });
    const id = createCampaign.campaign?.id ?? '';
    launched.addSeconds.push(
      await seconds(() =>
        api.run<Answer<'addCampaignContacts'>>(ADD, {
          input: { campaignId: id, contactFilter: { ownerId } },
        }),
      ),
    );
    launched.launchSeconds.push(
      await seconds(() => api.run<Answer<'launchCampaign'>>(LAUNCH, { input: { id } })),
    );
    const uuid = uuidOf(id);
    await storeAnswers(bench, uuid, plan.contacts);
    launched.ids.push(uuid);
  }
  await bench.client.query('vacuum (analyze) send_queue, message, campaign_contact, contact');
  await bench.client.query('checkpoint');
  return launched;
}

type Answer<Field extends string> = Record<
  Field,
  { campaign: { id: string } | null; userErrors: { message: string }[] }
>;

function uuidOf(globalId: string): string {
  return Buffer.from(globalId, 'base64').toString().split(':')[1] ?? '';
}

async function seconds(
  act: () => Promise<Record<string, { userErrors: { message: string }[] }>>,
): Promise<number> {
  const startedAt = performance.now();
  const answer = await act();
  const taken = (performance.now() - startedAt) / 1_000;
  const [error] = Object.values(answer).flatMap(({ userErrors }) => userErrors);
  if (error) throw new Error(`Expected a campaign, found ${error.message}`);
  return taken;
}

/**
 * Contacts of an owner of their own, each with a phone of its own; answers the owner's global id.
 */
async function writeContacts(
  { client, tenantId }: CampaignBench,
  { contacts, name }: LaunchPlan,
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into "user" ("tenantId", id, name, email, role, "searchText") values ($1, gen_random_uuid(), $2, $2 || '@bench.example', 'MEMBER', $2) returning id`,
    [tenantId, name],
  );
  const ownerId = rows[0]?.id ?? '';
  const firstPhone = name === 'probe' ? 4_930_000_000_000 : 4_940_000_000_000;
  await client.query(
    `insert into contact ("tenantId", id, name, "ownerId", "phoneE164")
     select $1, gen_random_uuid(), 'Contact ' || n, $2, '+' || ($3::bigint + n) from generate_series(1, $4::int) n`,
    [tenantId, ownerId, firstPhone, contacts],
  );
  await client.query('vacuum (analyze) contact');
  return Buffer.from(`User:${ownerId}`).toString('base64');
}

/** What a sender does with the answers of WhatsApp, in the order of sending. */
async function storeAnswers(
  { client, tenantId, phoneNumberId }: CampaignBench,
  campaignId: string,
  expected: number,
): Promise<void> {
  const text = `update send_queue set status = 'SENDING', attempts = 1, "sendingAt" = now() - interval '1 hour' + position * interval '12.5 ms'
    where "tenantId" = $1 and "campaignId" = $2 and status = 'QUEUED' and position >= $3 and position < $4 returning id, phone, position`;
  let stored = 0;
  for (let first = 0; first < expected; first += STORED_AT_ONCE) {
    const { rows } = await client.query<{ id: string; phone: string; position: number }>(text, [
      tenantId,
      campaignId,
      first,
      first + STORED_AT_ONCE,
    ]);
    rows.sort((one, other) => one.position - other.position);
    stored += await storeSent(client, [
      tenantId,
      rows.map(({ id }) => id),
      rows.map(({ id, phone }) => messageId(phone, id, 'out')),
      rows.map(() => phoneNumberId),
    ]);
  }
  if (stored !== expected) throw new Error(`Expected ${expected} messages, found ${stored}`);
}

async function storeSent(client: pg.Client, values: unknown[]): Promise<number> {
  return (
    (
      await client.query(
        'select from "storeSent"($1, $2::uuid[], $3::text[], $4::text[], 30)',
        values,
      )
    ).rowCount ?? 0
  );
}
