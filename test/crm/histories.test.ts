/**
 * Histories of a Pipedrive that changes at random between any two requests, while syncs are killed,
 * refused and continued: after one quiet sync, what is here equals what is there. SYNC_HISTORIES
 * sets how many are tried, SYNC_HISTORY the seed of the first; each must be right by itself.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recomputeAllWarmness } from '../../src/contacts/index.ts';
import { runCrmSync } from '../../src/crm/run-sync.ts';
import { Random } from '../../src/demo/random.ts';
import { decodeGlobalId } from '../../src/platform/global-id.ts';
import type { PipedriveAccount } from '../../src/sandbox/pipedrive-account.ts';
import type { SandboxKind, SandboxRecord } from '../../src/sandbox/pipedrive-records.ts';
import { TIMES } from '../support/histories.ts';
import { type ConnectedServer, connect, readSync, start, startConnected } from './crm.ts';

const HISTORIES = Number(process.env['SYNC_HISTORIES'] ?? 5 * TIMES);
/** Many times what a history takes on a busy machine. */
const TIMEOUT_MS = 600_000 + HISTORIES * 10_000;
const FIRST = Number(process.env['SYNC_HISTORY'] ?? 1);
const KINDS = ['organizations', 'persons', 'deals', 'activities'] as const;

let connected: ConnectedServer;
const owner = () => connected.server.north.owner;
const rows = async (text: string): Promise<any[]> =>
  (await connected.server.app.platform.database.pool.query(text, [connected.server.north.tenantId]))
    .rows;

beforeAll(async () => {
  connected = await startConnected({ size: 0 }, { worker: false });
  await recomputeAllWarmness(connected.server.app.platform);
});
afterAll(() => connected.stop());

class Killed extends Error {}

test(
  `of ${HISTORIES} histories, each ends with the store equal to the model`,
  async () => {
    for (let seed = FIRST; seed < FIRST + HISTORIES; seed += 1) await checkHistory(seed);
  },
  TIMEOUT_MS,
);

async function checkHistory(seed: number): Promise<void> {
  const random = new Random(`history ${seed}`);
  const account = connected.sandbox.addAccount({ token: `history-${seed}`, size: 0 });
  for (const table of ['crm_record', 'crm_sync', 'activity', 'deal'])
    await rows(`delete from ${table} where "tenantId" = $1`);
  // The contacts of portal users stay.
  await rows(
    `delete from contact where "tenantId" = $1 and id not in (select "contactId" from "user" where "contactId" is not null)`,
  );
  await rows(
    `delete from organization o where "tenantId" = $1 and not exists (select from contact c where c."organizationId" = o.id)`,
  );
  await connect(owner(), { apiToken: account.token });
  const ids: Record<SandboxKind, number[]> = {
    organizations: [],
    persons: [],
    deals: [],
    activities: [],
  };
  const model = { account, random, ids, purged: false };
  for (let number = random.whole(2, 8); number > 0; number -= 1) change(model);
  for (let number = random.whole(2, 5); number > 0; number -= 1) {
    connected.sandbox.setFaults({
      pageSize: random.whole(1, 4),
      repeatPages: random.chance(0.2),
      beforeEach: () => {
        for (let times = random.whole(0, 2); times > 0; times -= 1) change(model);
      },
      ...(random.chance(0.15)
        ? { answer: 'unauthorized', times: 1, kind: random.pick(KINDS) }
        : {}),
    });
    await drive(random, random.chance(0.3));
  }
  connected.sandbox.setFaults({});
  const last = await drive(new Random('quiet'), model.purged || random.chance(0.3));
  expect(last.status, `history ${seed}`).toBe('COMPLETED');
  const expected = KINDS.map((kind) => expectedOf(model, kind));
  const stored = await Promise.all(KINDS.map((kind) => storedOf(model, kind)));
  expect(stored, `history ${seed}`).toEqual(expected);
  const { platform } = connected.server.app;
  const { tenantId } = connected.server.north;
  expect(await recomputeAllWarmness(platform, { tenantId }), `history ${seed}`).toBe(0);
}

