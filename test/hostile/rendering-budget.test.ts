/**
 * Templates that are slow in each section: a packet's rendering has one budget, and who uses it up
 * fails alone.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { computeValues } from '../../src/intake/computed/index.ts';
import {
  createRenderer,
  RenderBudget,
  type RenderScope,
} from '../../src/intake/rendering/index.ts';
import { registry } from '../../src/platform/metrics.ts';
import { change, finishedPackets, packetsOf, submittedClient } from '../intake/operations.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

/** Two million steps that Liquid counts, none of which takes long enough for a limit of its own. */
const SLOW =
  '{% for i in (1..1000) %}{% for j in (1..2000) %}{% if i == j %}{% endif %}{% endfor %}{% endfor %}';
const SECTIONS = Array.from({ length: 30 }, (_, index) => ({
  heading: `Section ${index + 1}`,
  body: index === 0 ? 'Hello' : SLOW,
}));
const SCOPE: RenderScope = {
  client: { name: 'Ann', clientType: 'INDIVIDUAL' },
  answers: {},
  computed: computeValues({}, '2026-11-22'),
};

describe('a budget', () => {
  const renderer = createRenderer({ threads: 1 });
  afterAll(() => renderer.close());

  test('is used up by all sections of a packet together, and says so', async () => {
    const budget = new RenderBudget(1_000);
    let rendered = 0;
    const error = await renderer
      .renderSections(
        { sections: SECTIONS, scope: SCOPE, onSection: () => (rendered += 1) },
        { budget },
      )
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      name: 'RenderError',
      kind: 'time',
      message: expect.stringMatching(/used up its rendering time, 1 s for all its sections$/),
    });
    expect(error.section).toBe(rendered);
    expect(rendered).toBeLessThan(30);
    expect(budget.leftMs).toBe(0);
  });

  test('is one for what follows: nothing is left for the page, nor for another section', async () => {
    const budget = new RenderBudget(500);
    await expect(
      renderer.renderSections({ sections: SECTIONS, scope: SCOPE }, { budget }),
    ).rejects.toMatchObject({ kind: 'time' });
    const again = renderer.renderSection({ heading: 'x', body: SLOW }, SCOPE, { budget });
    await expect(again).rejects.toMatchObject({
      kind: 'time',
      message: expect.stringContaining('0.5 s for all its sections'),
    });
  });

  test('counts no time in which a packet waits for a thread', async () => {
    const slow = Array.from({ length: 3 }, () =>
      renderer
        .renderSections({ sections: SECTIONS, scope: SCOPE }, { budget: new RenderBudget(1_000) })
        .catch((error) => error.kind),
    );
    const waiting = new RenderBudget(1_000);
    const one = renderer.renderSections(
      { sections: SECTIONS.slice(0, 1), scope: SCOPE },
      { budget: waiting },
    );
    expect(await Promise.all(slow)).toEqual(['time', 'time', 'time']);
    expect(await one).toEqual([{ heading: 'Section 1', markdown: 'Hello' }]);
    expect(waiting.leftMs).toBeGreaterThan(0);
  });

  test('is smaller by each thing that is rendered', async () => {
    const budget = new RenderBudget();
    const left: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await renderer.renderSection(
        { heading: 'x', body: '{% for i in (1..1000) %}{{ i }}{% endfor %}' },
        SCOPE,
        { budget },
      );
      left.push(budget.leftMs);
    }
    expect(left).toEqual([...new Set(left)].toSorted((one, other) => other - one));
    expect(left[0]).toBeLessThan(budget.totalMs);
  });
});

describe('a packet whose template uses up the budget', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  const usedUp = async () =>
    (await registry.getSingleMetric('sheaf_render_budgets_used_up_total')?.get())?.values[0]
      ?.value ?? 0;

  test('fails alone and at once: others of its client and of other tenants are finished, and it is not tried again', async () => {
    const { north, south } = server;
    const before = await usedUp();
    await change(north.owner, 'upsertPacketTemplate', {
      packetType: 'YOUTH',
      name: 'Slow',
      isDefault: true,
      sections: SECTIONS,
    });
    const { id } = await submittedClient(north.owner, { clientType: 'YOUTH' });
    const ofType = (packets: any[], isYouth: boolean) =>
      packets.filter(({ type }) => (type === 'YOUTH') === isYouth);
    await eventually(
      'it is rendered',
      async () => ofType(await packetsOf(north.owner, id), true)[0]?.status !== 'PENDING',
    );
    const other = await submittedClient(south.owner);
    expect((await finishedPackets(south.owner, other.id)).map(({ status }) => status)).toEqual([
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
    ]);
    const packets = await eventually('it has failed', async () => {
      const all = await packetsOf(
        north.owner,
        id,
        'type status attempts maxAttempts errorMessage nextAttemptAt sections { heading }',
      );
      return all.every(({ status }) => status === 'COMPLETED' || status === 'FAILED') ? all : null;
    });
    expect(ofType(packets, false).map(({ status }) => status)).toEqual(['COMPLETED']);
    const [failed] = ofType(packets, true);
    expect(failed).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      maxAttempts: 3,
      nextAttemptAt: null,
      errorMessage: expect.stringMatching(
        /^Template "Slow", section \d+, line 1: the packet has used up its rendering time, 10 s for all its sections\.$/,
      ),
    });
    expect(failed.sections.length).toBeLessThan(30);
    expect((await usedUp()) - before).toBe(1);
  });
});
