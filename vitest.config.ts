/** Run as `npm test`, under the Node that runs Sheaf (scripts/with-node.mjs). */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Pothos gets graphql's main file from Node; by its field `module` it would be loaded a second
  // time.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts'],
    reporters: ['default', './test/support/reporter.ts'],
    pool: 'forks',
    // Files that run one after the other share what they import, which took a fifth of the run.
    isolate: false,
    // The database, the servers and the browser under test want the other half of a small machine.
    maxWorkers: 2,
    // Tests wait for events; these only end one that hangs, on a machine that may be ten times
    // slower than usual.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