/** Runs a sync to its end, through kills and hand-overs. */
async function drive(random: Random, full: boolean): Promise<any> {
  const { platform } = connected.server.app;
  const { tenantId } = connected.server.north;
  const { id } = await start(owner(), full);
  const syncId = decodeGlobalId(id)?.id ?? '';
  const signal = new AbortController().signal;
  for (let lives = random.whole(0, 2); ; lives -= 1) {
    let holds = lives > 0 ? random.whole(1, 6) : Number.POSITIVE_INFINITY;
    const hold = async () => {
      holds -= 1;
      if (holds < 0) throw new Killed();
    };
    const job = { tenantId, payload: { syncId }, signal, hold, complete: async () => {} };
    await runCrmSync(platform, job, random.chance(0.2) ? 0 : 60_000).catch((error) => {
      if (!(error instanceof Killed)) throw error;
    });
    const sync = await readSync(owner(), id);
    if (['COMPLETED', 'FAILED'].includes(sync.status)) return sync;
  }
}

interface Model {
  account: PipedriveAccount;
  random: Random;
  ids: Record<SandboxKind, number[]>;
  purged: boolean;
}

/** One change by a user of Pipedrive. */
function change(model: Model): void {
  const { account, random, ids } = model;
  const kind = random.pick(KINDS);
  const known = ids[kind];
  if (known.length === 0 || random.chance(0.45)) {
    known.push(account.add(kind, valuesOf(model, kind)).id);
    return;
  }
  const id = random.pick(known);
  const record = account.record(kind, id);
  if (record.is_deleted) {
    if (!random.chance(0.5)) return;
    account.purge(kind, id);
    known.splice(known.indexOf(id), 1);
    model.purged = true;
  } else if (random.chance(0.15)) account.delete(kind, id);
  else if (random.chance(0.05)) {
    account.purge(kind, id);
    known.splice(known.indexOf(id), 1);
    model.purged = true;
  } else account.change(kind, id, valuesOf(model, kind));
}

let names = 0;
function valuesOf(model: Model, kind: SandboxKind): Record<string, unknown> {
  const { random } = model;
  names += 1;
  const name = `Name ${names}`;
  /** Sometimes one that comes only later, or never. */
  const reference = (to: SandboxKind) => {
    const [id] = [random.whole(1, model.ids[to].length + 2)];
    return random.chance(0.2) ? null : id;
  };
  const broken = random.chance(0.15);
  switch (kind) {
    case 'organizations':
      return { name: broken ? null : name, address: null };
    case 'persons':
      return {
        name: broken ? null : name,
        emails: [`mail-${names}@x.example`, `old-${names % 5}-${names}@x.example`]
          .filter(() => random.chance(0.5))
          .map((value) => ({ value, label: random.pick(['work', 'home']) })),
        phones: [
          'n/a',
          `+1 650 253 ${1000 + (names % 9000)}`,
          `+1 650 254 ${1000 + (names % 9000)}`,
        ]
          .filter(() => random.chance(0.4))
          .map((value) => ({ value })),
        job_title: random.chance(0.5) ? name : null,
        org_id: reference('organizations'),
      };
    case 'deals':
      return {
        title: name,
        value: names * 100,
        status: random.pick(['open', 'won', 'lost']),
        person_id: reference('persons'),
        org_id: reference('organizations'),
      };
    default:
      return {
        subject: name,
        type: 'call',
        done: true,
        note: null,
        person_id: reference('persons'),
        participants: [],
      };
  }
}

/** Whether the record can be told: neither deleted nor so broken that nothing is known of it. */
function isWhole({ account, ids }: Model, kind: SandboxKind, id: unknown): boolean {
  if (typeof id !== 'number' || !ids[kind].includes(id)) return false;
  const record = account.record(kind, id);
  return !record.is_deleted && record['name'] !== null;
}

