/**
 * The demo's WhatsApp campaigns: the first agency has a big one that is over, with what became of
 * each message, and both have a small one that is ready to be launched. In the big one contacts come
 * several times, each time with another phone number.
 */
import type pg from 'pg';
import { searchText } from '../../platform/text.ts';
import { DAY, HOUR } from '../../platform/time.ts';
import type { Advance, Agency } from '../agency.ts';
import { counted, insertRows } from '../insert.ts';
import { demoId } from '../random.ts';
import { type DemoTenant, idOf } from '../tenants.ts';
import {
  DEMO_NUMBERS,
  FinishedCampaign,
  FROZEN_AFTER_MS,
  messageRows,
  queueRows,
  statusRows,
  TEMPLATES,
} from './finished-campaign.ts';

const READY_CONTACTS = 200;
const COUNTER_COLUMNS = '"templateId", total, sent, delivered, "read", replied, failed';

/** Loads an agency's WhatsApp number and campaigns. */
export async function loadCampaigns(
  client: pg.Client,
  agency: Agency,
  advance: Advance,
): Promise<void> {
  const { tenant, midnight, volume } = agency;
  const number = DEMO_NUMBERS.find(({ tenantId }) => tenantId === tenant.id);
  if (!number) throw new Error(`Expected ${tenant.key} to have a WhatsApp number`);
  await insertRows(client, 'whatsapp_number', [
    { ...number, accessToken: 'none', connectedAt: new Date(midnight - 60 * DAY) },
  ]);
  if (volume.messages > 0)
    await writeFinished(client, new FinishedCampaign(agency, number), advance);
  await writeReady(client, agency, number.id);
}

async function writeFinished(
  client: pg.Client,
  campaign: FinishedCampaign,
  advance: Advance,
): Promise<void> {
  const { id, tenant, contacts, messages, startedAt, templateIds } = campaign;
  const completedAt = campaign.sentAt(messages);
  await insertRows(client, 'campaign', [
    {
      tenantId: tenant.id,
      id,
      name: 'Autumn offer',
      status: 'COMPLETED',
      whatsAppNumberId: campaign.number.id,
      startedAt: new Date(startedAt),
      completedAt: new Date(completedAt),
      contactCount: messages,
      searchText: searchText('Autumn offer'),
      createdAt: new Date(startedAt - DAY),
      updatedAt: new Date(completedAt),
    },
  ]);
  await insertRows(
    client,
    'campaign_template',
    templateRows({ tenant, campaignId: id, ids: templateIds }, TEMPLATES),
  );
  await insertRows(
    client,
    'campaign_contact',
    contactsOf(tenant, id, Math.min(contacts, messages)),
  );
  await insertRows(client, 'send_queue', counted(queueRows(campaign), advance));
  await insertRows(client, 'message', messageRows(campaign));
  await insertRows(client, 'message_status_log', statusRows(campaign));
  await client.query('analyze send_queue, message, message_status_log');
  const frozenAt = new Date(completedAt + FROZEN_AFTER_MS);
  await insertRows(client, 'campaign_figures', [
    { tenantId: tenant.id, campaignId: id, version: messages, computedAt: frozenAt, frozenAt },
  ]);
  await client.query(
    `insert into campaign_counter ("tenantId", "campaignId", ${COUNTER_COLUMNS})
     select $1, $2, ${COUNTER_COLUMNS} from "countCampaign"($1, $2)`,
    [tenant.id, id],
  );
}

interface DemoTemplate {
  templateName: string;
  weight: number;
  parameters?: readonly string[];
}

function templateRows(
  { tenant, campaignId, ids }: { tenant: DemoTenant; campaignId: string; ids: readonly string[] },
  templates: readonly DemoTemplate[],
) {
  const common = { tenantId: tenant.id, campaignId, language: 'en_US', parameters: [] };
  return templates.map((template, position) => ({
    ...common,
    id: ids[position],
    position,
    ...template,
  }));
}

function* contactsOf(tenant: DemoTenant, campaignId: string, count: number) {
  for (let index = 0; index < count; index += 1)
    yield { tenantId: tenant.id, campaignId, contactId: idOf(tenant, 'contact', index) };
}

const READY_TEMPLATES = [
  { templateName: 'winter_check_in', weight: 2, parameters: ['{{ contact.firstName }}'] },
  {
    templateName: 'winter_check_in_company',
    weight: 1,
    parameters: ['{{ contact.firstName }}', "{{ organization.name | default: 'your company' }}"],
  },
];

/** Writes a campaign that is ready to be launched. */
async function writeReady(
  client: pg.Client,
  { tenant, midnight, volume: { contacts } }: Agency,
  whatsAppNumberId: string,
): Promise<void> {
  const id = demoId(`${tenant.key}/campaign/winter`);
  const contactCount = Math.min(READY_CONTACTS, contacts);
  const createdAt = new Date(midnight - 8 * HOUR);
  const name = 'Winter check-in';
  const row = {
    tenantId: tenant.id,
    id,
    name,
    status: 'DRAFT',
    whatsAppNumberId,
    contactCount,
    searchText: searchText(name),
    createdAt,
    updatedAt: createdAt,
  };
  const templateIds = READY_TEMPLATES.map(({ templateName }) =>
    demoId(`${tenant.key}/campaign/winter/${templateName}`),
  );
  await insertRows(client, 'campaign', [row]);
  await insertRows(
    client,
    'campaign_template',
    templateRows({ tenant, campaignId: id, ids: templateIds }, READY_TEMPLATES),
  );
  await insertRows(client, 'campaign_contact', contactsOf(tenant, id, contactCount));
  await insertRows(client, 'campaign_figures', [
    { tenantId: tenant.id, campaignId: id, computedAt: createdAt, version: 1 },
  ]);
  await insertRows(
    client,
    'campaign_counter',
    templateIds.map((templateId) => ({
      tenantId: tenant.id,
      campaignId: id,
      templateId,
      total: 0,
      sent: 0,
      delivered: 0,
      read: 0,
      replied: 0,
      failed: 0,
    })),
  );
  const ids = Array.from({ length: contactCount }, (_element, index) =>
    idOf(tenant, 'contact', index),
  );
  await client.query(
    'update contact set "addedToCampaign" = true where "tenantId" = $1 and id = any($2::uuid[])',
    [tenant.id, ids],
  );
}
