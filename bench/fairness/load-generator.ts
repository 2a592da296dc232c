/**
 * The load generator of bench/load.ts, a process of its own: its work is not to be felt by what is
 * measured here.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Load, LoadResult } from '../load.ts';
import { endWithThisProcess } from '../processes.ts';

export class LoadGenerator {
  #process: ChildProcess | null = null;

  /** One load at a time. */
  run(load: Load): Promise<LoadResult> {
    this.#process ??= begin();
    const generator = this.#process;
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) =>
        reject(new Error(`The load generator ended with code ${code}.`));
      generator.once('exit', ended);
      generator.once('message', (result: LoadResult) => {
        generator.off('exit', ended);
        resolve(result);
      });
      generator.send(load);
    });
  }

  close(): void {
    this.#process?.disconnect();
  }
}

function begin(): ChildProcess {
  const generator = fork(new URL('../load.ts', import.meta.url));
  endWithThisProcess(generator);
  return generator;
}
