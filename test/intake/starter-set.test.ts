import { Liquid } from 'liquidjs';
import { describe, expect, test } from 'vitest';
import { QuestionKind } from '../../generated/kysely.ts';
import { computeValues } from '../../src/intake/computed/index.ts';
import { checkTemplate } from '../../src/intake/rendering/index.ts';
import { htmlOf } from '../../src/intake/rendering/markdown.ts';
import { renderSectionSync } from '../../src/intake/rendering/sections.ts';
import {
  STARTER_BLOCKS,
  STARTER_PATHS,
  STARTER_TEMPLATES,
} from '../../src/intake/starter-set/index.ts';
import { CLIENT_TYPES, PACKET_TYPES } from '../../src/intake/vocabulary.ts';
import {
  blocksOf,
  fullClient,
  minimalClient,
  questionsOf,
  type SampleClient,
  TODAY,
} from './starter-set-answers.ts';

const QUESTIONS = STARTER_BLOCKS.flatMap((block) => block.questions);
const PACKETS = STARTER_PATHS.flatMap((path) =>
  path.packetTypes.map((packetType) => [path.clientType, packetType] as const),
);

function packet(client: SampleClient, packetType: string) {
  const template = STARTER_TEMPLATES.find((candidate) => candidate.packetType === packetType);
  const scope = {
    client: { name: client.name, clientType: client.clientType },
    answers: client.answers,
    computed: computeValues(client.answers, TODAY),
  };
  return (template?.sections ?? []).map((section) => {
    const result = renderSectionSync(section, scope);
    if ('failure' in result)
      throw new Error(
        `${packetType} ${section.heading}: ${result.failure.reason} in line ${result.failure.line}`,
      );
    return result.rendered;
  });
}

describe('the starter questions', () => {
  test('are at least 60 in at least 12 blocks, with keys of their own', () => {
    expect(STARTER_BLOCKS.length).toBeGreaterThanOrEqual(12);
    expect(QUESTIONS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(QUESTIONS.map((question) => question.key)).size).toBe(QUESTIONS.length);
    expect(new Set(QUESTIONS.map((question) => question.label)).size).toBeGreaterThan(
      QUESTIONS.length - 5,
    );
    expect(new Set(STARTER_BLOCKS.map((block) => block.key)).size).toBe(STARTER_BLOCKS.length);
  });

  test('have options where one chooses, and only there; bounds where one counts, and only there', () => {
    for (const { key, kind, options, min, max } of QUESTIONS) {
      expect([key, (options?.length ?? 0) > 1]).toEqual([key, kind.endsWith('_CHOICE')]);
      expect([key, new Set(options).size]).toEqual([key, options?.length ?? 0]);
      expect([key, min !== undefined && max !== undefined && min < max]).toEqual([
        key,
        kind === 'NUMBER',
      ]);
    }
  });

  test('use every kind of question', () => {
    expect(new Set(QUESTIONS.map((question) => question.kind))).toEqual(
      new Set(Object.values(QuestionKind)),
    );
  });
});

describe('the starter paths', () => {
  test('are one for each client type, of blocks that exist, each at least 8 blocks and 40 questions', () => {
    expect(STARTER_PATHS.map((path) => path.clientType).sort()).toEqual([...CLIENT_TYPES].sort());
    for (const path of STARTER_PATHS) {
      expect(blocksOf(path.clientType).map((block) => block.key)).toEqual(path.blockKeys);
      expect(new Set(path.blockKeys).size).toBe(path.blockKeys.length);
      expect(path.blockKeys.length).toBeGreaterThanOrEqual(8);
      expect(questionsOf(path.clientType).length).toBeGreaterThanOrEqual(40);
    }
  });

  test('use every block', () => {
    expect(new Set(STARTER_PATHS.flatMap((path) => path.blockKeys))).toEqual(
      new Set(STARTER_BLOCKS.map((block) => block.key)),
    );
  });

  test('ask the young for a guardian and for consent', () => {
    const required = questionsOf('YOUTH').filter((question) => question.required);
    expect(required.map((question) => question.key)).toEqual(
      expect.arrayContaining(['guardianName', 'guardianPhone', 'guardianConsent']),
    );
  });

  test('ask the young neither for weight goals nor for alcohol', () => {
    const keys = questionsOf('YOUTH').map((question) => question.key);
    for (const key of [
      'targetWeightKg',
      'primaryGoal',
      'alcoholDrinksPerWeek',
      'smoking',
      'pregnancyOrNursing',
    ])
      expect(keys).not.toContain(key);
  });

  test('ask for everything that the weekly plan and the energy target need', () => {
    for (const { clientType } of STARTER_PATHS) {
      const values = computeValues(minimalClient(clientType).answers, TODAY);
      expect(values).toMatchObject({
        ageYears: expect.any(Number),
        targetKcal: expect.any(Number),
        hydrationMl: expect.any(Number),
      });
      expect(values.weeklyPlan).toHaveLength(7);
    }
  });
});

