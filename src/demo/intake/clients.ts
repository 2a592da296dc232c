/**
 * The clients of the demo data: most have answered everything and received their packets, some are
 * still answering, a few gave up.
 */
import type { ClientType, PacketType } from '../../../generated/kysely.ts';
import { computeValues } from '../../intake/computed/index.ts';
import { pageOf } from '../../intake/rendering/page.ts';
import { renderSectionSync } from '../../intake/rendering/sections.ts';
import { STARTER_PATHS, STARTER_TEMPLATES } from '../../intake/starter-set/index.ts';
import { starterRows } from '../../intake/starter-set/rows.ts';
import type { TemplateData } from '../../intake/vocabulary.ts';
import { searchText } from '../../platform/text.ts';
import { DAY, fromCalendarDay, MINUTE, SECOND, toCalendarDay } from '../../platform/time.ts';
import type { Agency } from '../agency.ts';
import { FIRST_NAMES, LAST_NAMES } from '../names.ts';
import { Random } from '../random.ts';
import { type DemoTenant, idOf } from '../tenants.ts';
import { answersOf } from './answers.ts';

/** The rows of a tenant's questions, paths and templates, by table. */
export function starterRowsOf({ tenant, today }: Agency) {
  const { question_block, question, intake_path, intake_path_block, packet_template } = starterRows(
    (name) => idOf(tenant, 'intake', name),
  );
  const ofTenant = <Row extends object>(rows: readonly Row[]) =>
    rows.map((row) => ({ tenantId: tenant.id, ...row }));
  const madeAt = new Date(fromCalendarDay(today).getTime() - 729 * DAY);
  const dated = <Row extends object>(rows: readonly Row[]) =>
    ofTenant(rows).map((row) => ({ ...row, createdAt: madeAt, updatedAt: madeAt }));
  return {
    question_block: dated(question_block),
    question: ofTenant(question),
    // Rows travel as JSON, so lists have to be lists and not the text of a parameter.
    intake_path: dated(intake_path).map((row, index) => ({
      ...row,
      packetTypes: STARTER_PATHS[index]?.packetTypes,
    })),
    intake_path_block: ofTenant(intake_path_block),
    packet_template: dated(packet_template).map((row) => ({
      ...row,
      sections: JSON.parse(row.sections) as unknown,
    })),
  };
}

/** A client with its intake (null if it has not begun) and packets, as rows of their tables. */
export interface ClientRows {
  client: object;
  intake: object | null;
  packets: object[];
}

