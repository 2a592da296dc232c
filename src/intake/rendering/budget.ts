/** The rendering time of one attempt to generate a packet, shared by its sections and its page. */
import { SECOND } from '../../platform/time.ts';
import { RenderError, type RenderFailure } from './render-error.ts';

/** The starter templates need about 10 ms. */
export const RENDER_BUDGET_MS = 10 * SECOND;

/** Counts down the rendering time of one packet, in milliseconds. */
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

  /** Takes off the time that a thread spent on the packet. Waiting for a thread does not count. */
  spend(milliseconds: number): void {
    this.#leftMs = Math.max(0, this.#leftMs - milliseconds);
  }

  /** The error for a packet that has used it up, in this section or, if that is null, the page. */
  failure({ section, line }: Pick<RenderFailure, 'section' | 'line'>): RenderError {
    const total = `${this.totalMs / SECOND} s for all its sections`;
    return new RenderError({
      kind: 'time',
      reason: `the packet has used up its rendering time, ${total}`,
      section,
      line,
    });
  }
}