/** A reference that must be right: to nothing, or to what is here for certain. */
function certain(model: Model, kind: SandboxKind, id: unknown): string | null | undefined {
  if (id === null) return null;
  return isWhole(model, kind, id) ? String(id) : undefined;
}

function wholeRecords(model: Model, kind: SandboxKind): SandboxRecord[] {
  return [...model.ids[kind]]
    .sort((a, b) => a - b)
    .filter((id) => isWhole(model, kind, id))
    .map((id) => model.account.record(kind, id));
}

function expectedOf(model: Model, kind: SandboxKind): object[] {
  const org = (record: SandboxRecord) => certain(model, 'organizations', record['org_id']);
  const person = (record: SandboxRecord) => certain(model, 'persons', record['person_id']);
  const listed = (list: unknown) => (list as { value: string }[]).map(({ value }) => value);
  return wholeRecords(model, kind).flatMap((record): object[] => {
    const id = String(record.id);
    if (kind === 'organizations') return [{ id, name: record['name'] }];
    if (kind === 'persons')
      return [
        {
          id,
          name: record['name'],
          email: listed(record['emails'])[0] ?? null,
          // The first that is a number.
          phone: listed(record['phones']).toSorted()[0] ?? null,
          points: [...listed(record['emails']), ...listed(record['phones'])].toSorted(),
          job: record['job_title'],
          org: org(record),
        },
      ];
    if (kind === 'deals')
      return [
        {
          id,
          name: record['title'],
          value: record['value'],
          status: String(record['status']).toUpperCase(),
          person: person(record),
          org: org(record),
        },
      ];
    // An activity is nowhere without its person.
    return typeof person(record) === 'string'
      ? [{ id, name: record['subject'], person: person(record) }]
      : [];
  });
}

const STORED: Record<SandboxKind, string> = {
  organizations: `select "pipedriveOrgId" id, name from organization where "tenantId" = $1 and "pipedriveOrgId" is not null`,
  persons: `select "pipedrivePersonId" id, c.name, email, phone, "jobTitle" job,
      array(select value from contact_point p where p."tenantId" = c."tenantId" and p."contactId" = c.id order by value collate "C") points, "pipedriveOrgId" org from contact c
    left join organization o on o."tenantId" = c."tenantId" and o.id = c."organizationId" where c."tenantId" = $1 and "pipedrivePersonId" is not null`,
  deals: `select "pipedriveDealId" id, title as name, value::float8 as value, status, "pipedrivePersonId" person, "pipedriveOrgId" org from deal d
    left join contact c on c."tenantId" = d."tenantId" and c.id = d."contactId"
    left join organization o on o."tenantId" = d."tenantId" and o.id = d."organizationId" where d."tenantId" = $1`,
  activities: `select "pipedriveActivityId" id, subject as name, "pipedrivePersonId" person from activity a
    join contact c on c."tenantId" = a."tenantId" and c.id = a."contactId" where a."tenantId" = $1`,
};

/** What is here of the records that can be told, but for references that can't. */
async function storedOf(model: Model, kind: SandboxKind): Promise<object[]> {
  const stored = await rows(STORED[kind]);
  return stored
    .filter(({ id }) => !isUncertain(model, kind, Number(id)))
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map((row) => {
      const record = model.ids[kind].includes(Number(row.id))
        ? model.account.record(kind, Number(row.id))
        : null;
      if (record === null) return row;
      const told = { ...row };
      if ('org' in row && certain(model, 'organizations', record['org_id']) === undefined)
        told.org = undefined;
      if ('person' in row && certain(model, 'persons', record['person_id']) === undefined)
        told.person = undefined;
      return told;
    });
}

/** Broken now: its last good state is here, or nothing. An activity whose person can't be told. */
function isUncertain(model: Model, kind: SandboxKind, id: number): boolean {
  const { account, ids } = model;
  if (!ids[kind].includes(id)) return false;
  const record = account.record(kind, id);
  if (!record.is_deleted && record['name'] === null) return true;
  return (
    kind === 'activities' &&
    !record.is_deleted &&
    certain(model, 'persons', record['person_id']) === undefined
  );
}