describe('the starter templates', () => {
  test('are one default for each packet type, of 4 to 7 sections', () => {
    expect(
      STARTER_TEMPLATES.filter((template) => template.isDefault).map(
        (template) => template.packetType,
      ),
    ).toEqual([...PACKET_TYPES]);
    for (const { sections } of STARTER_TEMPLATES) {
      expect(sections.length).toBeGreaterThanOrEqual(4);
      expect(sections.length).toBeLessThanOrEqual(7);
    }
  });

  test('have no problem', () => {
    for (const template of STARTER_TEMPLATES) expect(checkTemplate(template.sections)).toEqual([]);
  });

  test('read only questions and values that exist', () => {
    const values = Object.keys(computeValues({}, TODAY));
    const known = new Set([
      'client.name',
      'client.clientType',
      ...values.map((name) => `computed.${name}`),
      ...QUESTIONS.map(({ key }) => `answers.${key}`),
    ]);
    const reader = new Liquid();
    for (const filter of ['number', 'sentence', 'lower_first'])
      reader.registerFilter(filter, (value) => value);
    for (const { name, sections } of STARTER_TEMPLATES) {
      for (const { heading, body } of sections) {
        const read = reader
          .globalVariableSegmentsSync(`${heading}\n${body}`)
          .map((path) => path.slice(0, 2).join('.'));
        expect([name, heading, read.filter((path) => !known.has(path))]).toEqual([
          name,
          heading,
          [],
        ]);
      }
    }
  });

  test('compare answers only with options that are offered', () => {
    for (const { name, sections } of STARTER_TEMPLATES) {
      for (const { body } of sections) {
        for (const [comparison, key, option] of body.matchAll(
          /answers\.(\w+) (?:==|!=|contains) '([^']*)'/g,
        )) {
          expect([
            name,
            comparison,
            QUESTIONS.find((question) => question.key === key)?.options,
          ]).toEqual([name, comparison, expect.arrayContaining([option])]);
        }
        for (const [, key, cases] of body.matchAll(
          /{% case answers\.(\w+) %}(.*?){% endcase %}/gs,
        )) {
          const compared = [...(cases ?? '').matchAll(/{% when '([^']*)'/g)].map(
            ([, option]) => option,
          );
          expect([name, key, QUESTIONS.find((question) => question.key === key)?.options]).toEqual([
            name,
            key,
            expect.arrayContaining(compared),
          ]);
        }
      }
    }
  });

  test.each(PACKETS)(
    'for %s: %s reads well with every answer, and with the required ones alone',
    (clientType, packetType) => {
      for (const client of [
        fullClient(clientType),
        minimalClient(clientType),
        { ...fullClient(clientType), answers: {} },
      ]) {
        for (const { heading, markdown } of packet(client, packetType)) {
          expect(heading).toMatch(/^[A-Z][^{}]+$/);
          expect(markdown.length).toBeGreaterThan(90);
          expect(markdown).not.toMatch(
            /{[{%]|undefined|null|NaN|\[object|: *\.|\(\)|\*\*\*\*|^>\s*$(?!\n>)| {2,}\S| [.,;:](?=\s|$)/m,
          );
          expect(htmlOf(markdown)).not.toMatch(/\*\*|^\s*\|/m);
        }
      }
    },
  );

  test.each(PACKETS)(
    'for %s: %s shows hostile answers as they were typed',
    (clientType, packetType) => {
      const hostile =
        '# <script>alert(1)</script> **b** [l](javascript:alert(1)) | c |\n\n- x\n---\n```\n![i](https://x.example/i.png) https://evil.example {{ 7 | times: 7 }}';
      const client = fullClient(clientType);
      const texts = questionsOf(clientType).filter(
        (question) => question.kind === 'TEXT' || question.kind === 'LONG_TEXT',
      );
      const answers = {
        ...client.answers,
        ...Object.fromEntries(texts.map(({ key }) => [key, hostile])),
      };
      const calm = {
        ...client.answers,
        ...Object.fromEntries(texts.map(({ key }) => [key, 'calm'])),
      };
      const structure = (value: Record<string, unknown>, name: string) =>
        packet({ name, clientType, answers: value }, packetType).map(({ markdown }) =>
          htmlOf(markdown).match(/<(?!br)[^>]*>/g),
        );
      expect(structure(answers, hostile)).toEqual(structure(calm, 'Calm'));
    },
  );

  test('say nothing about the weight of minors', () => {
    const minor = { ...fullClient('INDIVIDUAL').answers, dateOfBirth: '2012-01-01' };
    for (const packetType of PACKET_TYPES) {
      const text = packet({ name: 'Kim', clientType: 'YOUTH', answers: minor }, packetType)
        .map((section) => section.markdown)
        .join('\n');
      expect(text).not.toMatch(/81 kg|72 kg|kcal a day\*\*|deficit: tell us/);
    }
  });

  test('send people to a doctor whose health check says so', () => {
    const client = fullClient('INDIVIDUAL');
    for (const packetType of ['WELCOME', 'WORKOUT', 'WELLNESS', 'PERFORMANCE', 'YOUTH']) {
      const text = packet(
        { ...client, answers: { ...client.answers, chestPainOnExertion: true } },
        packetType,
      )
        .map((section) => section.markdown)
        .join('\n');
      expect(text).toMatch(/doctor|physician|paediatrician/);
      expect(text).toMatch(
        /before the first session|first session:|wait with this plan|before you begin|has cleared you/i,
      );
    }
  });
});
