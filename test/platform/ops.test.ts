/** The alerts, their runbooks and the dashboard: that each names only what there is. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse as parseQuery, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeSettings } from '../../src/platform/config.ts';
import { send } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const PROJECT = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(PROJECT, name), 'utf8');

const Rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+m$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({
    runbook: z.string(),
    summary: z.string(),
    description: z.string().optional(),
  }),
});
const Rules = z.object({ groups: z.array(z.object({ rules: z.array(Rule) })) });
const Dashboard = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      id: z.int(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.object({ expr: z.string() })),
    }),
  ),
});

const rules = Rules.parse(parse(read('ops/prometheus/alerts.yaml'))).groups.flatMap(
  (group) => group.rules,
);
const { panels } = Dashboard.parse(JSON.parse(read('ops/grafana/sheaf.json')));
const pages = readdirSync(join(PROJECT, 'ops/runbooks')).map((name) => ({
  name,
  text: read(`ops/runbooks/${name}`),
}));

describe('each alert', () => {
  test.each(rules)('$alert has a page that says what it means and what to do', (rule) => {
    expect(rule.annotations.runbook).toBe(`ops/runbooks/${rule.alert}.md`);
    const page = read(rule.annotations.runbook);
    expect([...page.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title)).toEqual([
      rule.alert,
      'What it means',
      'What to look at',
      'What to do',
    ]);
  });

  test('has a page, and each page an alert', () => {
    expect(pages.map(({ name }) => name).sort()).toEqual(
      rules.map(({ alert }) => `${alert}.md`).sort(),
    );
  });
});

describe.each(pages)('the page $name', ({ text }) => {
  const flat = text.replace(/\n +/g, ' ').replaceAll('\n', ' ');
  const inBackticks = [...flat.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');

  test('links to files, and names panels of the dashboard', () => {
    for (const [, path] of flat.matchAll(/\]\(([^)#]+)(?:#[\w-]+)?\)/g))
      expect([path, existsSync(join(PROJECT, 'ops/runbooks', path ?? ''))]).toEqual([path, true]);
    const titles = [...panels.map(({ title }) => title), 'Upgrades'];
    for (const [, title] of flat.matchAll(/(?<!\*)\*([^*]+)\*/g)) expect(titles).toContain(title);
  });

  test('quotes messages that are in the log', () => {
    const source = globSync('src/**/*.ts', { cwd: PROJECT }).map(read).join('');
    const quoted = [...flat.matchAll(/"([a-zA-Z][^"]+)"/g)].map(([, words]) => words ?? '');
    for (const words of quoted.filter((one) => !/\bN\b|^sheaf$/.test(one)))
      expect([words, source.includes(words)]).toEqual([words, true]);
  });

  test('names settings, and asks for fields, that there are', () => {
    const settings = describeSettings().flatMap((group) => group.settings.map(({ name }) => name));
    const codes = ['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE'];
    for (const name of inBackticks.filter((code) => /^[A-Z]+(_[A-Z]+)+$/.test(code)))
      expect([...settings, ...codes]).toContain(name);
    const schema = buildSchema(read('schema.graphql'));
    for (const code of inBackticks.filter((one) => /^\w+ \{ \w/.test(one)))
      expect([code, validate(schema, parseQuery(`{ ${code} }`))]).toEqual([code, []]);
    const fields = Object.keys({
      ...schema.getQueryType()?.getFields(),
      ...schema.getMutationType()?.getFields(),
    });
    const camelCase = inBackticks.filter((one) => /^[a-z]+[A-Z]\w+$/.test(one));
    for (const name of camelCase) expect([...fields, 'signIn', 'errorMessage']).toContain(name);
  });
});

describe('metrics', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());
  const metrics = async () => (await send(server.url, { method: 'GET', path: '/metrics' })).text;

  test('that alerts, pages and the dashboard name are served', async () => {
    const served = new Set(
      [...(await metrics()).matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name ?? ''),
    );
    const texts = [
      ...rules.map(({ expr }) => expr),
      ...pages.map(({ text }) => text),
      ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ].join('\n');
    const named = [...texts.matchAll(/\b(sheaf|nodejs|process)_\w+/g)].map(([name]) =>
      name.replace(/_(bucket|count|sum)$/, ''),
    );
    expect(named.length).toBeGreaterThan(50);
    for (const name of new Set(named)) expect([name, served.has(name)]).toEqual([name, true]);
  });

  test('tell operations apart, but only the first hundred names', async () => {
    for (let place = 0; place < 105; place += 1)
      await server.north.owner.run(`query Name${place} { viewer { role } }`);
    await server.north.owner.run('{ viewer { role } }');
    await send(server.url, { body: { query: 'query Stranger { __typename }' } });
    const text = await metrics();
    const counts = new Map(
      [...text.matchAll(/^sheaf_operation_seconds_count\{operation="(\w+)"\} (\d+)$/gm)].map(
        ([, name, count]) => [name, Number(count)],
      ),
    );
    expect(counts.get('Name0')).toBe(1);
    expect(counts.get('other')).toBeGreaterThanOrEqual(5);
    expect(counts.get('unnamed')).toBeGreaterThanOrEqual(1);
    expect(counts.has('Stranger')).toBe(false);
    expect(counts.size).toBe(102);
  });
});

test('no two panels of the dashboard overlap or share an id', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, place) => `${x + (place % w)},${y + Math.floor(place / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});
