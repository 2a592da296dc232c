import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { computeValues } from '../../src/intake/computed/index.ts';
import { createRenderer, RenderError, type RenderScope } from '../../src/intake/rendering/index.ts';
import { TODAY } from './starter-set-answers.ts';

const TEXT_OF_100_KB = 'x'.repeat(100_000);
const SCOPE: RenderScope = {
  client: { name: 'Ann', clientType: 'INDIVIDUAL' },
  answers: { long: TEXT_OF_100_KB, secret: 'hush' },
  computed: computeValues({}, TODAY),
};
const FINE = { heading: 'Fine', body: 'Hello {{ client.name }}' };
const DONE = { heading: 'Fine', markdown: 'Hello Ann' };

/** One thread: what a bomb leaves behind is what the next one gets. */
const renderer = createRenderer({ threads: 1, budgetMs: 3_000 });
afterAll(() => renderer.close());

const loop = (variable: string, inner: string) =>
  `{% for ${variable} in (1..2000) %}${inner}{% endfor %}`;

/** One tag that takes many seconds: Liquid looks at its limits between tags only. */
const STUCK = `{% if ${Array(800).fill('answers.hay contains "needle"').join(' or ')} %}x{% endif %}`;

const HAY = { ...SCOPE, answers: { hay: Array.from({ length: 300_000 }, () => 'hay') } };

/** Within Liquid's own limits, but more than 16 MiB of heap. */
const HUNGRY = `{% assign all = answers.long | split: "" %}${'{% assign all = all | concat: all %}'.repeat(4)}{% for x in all %}{% endfor %}`;

const HUNGRY_PROCESS = `
  const { createRenderer } = await import(${JSON.stringify(new URL('../../src/intake/rendering/index.ts', import.meta.url).href)});
  const renderer = createRenderer({ threads: 1, memoryLimitMb: 16 });
  const section = { heading: 'x', body: ${JSON.stringify(HUNGRY)} };
  const scope = { client: { name: 'Ann', clientType: 'INDIVIDUAL' }, answers: { long: 'x'.repeat(100_000) }, computed: {} };
  console.log(await renderer.renderSection(section, scope).then(() => 'rendered', (error) => error.message));
  await renderer.close();
`;

/** Templates that Liquid itself stops. */
const BOMBS: [string, string][] = [
  ['an endless loop', '{% for i in (1..1000000000) %}x{% endfor %}'],
  ['nested loops', loop('i', loop('j', loop('k', '{{ k }}')))],
  ['nested loops that do nothing', loop('i', loop('j', loop('k', '')))],
  ['a loop of long text', loop('i', loop('j', loop('k', 'y'.repeat(20_000))))],
  [
    'a text that doubles',
    '{% assign s = "0123456789" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
  ],
  [
    'a capture that doubles',
    '{% assign s = "0123456789" %}{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}{{ s | size }}',
  ],
  [
    'lists of a long answer',
    loop('i', '{% assign parts = answers.long | split: "" | sort | reverse %}'),
  ],
  [
    'replacements that grow',
    loop('i', '{% assign s = answers.long | replace: "x", "xxxxxxxxxxxxxxxxxxxx" %}'),
  ],
];

function failure(body: string, made = renderer): Promise<RenderError> {
  return made.renderSection({ heading: 'x', body }, body === STUCK ? HAY : SCOPE).then(
    () => Promise.reject(new Error('It rendered.')),
    (error) => error,
  );
}