/** The rows of client number `index`. Client 0 is contact 0, who uses the portal. */
export function writeClient(agency: Agency, index: number): ClientRows {
  const { tenant, today, volume } = agency;
  const random = new Random(`${tenant.key}/client/${index}`);
  const clientType = index === 0 ? 'INDIVIDUAL' : random.pick(CLIENT_TYPES);
  const name =
    index === 0 ? tenant.client : `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
  const submitted = index === 0 || random.chance(0.72);
  const share = submitted ? 1 : random.fraction();
  const startedAt =
    fromCalendarDay(today).getTime() -
    random.whole(1, 180) * DAY +
    random.whole(8 * 3_600, 20 * 3_600) * SECOND -
    DAY;
  const savedAt = Math.min(
    startedAt + random.whole(6, 90) * MINUTE + (random.chance(0.25) ? random.whole(1, 5) * DAY : 0),
    fromCalendarDay(today).getTime(),
  );
  const answers = answersOf({ clientType, name, share }, today, random);
  const started = submitted || Object.keys(answers).length > 0;
  const client = { index, clientType, name, answers, startedAt, savedAt, random };
  return {
    client: {
      tenantId: tenant.id,
      id: idOf(tenant, 'client', index),
      name,
      clientType,
      contactId:
        index < volume.contacts && (index === 0 || random.chance(0.6))
          ? idOf(tenant, 'contact', index)
          : null,
      intakeCompletedAt: submitted ? new Date(savedAt) : null,
      searchText: searchText(name),
      createdAt: new Date(startedAt - random.whole(1, 48) * 60 * MINUTE),
      updatedAt: new Date(savedAt),
    },
    intake: started ? intakeRow(tenant, client, submitted) : null,
    packets: submitted ? packetRows(agency, client) : [],
  };
}

const CLIENT_TYPES: readonly ClientType[] = [
  'INDIVIDUAL',
  'INDIVIDUAL',
  'INDIVIDUAL',
  'ATHLETE',
  'YOUTH',
  'SENIOR',
  'CORPORATE',
  'CORPORATE',
];

interface DemoClient {
  index: number;
  clientType: ClientType;
  name: string;
  answers: Record<string, unknown>;
  startedAt: number;
  savedAt: number;
  random: Random;
}

function intakeRow(
  tenant: DemoTenant,
  { index, clientType, answers, startedAt, savedAt }: DemoClient,
  submitted: boolean,
) {
  return {
    tenantId: tenant.id,
    clientId: idOf(tenant, 'client', index),
    pathId: idOf(tenant, 'intake', `path ${clientType}`),
    clientType,
    answers,
    startedAt: new Date(startedAt),
    lastSavedAt: new Date(savedAt),
    completedAt: submitted ? new Date(savedAt) : null,
  };
}

function packetRows({ tenant, packetMaxAttempts }: Agency, client: DemoClient): object[] {
  const path = STARTER_PATHS.find(({ clientType }) => clientType === client.clientType);
  const types = path?.packetTypes ?? [];
  return types.map((type, position) => {
    const base = {
      tenantId: tenant.id,
      id: idOf(tenant, 'packet', `${client.index}/${type}`),
      clientId: idOf(tenant, 'client', client.index),
      jobId: idOf(tenant, 'packet-job', `${client.index}/${type}`),
      type,
      priority: 'NORMAL',
      maxAttempts: packetMaxAttempts,
      runId: null,
      nextAttemptAt: null,
      createdAt: new Date(client.savedAt),
      queuedAt: new Date(client.savedAt),
      startedAt: new Date(client.savedAt + (1 + position) * SECOND),
      updatedAt: new Date(client.savedAt + (2 + position) * SECOND),
    };
    const failed = client.index > 0 && client.random.chance(0.02);
    return {
      ...base,
      ...(failed
        ? failedPacket(packetMaxAttempts)
        : completedPacket(client, type, client.savedAt + (2 + position) * SECOND)),
    };
  });
}

function failedPacket(attempts: number) {
  const errorMessage = 'The page could not be made in time.';
  return {
    status: 'FAILED',
    progress: 0,
    version: 1 + 2 * attempts,
    attempts,
    errorMessage,
    title: null,
    sections: [],
    html: null,
    completedAt: null,
  };
}

function completedPacket(client: DemoClient, type: PacketType, completedAt: number) {
  const template = STARTER_TEMPLATES.find(({ packetType }) => packetType === type) as TemplateData;
  const day = toCalendarDay(new Date(completedAt));
  const scope = {
    client: { name: client.name, clientType: client.clientType },
    answers: client.answers,
    computed: computeValues(client.answers, day),
  };
  const sections = template.sections.map((section) => {
    const result = renderSectionSync(section, scope);
    if ('failure' in result)
      throw new Error(`The template ${template.name} can't be rendered: ${result.failure.reason}`);
    return result.rendered;
  });
  const html = pageOf({
    title: template.name,
    clientName: client.name,
    packetType: type,
    clientType: client.clientType,
    date: day,
    sections,
  });
  const version = 3 + sections.length;
  return {
    status: 'COMPLETED',
    progress: 100,
    version,
    attempts: 1,
    errorMessage: null,
    title: template.name,
    sections,
    html,
    completedAt: new Date(completedAt),
  };
}
