/**
 * Ends the output of a run with one line for scripts to read, `N passed, N failed`, and `, N
 * skipped` where tests were skipped, after a line for each reason. A file that cannot be
 * loaded, an error outside of any test and a run that breaks off count as failed: the line never
 * says less than the exit code.
 */
import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

const STDOUT = 1;

export default class LastLineReporter implements Reporter {
  #passed = 0;
  #failed = 0;
  #skipped: TestCase[] = [];

  onInit(): void {
    process.on('exit', (code) => {
      const failed = code === 0 ? this.#failed : Math.max(1, this.#failed);
      const skipped = this.#skipped.length > 0 ? `, ${this.#skipped.length} skipped` : '';
      const lines = [
        ...describeSkipped(this.#skipped),
        `${this.#passed} passed, ${failed} failed${skipped}`,
      ];
      writeSync(STDOUT, `${lines.join('\n')}\n`);
    });
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<SerializedError>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const outsideTests =
      errors.length + modules.reduce((sum, module) => sum + errorsAround(module), 0);
    this.#passed = inState('passed').length;
    this.#failed = inState('failed').length + inState('pending').length + outsideTests;
    this.#skipped = inState('skipped');
  }
}

/** Of a file itself, or of the hooks around a group of tests. */
function errorsAround(module: TestModule): number {
  const suites = [...module.children.allSuites()];
  return module.errors().length + suites.reduce((sum, suite) => sum + suite.errors().length, 0);
}

/** One line for each reason: how many tests, and of which files. */
function describeSkipped(tests: readonly TestCase[]): string[] {
  const byReason = Map.groupBy(tests, (test) => {
    const result = test.result();
    return (result.state === 'skipped' && result.note) || 'no reason is given';
  });
  return [...byReason].map(([reason, skipped]) => {
    const files = [...new Set(skipped.map(({ module }) => module.relativeModuleId))];
    return `skipped: ${skipped.length} of ${files.join(', ')}: ${reason}`;
  });
}
