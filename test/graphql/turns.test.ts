/** Costly operations take turns. */
import { describe, expect, test } from 'vitest';
import { Turns } from '../../src/graphql/turns.ts';
import { eventually } from '../support/live.ts';
import { startTestServer } from '../support/server.ts';

const never = new AbortController().signal;

/** Work that ends when it is told to, and says whether it has begun. */
function someWork() {
  const { promise, resolve } = Promise.withResolvers<string>();
  const run = () => {
    work.begun = true;
    return promise;
  };
  const work = { begun: false, finish: resolve, run };
  return work;
}

describe('costly operations', () => {
  test('run two at a time, in their order', async () => {
    const turns = new Turns(600_000);
    const works = Array.from({ length: 4 }, someWork);
    const results = works.map((work) => turns.take(work.run, never));
    const begun = () => works.map((work) => work.begun);
    await eventually('two have begun', () => begun().filter(Boolean).length === 2);
    expect(begun()).toEqual([true, true, false, false]);
    works[1]?.finish('second');
    expect(await results[1]).toBe('second');
    await eventually('the third has begun', () => works[2]?.begun);
    expect(begun()).toEqual([true, true, true, false]);
    for (const [index, work] of works.entries()) work.finish(`${index}`);
    expect(await Promise.all(results)).toEqual(['0', 'second', '2', '3']);
  });

  test('give their turn back when they wait for long', async () => {
    const turns = new Turns(20);
    const works = Array.from({ length: 3 }, someWork);
    const results = works.map((work) => turns.take(work.run, never));
    await eventually('the third has begun', () => works[2]?.begun);
    for (const work of works) work.finish('done');
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done']);
  });

  test('fail for themselves alone', async () => {
    const turns = new Turns();
    const failures = [
      () => Promise.reject(new Error('later')),
      () => {
        throw new Error('at once');
      },
    ].map((work) => turns.take(work, never));
    await expect(failures[0]).rejects.toThrow('later');
    await expect(failures[1]).rejects.toThrow('at once');
    expect(await turns.take(() => 'fine', never)).toBe('fine');
  });

  test('are not begun when nobody wants them any more', async () => {
    const turns = new Turns(600_000);
    const [first, second, third] = [someWork(), someWork(), someWork()];
    const stop = new AbortController();
    const running = [turns.take(first.run, never), turns.take(second.run, never)];
    const unwanted = turns.take(third.run, stop.signal);
    stop.abort();
    first.finish('done');
    second.finish('done');
    await expect(unwanted).rejects.toThrow();
    expect(third.begun).toBe(false);
    expect(await Promise.all(running)).toEqual(['done', 'done']);
  });
});

test('costly queries that come at once are all answered, and each counts its own statements', async () => {
  const server = await startTestServer({ worker: false });
  try {
    const query = '{ contacts(first: 500) { edges { node { name activities(first: 7) { edges { node { id } } } } } } }';
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.north.owner.token}`, 'x-performance': '1' };
    const ask = async () => (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })).json();
    await ask();
    const answers = (await Promise.all(Array.from({ length: 8 }, ask))) as any[];
    expect(answers.map(({ errors }) => errors)).toEqual(answers.map(() => undefined));
    const statements = answers.map(({ extensions }) => extensions.performance.sqlStatements);
    expect(new Set(statements).size).toBe(1);
    expect(statements[0]).toBeGreaterThan(0);
  } finally {
    await server.stop();
  }
});
