/** Run as `npm test`, under the Node that runs Sheaf (scripts/with-node.mjs). */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/postgres.ts"],
    reporters: ["default", "./test/support/reporter.ts"],
    pool: "forks",
    // The database and the servers under test want the other half of a small machine.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
