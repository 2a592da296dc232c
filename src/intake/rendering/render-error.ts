/**
 * Why a packet could not be rendered. Its message is stored with the packet and shown to staff, so
 * it speaks of the template alone and never repeats what a client answered.
 */

/**
 * `template`: the source is at fault; `time`: the packet's budget is used up; `memory`, `size`: it
 * went over a limit; `worker`: the thread failed.
 */
export type RenderFailureKind = 'template' | 'time' | 'memory' | 'size' | 'worker';

export interface RenderFailure {
  kind: RenderFailureKind;
  /** What went wrong, as half a sentence: 'undefined filter: shout'. */
  reason: string;
  /** Index of the section among those of the call; null for the page. */
  section: number | null;
  /** In the section's source, from 1, where it is known. */
  line: number | null;
}

export class RenderError extends Error {
  readonly kind: RenderFailureKind;
  readonly section: number | null;
  readonly line: number | null;

  constructor(failure: RenderFailure, options?: ErrorOptions) {
    const place = [
      failure.section === null ? 'page' : `section ${failure.section + 1}`,
      ...(failure.line === null ? [] : [`line ${failure.line}`]),
    ].join(', ');
    super(`${place}: ${failure.reason}`, options);
    this.name = 'RenderError';
    this.kind = failure.kind;
    this.section = failure.section;
    this.line = failure.line;
  }
}
