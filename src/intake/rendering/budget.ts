/** The rendering time of one attempt of a packet: its sections and its page use it up together. */
import { SECOND } from '../../platform/time.ts';
import { RenderError, type RenderFailure } from './render-error.ts';

/** The starter templates take some 10 ms. */
export const RENDER_BUDGET_MS = 10 * SECOND;

export class RenderBudget {
  readonly totalMs: number;
  #leftMs: number;

  constructor(totalMs = RENDER_BUDGET_MS) {
    this.totalMs = totalMs;
    this.#leftMs = totalMs;
  }

  /** What is left, in milliseconds; never less than 0. */
  get leftMs(): number {
    return this.#leftMs;
  }

  /** Counts time that a thread spent on the packet; what it waited for a thread is not counted. */
  spend(milliseconds: number): void {
    this.#leftMs = Math.max(0, this.#leftMs - milliseconds);
  }

  /** The failure of a packet that has used it up, at a section or the page. */
  failure({ section, line }: Pick<RenderFailure, 'section' | 'line'>): RenderError {
    return new RenderError({
      kind: 'time',
      reason: `the packet has used up its rendering time, ${this.totalMs / SECOND} s for all its sections`,
      section,
      line,
    });
  }
}
