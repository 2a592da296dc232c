/**
 * Plans, templates and what follows from the states of steps: pure functions, held against random
 * graphs.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../src/workflows/definitions/definition.ts';
import { orderProblems } from '../../src/workflows/definitions/order-problems.ts';
import { ancestorsOf, type PlannedStep, planOf } from '../../src/workflows/definitions/plan.ts';
import { fillTemplates, TemplateError } from '../../src/workflows/definitions/templates.ts';
import {
  nextSteps,
  type RunLimits,
  type StepState,
} from '../../src/workflows/execution/engine/next-steps.ts';

/**
 * Random graphs without cycles: each step may depend on those drawn before it; the order of
 * definition is another one.
 */
const acyclic = fc
  .array(
    fc.tuple(
      fc.array(fc.nat(), { maxLength: 4 }),
      fc.boolean(),
      fc.constantFrom('done', 'failed', 'skipped'),
      fc.nat(),
    ),
    { minLength: 1, maxLength: 25 },
  )
  .map((drawn) =>
    drawn
      .map(([dependencies, parallel, fate, place], index) => ({
        step: {
          ...step(
            `s${index}`,
            index === 0 ? [] : [...new Set(dependencies.map((one) => `s${one % index}`))],
          ),
          parallel: parallel || fate !== 'done',
        },
        fate,
        place,
      }))
      .sort((one, other) => one.place - other.place),
  );

function step(id: string, dependsOn: string[] = []): Step {
  return { id, type: 'WAIT', dependsOn, input: {}, when: null, parallel: true, timeoutSeconds: 60 };
}

describe('a plan', () => {
  test('puts each step into the earliest group it can be in', () => {
    fc.assert(
      fc.property(acyclic, (drawn) => {
        const steps = drawn.map(({ step: one }) => one);
        expect(orderProblems(steps)).toEqual([]);
        const { groups } = planOf(steps);
        const level = new Map(
          groups.flatMap((group, index) => group.map((id) => [id, index] as const)),
        );
        expect([...level.keys()].sort()).toEqual(steps.map(({ id }) => id).sort());
        for (const { id, dependsOn } of steps)
          expect(level.get(id)).toBe(
            dependsOn.length === 0
              ? 0
              : 1 + Math.max(...dependsOn.map((one) => level.get(one) ?? -1)),
          );
      }),
    );
  });

  test('has a chain of as many steps as there are groups as its critical path', () => {
    fc.assert(
      fc.property(acyclic, (drawn) => {
        const steps = drawn.map(({ step: one }) => one);
        const { groups, criticalPath } = planOf(steps);
        expect(criticalPath).toHaveLength(groups.length);
        for (const [index, id] of criticalPath.entries()) {
          const { dependsOn } = steps.find((one) => one.id === id) as PlannedStep;
          expect(
            index === 0 ? dependsOn : dependsOn.includes(criticalPath[index - 1] as string),
          ).toEqual(index === 0 ? [] : true);
        }
      }),
    );
  });

  test('is refused with the steps of a cycle, wherever it is and whatever hangs on it', () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), fc.nat(), (drawn, from, to) => {
        const steps = drawn.map(({ step: one }) => one);
        const [first, last] = [
          steps[from % steps.length] as Step,
          steps[to % steps.length] as Step,
        ];
        const closed = steps.map((one) =>
          one.id === last.id
            ? { ...one, dependsOn: [...new Set([...one.dependsOn, first.id])] }
            : one,
        );
        const isCycle = first.id === last.id || ancestorsOf(steps).get(first.id)?.has(last.id);
        const problems = orderProblems(closed);
        expect(problems.map(({ code }) => code)).toEqual(
          isCycle ? problems.map(() => 'CYCLE') : [],
        );
        if (!isCycle) return;
        const named =
          first.id === last.id
            ? [first.id]
            : (/: (.*)\.$/.exec(problems[0]?.message ?? '')?.[1] ?? '').split(' → ');
        expect(problems).toHaveLength(1);
        expect(named[0]).toBe(named.length === 1 ? first.id : named.at(-1));
        for (const [index, id] of named.slice(0, -1).entries())
          expect(closed.find((one) => one.id === id)?.dependsOn).toContain(named[index + 1]);
      }),
    );
  });

  test('names each of several cycles', () => {
    const problems = orderProblems([
      step('a', ['b']),
      step('b', ['a']),
      step('c', ['c']),
      step('d', ['a', 'c']),
    ]);
    expect(problems).toEqual([
      {
        code: 'CYCLE',
        field: ['steps', '0', 'dependsOn'],
        message: 'These steps wait for each other: a → b → a.',
      },
      {
        code: 'CYCLE',
        field: ['steps', '2', 'dependsOn'],
        message: 'The step "c" depends on itself.',
      },
    ]);
  });
});

/**
 * Runs steps as an engine would that ends them in any order; answers in which order they began, and
 * how each ended.
 */
