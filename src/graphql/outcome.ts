/**
 * What is sent to the client after an execution, the same for HTTP, WebSocket and SSE: the whole
 * result or a refusal, within the limit of its size, with errors masked.
 */
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { RequestError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { asGraphQLError, codedError, maskErrors, masked } from './errors.ts';
import type { Ready } from './operations.ts';
import { isLargerThan } from './response-size.ts';

/** The operation that was executed, and the limit that stopped it, if one did. */
export interface Executed {
  platform: Platform;
  ready: Ready;
  /** Why the request may read no more, if it was over a limit of statements or bytes. */
  refusal: RequestError | null | undefined;
}

/** The result as it is sent; QUERY_TOO_COMPLEX if it is over MAX_RESPONSE_BYTES. */
export function outcome(
  result: ExecutionResult,
  { platform, ready, refusal }: Executed,
): FormattedExecutionResult {
  const { log, config } = platform;
  const changes = ready.operation.operation === 'mutation';
  // The earlier fields of a mutation have been carried out, so they are reported.
  if (refusal && !changes) return { errors: maskErrors([asGraphQLError(refusal)], log) };
  const sent = masked(result, log);
  if (!isLargerThan(sent, config.MAX_RESPONSE_BYTES)) return sent;
  const message = `The response is larger than the limit of ${config.MAX_RESPONSE_BYTES} bytes: ask for less at once.`;
  const done = changes ? ' The changes were made nevertheless.' : '';
  return { errors: maskErrors([codedError('QUERY_TOO_COMPLEX', message + done)], log) };
}
