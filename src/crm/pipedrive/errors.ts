/** The error of a sync that can't read Pipedrive. */

/** Why Pipedrive can't be read. */
export type PipedriveFailure =
  | 'UNAUTHORIZED'
  | 'SUBSCRIPTION'
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
  | 'EMPTY_LIST'
  | 'REFUSED';

/**
 * Pipedrive can't be read; temporary failures have been tried again. The message is for the person
 * who looks at the sync, and never holds the token.
 */
export class PipedriveError extends Error {
  readonly reason: PipedriveFailure;

  constructor(reason: PipedriveFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PipedriveError';
    this.reason = reason;
  }
}