function simulate(drawn: { step: Step; fate: string }[], limits: RunLimits, choose: () => number) {
  const steps = drawn.map(({ step: one }) => one);
  const fates = new Map(drawn.map(({ step: one, fate }) => [one.id, fate]));
  const states = new Map<string, StepState>(
    steps.map(({ id }) => [
      id,
      { stepId: id, status: 'PENDING', blocked: false, enqueued: false, paused: false },
    ]),
  );
  const began: string[] = [];
  const running: string[] = [];
  const together: string[][] = [];
  for (;;) {
    const next = nextSteps(steps, states, limits);
    for (const id of next.block)
      Object.assign(states.get(id) as StepState, { status: 'SKIPPED', blocked: true });
    for (const id of next.start) Object.assign(states.get(id) as StepState, { enqueued: true });
    began.push(...next.start);
    running.push(...next.start);
    together.push([...running]);
    if (running.length === 0) return { states, began, together, ended: next.ended };
    expect(next.ended).toBeNull();
    const [id] = running.splice(choose() % running.length, 1) as [string];
    const status = { done: 'COMPLETED', failed: 'FAILED', skipped: 'SKIPPED' }[
      fates.get(id) as 'done'
    ] as 'COMPLETED';
    Object.assign(states.get(id) as StepState, { status, enqueued: false });
  }
}

describe('what follows from the states of steps', () => {
  const limits = fc.record({ maxParallel: fc.integer({ min: 1, max: 4 }), parallel: fc.boolean() });

  test('is that each step begins once, after all it depends on, unless one of these failed', () => {
    fc.assert(
      fc.property(acyclic, limits, fc.infiniteStream(fc.nat()), (drawn, given, choices) => {
        const { states, began, ended } = simulate(
          drawn,
          given,
          () => choices.next().value as number,
        );
        expect(new Set(began).size).toBe(began.length);
        const fates = new Map(drawn.map(({ step: one, fate }) => [one.id, fate]));
        const ancestors = ancestorsOf(drawn.map(({ step: one }) => one));
        for (const { step: one, fate } of drawn) {
          const isBehindFailed = [...(ancestors.get(one.id) ?? [])].some(
            (id) => fates.get(id) === 'failed' && began.includes(id),
          );
          expect(began.includes(one.id)).toBe(!isBehindFailed);
          expect(states.get(one.id)).toMatchObject(
            isBehindFailed
              ? { status: 'SKIPPED', blocked: true }
              : {
                  status: { done: 'COMPLETED', failed: 'FAILED', skipped: 'SKIPPED' }[fate],
                  blocked: false,
                },
          );
          for (const id of one.dependsOn)
            if (began.includes(one.id))
              expect(began.indexOf(id)).toBeLessThan(began.indexOf(one.id));
        }
        expect(ended).toBe(
          drawn.some(({ step: one }) => states.get(one.id)?.status === 'FAILED')
            ? 'FAILED'
            : 'COMPLETED',
        );
      }),
    );
  });

  test('is that no more run at once than may, and those that run alone do', () => {
    fc.assert(
      fc.property(acyclic, limits, fc.infiniteStream(fc.nat()), (drawn, given, choices) => {
        const { together } = simulate(drawn, given, () => choices.next().value as number);
        const alone = new Set(
          drawn.filter(({ step: one }) => !one.parallel).map(({ step: one }) => one.id),
        );
        for (const running of together) {
          expect(running.length).toBeLessThanOrEqual(given.parallel ? given.maxParallel : 1);
          if (running.some((id) => alone.has(id))) expect(running).toHaveLength(1);
        }
      }),
    );
  });
});

describe('templates', () => {
  test('give back every JSON value as it is when they are the whole of a text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.stringMatching(/^[a-z_]\w{0,8}$/), (value, key) => {
        const parsed: unknown = JSON.parse(JSON.stringify(value));
        expect(
          fillTemplates(
            { a: [`{{ input.${key} }}`] },
            { input: { [key]: parsed }, outputs: new Map() },
          ),
        ).toEqual({ a: [parsed] });
        expect(
          fillTemplates(`{{steps.x.output.${key}}}`, {
            input: {},
            outputs: new Map([['x', { [key]: parsed }]]),
          }),
        ).toEqual(parsed);
      }),
    );
  });

  test('leave everything else as it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => !JSON.stringify(value).includes('{{')),
        (value) => {
          const parsed: unknown = JSON.parse(JSON.stringify(value));
          expect(fillTemplates(parsed, { input: {}, outputs: new Map() })).toEqual(parsed);
        },
      ),
    );
  });

  test.each([
    '{{ input.toString }}',
    '{{ input.__proto__ }}',
    '{{ input.a.b.c }}',
    '{{ input.list[2] }}',
    '{{ steps.gone.output.x }}',
    '{{ input.a.length }}',
  ])('that stand for nothing are refused: %s', (template) => {
    const scope = { input: { a: { b: 'text' }, list: [1, 2] }, outputs: new Map() };
    expect(() => fillTemplates(template, scope)).toThrow(TemplateError);
  });

  test('fill no more than a step may take', () => {
    const scope = { input: { text: 'x'.repeat(100_000) }, outputs: new Map() };
    expect(() =>
      fillTemplates(
        Array.from({ length: 20 }, () => '{{ input.text }}'),
        scope,
      ),
    ).toThrow('1,048,576 characters');
  });
});
