/**
 * Ends the output of a run with one line for scripts to read, `N passed, N failed`, and `, N skipped` where tests were
 * skipped, after a line with the reason of each. A file that cannot be loaded, an error outside of any test and a run that
 * breaks off count as failed: the line never says less than the exit code.
 */
import { writeSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

const STDOUT = 1;

export default class LastLineReporter implements Reporter {
  #lines = ["0 passed, 1 failed"];

  onInit(): void {
    process.on("exit", () => {
      writeSync(STDOUT, `${this.#lines.join("\n")}\n`);
    });
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<SerializedError>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === "skipped");
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const outsideTests = errors.length + modules.reduce((sum, module) => sum + errorsAround(module), 0);
    const unfinished = count("pending");
    const line = `${count("passed")} passed, ${count("failed") + unfinished + outsideTests} failed`;
    this.#lines = [...skipped.map(describeSkipped), skipped.length > 0 ? `${line}, ${skipped.length} skipped` : line];
  }
}

/** Of a file itself, or of the hooks around a group of tests. */
function errorsAround(module: TestModule): number {
  const suites = [...module.children.allSuites()];
  return module.errors().length + suites.reduce((sum, suite) => sum + suite.errors().length, 0);
}

function describeSkipped(test: TestCase): string {
  const result = test.result();
  const reason = result.state === "skipped" && result.note ? `: ${result.note}` : "";
  return `skipped: ${test.module.relativeModuleId} > ${test.fullName}${reason}`;
}
