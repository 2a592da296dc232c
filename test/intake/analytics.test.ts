/** The analytics agree with a count of the raw rows, whatever the history. */
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TIMES } from '../support/histories.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { read } from './operations.ts';

let server: TestServer;
let owner: TestUser;
let database: pg.Client;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  owner = server.north.owner;
  database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
});
beforeEach(async () => {
  await database.query('delete from client');
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const TYPES = ['INDIVIDUAL', 'ATHLETE', 'YOUTH', 'SENIOR', 'CORPORATE'] as const;

interface Intake {
  clientType: (typeof TYPES)[number];
  startedAt: number;
  lastSavedAt: number;
  completedAt: number | null;
}

/** Writes intakes as they would have come about; all in one statement a table. */
async function write(intakes: readonly Intake[], tenantId = server.north.tenantId): Promise<void> {
  const rows = intakes.map((intake) => ({
    ...intake,
    clientId: crypto.randomUUID(),
    startedAt: new Date(intake.startedAt),
    lastSavedAt: new Date(intake.lastSavedAt),
    completedAt: intake.completedAt && new Date(intake.completedAt),
  }));
  const given = [tenantId, JSON.stringify(rows)];
  const set =
    'jsonb_to_recordset($2::jsonb) as r("clientId" uuid, "clientType" "ClientType", "startedAt" timestamptz, "lastSavedAt" timestamptz, "completedAt" timestamptz)';
  await database.query(
    `insert into client ("tenantId", id, name, "clientType", "searchText") select $1, "clientId", 'x', "clientType", 'x' from ${set}`,
    given,
  );
  await database.query(
    `insert into intake_progress ("tenantId", "clientId", "pathId", "clientType", "startedAt", "lastSavedAt", "completedAt")
     select $1::uuid, r."clientId", p.id, r."clientType", r."startedAt", r."lastSavedAt", r."completedAt"
     from ${set} join intake_path p on p."tenantId" = $1::uuid and p."clientType" = r."clientType"`,
    given,
  );
}

const FIGURES = `started completed abandoned completionRate medianMinutesToComplete
  byClientType { clientType started completed abandoned } byDay { day started completed }`;

async function analytics(
  filter: { from?: string; to?: string; clientType?: string } = {},
): Promise<any> {
  const query = `query ($from: DateTime, $to: DateTime, $clientType: ClientType) { intakeAnalytics(from: $from, to: $to, clientType: $clientType) { ${FIGURES} } }`;
  return (await read(owner, query, filter)).intakeAnalytics;
}

/** The same figures, counted one intake after the other. */
function counted(
  all: readonly Intake[],
  { from, to, clientType }: { from?: number; to?: number; clientType?: string },
  now: number,
) {
  const chosen = all.filter(
    (one) =>
      one.startedAt >= (from ?? Number.NEGATIVE_INFINITY) &&
      one.startedAt < (to ?? Number.POSITIVE_INFINITY) &&
      (clientType ?? one.clientType) === one.clientType,
  );
  const figures = (intakes: readonly Intake[]) => ({
    started: intakes.length,
    completed: intakes.filter((one) => one.completedAt !== null).length,
    abandoned: intakes.filter((one) => one.completedAt === null && one.lastSavedAt < now - 7 * DAY)
      .length,
  });
  const minutes = chosen
    .flatMap((one) =>
      one.completedAt === null ? [] : [(one.completedAt - one.startedAt) / MINUTE],
    )
    .sort((one, other) => one - other);
  const middle = minutes.length / 2;
  const day = (moment: number) => new Date(moment).toISOString().slice(0, 10);
  const started = Map.groupBy(chosen, (one) => day(one.startedAt));
  const completed = Map.groupBy(
    chosen.filter((one) => one.completedAt !== null),
    (one) => day(one.completedAt ?? 0),
  );
  const total = figures(chosen);
  return {
    ...total,
    completionRate: total.started === 0 ? null : total.completed / total.started,
    medianMinutesToComplete:
      minutes.length === 0
        ? null
        : minutes.length % 2 === 1
          ? minutes[Math.floor(middle)]
          : ((minutes[middle - 1] ?? 0) + (minutes[middle] ?? 0)) / 2,
    byClientType: TYPES.map((type) => ({
      clientType: type,
      ...figures(chosen.filter((one) => one.clientType === type)),
    })).filter((one) => one.started > 0),
    byDay: [...new Set([...started.keys(), ...completed.keys()])].sort().map((one) => ({
      day: one,
      started: started.get(one)?.length ?? 0,
      completed: completed.get(one)?.length ?? 0,
    })),
  };
}

test('the analytics agree with a count of the raw rows on random histories', async () => {
  const now = Date.now();
  // Coarse moments, so that many of them meet each other and the ends of the range.
  const moment = fc
    .integer({ min: 0, max: 40 })
    .map((steps) => now - 20 * DAY + steps * DAY * 0.5 - MINUTE);
  const intake = fc
    .record({
      clientType: fc.constantFrom(...TYPES),
      startedAt: moment,
      saving: fc.nat(10 * DAY),
      completing: fc.option(fc.nat(9 * DAY), { nil: null }),
    })
    .map(({ clientType, startedAt, saving, completing }): Intake => {
      const completedAt = completing === null ? null : startedAt + completing;
      return { clientType, startedAt, lastSavedAt: startedAt + saving, completedAt };
    });
  const filter = fc.record({
    from: fc.option(moment, { nil: undefined }),
    to: fc.option(moment, { nil: undefined }),
    clientType: fc.option(fc.constantFrom(...TYPES), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(intake, { maxLength: 40 }), filter, async (intakes, chosen) => {
      await database.query('delete from client');
      await write(intakes);
      await write(intakes.slice(0, 3), server.south.tenantId);
      const iso = (value: number | undefined) =>
        value === undefined ? {} : new Date(value).toISOString();
      const given = {
        from: chosen.from && iso(chosen.from),
        to: chosen.to && iso(chosen.to),
        clientType: chosen.clientType,
      } as any;
      const { medianMinutesToComplete: median, ...answer } = await analytics(given);
      const { medianMinutesToComplete: expected, ...figures } = counted(intakes, chosen, now);
      expect(answer).toEqual(figures);
      if (expected === null) expect(median).toBeNull();
      else expect(median).toBeCloseTo(expected ?? 0, 6);
    }),
    { numRuns: 20 * TIMES },
  );
});

describe('analytics', () => {
  test('take what was first saved at `from`, and leave out what was at `to`', async () => {
    const startedAt = Date.parse('2026-03-01T00:00:00Z');
    await write([
      { clientType: 'YOUTH', startedAt, lastSavedAt: startedAt, completedAt: startedAt + DAY },
    ]);
    expect(await analytics({ from: '2026-03-01T00:00:00Z' })).toMatchObject({
      started: 1,
      completionRate: 1,
      medianMinutesToComplete: 1_440,
      byDay: [
        { day: '2026-03-01', started: 1, completed: 0 },
        { day: '2026-03-02', started: 0, completed: 1 },
      ],
    });
    expect(await analytics({ to: '2026-03-01T00:00:00Z' })).toMatchObject({
      started: 0,
      completionRate: null,
      medianMinutesToComplete: null,
      byDay: [],
    });
    expect(
      (await analytics({ from: '2026-03-01T01:00:00+01:00', to: '2026-03-01T00:00:00.001Z' }))
        .started,
    ).toBe(1);
  });

  test.each([
    'yesterday',
    '2026-03-01',
    '2026-02-30T00:00:00Z',
    '2026-03-01T00:00:00',
    '0001-01-01T00:00:00Z',
  ])('refuse the moment %s', async (from) => {
    const { errors } = await owner.run(
      'query ($from: DateTime) { intakeAnalytics(from: $from) { started } }',
      { from },
    );
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  test('can be read from an index alone', async () => {
    // Which pages are visible to all, and with it the plan of a small table, depends on what else
    // runs in the database.
    await database.query('begin');
    await database.query('set local enable_seqscan = off');
    await database.query('set local enable_bitmapscan = off');
    const { rows } = await database.query(
      `explain (format json) select "clientType", "startedAt", "completedAt", "lastSavedAt" from intake_progress
       where "tenantId" = $1 and "startedAt" >= $2 and "startedAt" < $3`,
      [server.north.tenantId, new Date(0), new Date()],
    );
    await database.query('rollback');
    expect(rows[0]['QUERY PLAN'][0].Plan).toMatchObject({
      'Node Type': 'Index Only Scan',
      'Index Name': 'intake_progress_analytics_idx',
    });
  });

  test('are read where DATABASE_READ_URL says, by sessions that only read', async () => {
    const replica = await startTestServer({
      shareWith: server,
      worker: false,
      settings: { DATABASE_READ_URL: server.databaseUrl },
    });
    try {
      const { platform } = replica.app;
      expect(platform.replica).not.toBe(platform.database);
      expect(
        (await platform.replica.pool.query('show default_transaction_read_only')).rows,
      ).toEqual([{ default_transaction_read_only: 'on' }]);
      expect(
        (await read(replica.north.owner, '{ intakeAnalytics { started } }')).intakeAnalytics
          .started,
      ).toBe(0);
      expect(platform.replica.pool.totalCount).toBeGreaterThan(0);
    } finally {
      await replica.stop();
    }
  });
});
