/**
 * Why a packet could not be rendered. The message is stored with the packet and shown to owners and
 * members, so it is only about the template and never repeats what a client answered.
 */

/**
 * `template`: the source is wrong; `time`: the packet has used up its rendering time; `memory`,
 * `size`: it exceeded a limit; `worker`: the thread failed.
 */
export type RenderFailureKind = 'template' | 'time' | 'memory' | 'size' | 'worker';

/** The data of a RenderError, which can cross the border of a thread. */
export interface RenderFailure {
  kind: RenderFailureKind;
  /** What went wrong, as half a sentence: 'undefined filter: shout'. */
  reason: string;
  /** Index of the section among those of the call; null for the page. */
  section: number | null;
  /** From 1, in the section's source; null when it is not known. */
  line: number | null;
}

/** A packet could not be rendered; the message says where and why. */
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
