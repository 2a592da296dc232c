/**
 * Run as `npm test` or `npm run test:long`, under the Node that runs Sheaf (scripts/with-node.mjs).
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * These measure memory. In a process that ran other files before, what those left is freed between
 * two readings.
 */
const MEASURES_MEMORY = ['test/**/*.memory.test.ts'];

/** In `npm run test:long`: only what draws at random, ten times as much of it. */
const TIMES_IF_LONG = '10';
const drawingAtRandom = () =>
  globSync('test/**/*.test.ts').filter((file) =>
    readFileSync(file, 'utf8').includes("support/histories.ts'"),
  );

const shared = {
  // Pothos gets graphql's main file from Node; by its field `module` it would be loaded a second
  // time.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
};

const tests = {
  pool: 'forks' as const,
  // Tests wait for events; these only end one that hangs, on a machine that may be ten times
  // slower than usual.
  testTimeout: 600_000,
  hookTimeout: 600_000,
};

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: ['test/support/postgres.ts'],
    reporters: ['default', './test/support/reporter.ts'],
    // The database, the servers and the browser under test want the other half of a small machine.
    maxWorkers: 2,
    projects: [
      {
        ...shared,
        test: {
          ...tests,
          name: 'together',
          include: mode === 'long' ? drawingAtRandom() : ['test/**/*.test.ts'],
          env: mode === 'long' ? { RANDOM_TIMES: TIMES_IF_LONG } : {},
          exclude: MEASURES_MEMORY,
          // Files that run one after the other share what they import, which took a fifth of the run.
          isolate: false,
        },
      },
      {
        ...shared,
        test: { ...tests, name: 'alone', include: mode === 'long' ? [] : MEASURES_MEMORY },
      },
    ],
  },
}));
