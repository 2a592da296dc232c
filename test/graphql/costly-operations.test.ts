/** Costly operations take turns. */
import { describe, expect, test } from 'vitest';
import { CostlyOperations } from '../../src/graphql/costly-operations.ts';
import { eventually } from '../support/live.ts';
import { startTestServer } from '../support/server.ts';

const wanted = { tenantId: 'a tenant', signal: new AbortController().signal };

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
    const costly = new CostlyOperations(600_000);
    const works = Array.from({ length: 4 }, someWork);
    const results = works.map((work) => costly.run(work.run, wanted));
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

  test('go to another tenant before any more of one that has many', async () => {
    const costly = new CostlyOperations(600_000);
    const flood = Array.from({ length: 6 }, someWork);
    const running = flood.map((work) => costly.run(work.run, wanted));
    const other = someWork();
    running.push(costly.run(other.run, { ...wanted, tenantId: 'another tenant' }));
    await eventually('two have begun', () => flood.filter((work) => work.begun).length === 2);
    flood[0]?.finish('done');
    await eventually('the other tenant has begun', () => other.begun);
    expect(flood.filter((work) => work.begun).length).toBe(2);
    for (const work of [...flood, other]) work.finish('done');
    await Promise.all(running);
  });

  test('give their turn back when they wait for long', async () => {
    const costly = new CostlyOperations(20);
    const works = Array.from({ length: 3 }, someWork);
    const results = works.map((work) => costly.run(work.run, wanted));
    await eventually('the third has begun', () => works[2]?.begun);
    for (const work of works) work.finish('done');
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done']);
  });

  test('fail for themselves alone', async () => {
    const costly = new CostlyOperations();
    const failures = [
      () => Promise.reject(new Error('later')),
      () => {
        throw new Error('at once');
      },
    ].map((work) => costly.run(work, wanted));
    await expect(failures[0]).rejects.toThrow('later');
    await expect(failures[1]).rejects.toThrow('at once');
    expect(await costly.run(() => 'fine', wanted)).toBe('fine');
  });

  test('are not begun when nobody wants them any more', async () => {
    const costly = new CostlyOperations(600_000);
    const [first, second, third] = [someWork(), someWork(), someWork()];
    const stop = new AbortController();
    const running = [costly.run(first.run, wanted), costly.run(second.run, wanted)];
    const unwanted = costly.run(third.run, { ...wanted, signal: stop.signal });
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
    const query =
      '{ contacts(first: 500) { edges { node { name activities(first: 7) { edges { node { id } } } } } } }';
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${server.north.owner.token}`,
      'x-performance': '1',
    };
    const ask = async () =>
      (
        await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ query }),
        })
      ).json();
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
