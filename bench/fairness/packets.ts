/** Packets of B while A has urgent ones with a slow template. */
import type pg from 'pg';
import { athleteAnswers, createAthlete, mutate, submitIntake } from '../mutations.ts';
import { until } from '../timing.ts';
import type { Tenant } from './contest.ts';
import type { Work } from './works.ts';

const SUBMISSIONS = 12;

/** Loops that take some 60 ms, well within what a section may take. */
const SLOW_SECTION = `
  {% for i in (1..120) %}{% for j in (1..120) %}
    {% assign x = j | plus: i | times: 3 %}
  {% endfor %}{% endfor %}`.replaceAll(/\n\s*/g, '');

export const PACKETS: Work = {
  what: 'twelve urgent submissions with a slow template',
  ofB: "B's packets of one submission",
  slice: 'its packets of one submission',
  queue: 'packets',
  prepare: async ({ client, a }) => {
    const sections = Array.from({ length: 30 }, (_, n) => ({
      heading: `Section ${n}`,
      body: SLOW_SECTION,
    }));
    const { rows } = await client.query<{ packetType: string }>(
      `select unnest("packetTypes")::text as "packetType" from intake_path
       where "tenantId" = $1 and "clientType" = 'ATHLETE' limit 1`,
      [a.tenantId],
    );
    const template = { packetType: rows[0]?.packetType, name: 'Slow', isDefault: true, sections };
    await mutate(a.session, { field: 'upsertPacketTemplate' }, template);
  },
  runSlice: async ({ client, a }) => untilEnded(client, await submit(a, 'URGENT')),
  attack: async ({ a }) => {
    for (let n = 0; n < SUBMISSIONS; n += 1) await submit(a, 'URGENT');
  },
  runB: async ({ client, b }) => untilEnded(client, await submit(b, 'NORMAL')),
};

let clients = 0;

/** Submits the intake of a new client, and returns the uuids of its packets. */
async function submit({ session }: Tenant, priority: 'NORMAL' | 'URGENT'): Promise<string[]> {
  clients += 1;
  const clientId = await createAthlete(session, `Client ${clients}`);
  return submitIntake(session, { clientId, answers: athleteAnswers(clientId), priority });
}

async function untilEnded(client: pg.Client, ids: readonly string[]): Promise<void> {
  const text = `
    select from packet where id = any($1::uuid[]) and status in ('PENDING', 'GENERATING')`;
  await until(async () => (await client.query(text, [ids])).rowCount === 0);
}