describe('a template that goes too far', () => {
  test.each(BOMBS)('is stopped: %s; the next one renders', async (_, body) => {
    const error = await failure(body);
    expect(error).toBeInstanceOf(RenderError);
    expect(error.section).toBe(0);
    expect(error.message).toMatch(
      /^section 1(, line 1)?: (it produces too much text|the packet has used up its rendering time, 3 s for all its sections)$/,
    );
    expect(await renderer.renderSection(FINE, SCOPE)).toEqual(DONE);
  });

  test('with 200,000 outputs is refused for its length', async () => {
    expect(await failure('{{a}}'.repeat(200_000))).toMatchObject({ kind: 'template', line: null });
  });

  test('in one tag that never ends loses its thread; another render goes through meanwhile, and later ones too', async () => {
    const two = createRenderer({ threads: 2, budgetMs: 2_000 });
    const bomb = failure(STUCK, two);
    let over = false;
    void bomb.then(() => {
      over = true;
    });
    expect(await two.renderSection(FINE, SCOPE)).toEqual(DONE);
    expect(over).toBe(false);
    expect(await bomb).toMatchObject({
      name: 'RenderError',
      kind: 'time',
      message: 'section 1: the packet has used up its rendering time, 2 s for all its sections',
    });
    expect(
      await Promise.all(Array.from({ length: 6 }, () => two.renderSection(FINE, SCOPE))),
    ).toEqual(Array(6).fill(DONE));
    await two.close();
  });

  test('in memory loses its thread, and the process keeps its own', async () => {
    const small = createRenderer({ threads: 1, memoryLimitMb: 16 });
    expect(await failure(HUNGRY, small)).toMatchObject({
      name: 'RenderError',
      kind: 'memory',
      message: 'section 1: it needs too much memory',
    });
    expect(await small.renderSection(FINE, SCOPE)).toEqual(DONE);
    await small.close();
  });

  test('in memory is stopped too where the command line gives the process a large heap', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--max-old-space-size=1536', '--input-type=module', '--eval', HUNGRY_PROCESS],
      {
        timeout: 20_000,
      },
    );
    expect(stdout.trim()).toBe('section 1: it needs too much memory');
  });

  test('does not make others late that wait for the thread', async () => {
    const one = createRenderer({ threads: 1, budgetMs: 1_000 });
    const bomb = () => failure(STUCK, one);
    const [first, second, third] = await Promise.all([
      bomb(),
      bomb(),
      one.renderSection(FINE, SCOPE),
    ]);
    expect([first.kind, second.kind]).toEqual(['time', 'time']);
    expect(third).toEqual(DONE);
    await one.close();
  });

  test('never says what was answered', async () => {
    for (const body of [
      '{{ answers.secret | date: answers.secret | divided_by: 0 }}',
      '{% for i in (1..answers.secret) %}{% endfor %}',
      '{{ answers.secret | map: "a" | where: "b" | sum | sort_natural }}',
    ]) {
      const outcome = await renderer
        .renderSection({ heading: 'x', body }, SCOPE)
        .catch((error: RenderError) => error.message);
      if (typeof outcome === 'string') expect(outcome).not.toContain('hush');
    }
  });
});

describe('a page that goes too far', () => {
  const page = {
    title: 'T',
    clientName: 'Ann',
    packetType: 'WELCOME',
    clientType: 'INDIVIDUAL',
    date: TODAY,
  } as const;
  const pageError = (markdown: string) =>
    renderer
      .renderPage({ ...page, sections: [{ heading: 'x', markdown }] })
      .catch((error) => error);

  test('in nesting, or in length, is refused; the next one renders', async () => {
    expect(await pageError('>'.repeat(20_000))).toMatchObject({
      name: 'RenderError',
      kind: 'template',
      section: null,
    });
    // A quote is six characters in HTML.
    expect(await pageError('"'.repeat(400_000))).toMatchObject({
      name: 'RenderError',
      kind: 'size',
      section: null,
    });
    expect(await renderer.renderSection(FINE, SCOPE)).toEqual(DONE);
  });
});

describe('all sections of a packet', () => {
  const sections = Array.from({ length: 5 }, (_, index) => ({
    heading: `Section ${index + 1}`,
    body: 'Hello {{ client.name }}',
  }));

  test('are reported one by one, in order, each once, before the whole is', async () => {
    for (let run = 0; run < 50; run++) {
      const reported: [number, string][] = [];
      const rendered = await renderer.renderSections({
        sections,
        scope: SCOPE,
        onSection: (section, index) => reported.push([index, section.heading]),
      });
      expect(reported).toEqual(rendered.map(({ heading }, index) => [index, heading]));
      expect(rendered).toHaveLength(5);
    }
  });

  test('stop at the first that fails, which the error names', async () => {
    const finished: number[] = [];
    const broken = sections.with(2, { heading: 'x', body: 'a\n\n{{ a | shout }}' });
    const error = await renderer
      .renderSections({
        sections: broken,
        scope: SCOPE,
        onSection: (_, index) => finished.push(index),
      })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ section: 2, line: 3, kind: 'template' });
  });
});

test('a callback that throws ends its packet, and nothing else', async () => {
  const onSection = () => {
    throw new Error('no room');
  };
  await expect(
    renderer.renderSections({ sections: [FINE, FINE], scope: SCOPE, onSection }),
  ).rejects.toThrow('no room');
  expect(await renderer.renderSection(FINE, SCOPE)).toEqual(DONE);
});

describe('a signal', () => {
  test('that is aborted already keeps a task from starting', async () => {
    await expect(
      renderer.renderSection(FINE, SCOPE, { signal: AbortSignal.abort(new Error('cancelled')) }),
    ).rejects.toThrow('cancelled');
  });

  test('ends what is being rendered, and what waits; the next one renders', async () => {
    const stop = new AbortController();
    const running = renderer.renderSection({ heading: 'x', body: STUCK }, HAY, stop);
    const waiting = renderer.renderSection(FINE, SCOPE, stop);
    setTimeout(() => stop.abort(new Error('cancelled')), 100);
    await expect(running).rejects.toThrow('cancelled');
    await expect(waiting).rejects.toThrow('cancelled');
    expect(await renderer.renderSection(FINE, SCOPE)).toEqual(DONE);
  });
});

test('a closed renderer rejects what it was doing', async () => {
  const closed = createRenderer({ threads: 1 });
  const running = failure(STUCK, closed);
  setTimeout(() => void closed.close(), 200);
  expect(await running).toBeInstanceOf(Error);
});
