/**
 * What a Pipedrive that can't be read is told with: messages for the person who looks at the sync.
 */

export type PipedriveFailure =
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'BLOCKED'
  | 'BUSY'
  | 'DAILY_LIMIT'
  | 'UNREACHABLE'
  | 'ADDRESS'
  | 'SERVER_ERROR'
  | 'GARBLED'
  | 'TOO_LARGE'
  | 'CURSOR_REFUSED'
  | 'CURSOR_LOOP'
  | 'TOO_MANY_PAGES'
  | 'REFUSED';

/** Pipedrive can't be read on; whatever passes by itself was tried again before. */
export class PipedriveError extends Error {
  readonly reason: PipedriveFailure;

  constructor(reason: PipedriveFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PipedriveError';
    this.reason = reason;
  }
}
