/**
 * Responses that are made before or outside GraphQL execution, in the shape and media type of a
 * GraphQL response.
 */
import type { FastifyReply } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { codeOf, HTTP_STATUS, maskErrors, retryAfterSeconds } from '../graphql/errors.ts';
import { wantsGraphQLResponse } from '../graphql/media-types.ts';
import { type ErrorCode, RequestError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { isRecord } from '../platform/records.ts';
import { signInFaultOf } from '../tenancy/index.ts';

/** The largest batch whose operations each get an error; Apollo's BatchHttpLink sends 10. */
const MAX_BATCH = 50;

/** Sends one error with a code, and the status that belongs to the code, or `status`. */
export function sendCode(
  reply: FastifyReply,
  code: ErrorCode,
  { message, status }: { message: string; status?: number },
): FastifyReply {
  return sendErrors(reply, [{ message, extensions: { code } }], status ?? HTTP_STATUS[code] ?? 400);
}

/** Sends what was thrown, masked like an error of GraphQL. */
export function sendError(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  reply.request.signInFault = signInFaultOf(error);
  const originalError = error instanceof Error ? error : new Error(String(error));
  const errors = maskErrors([new GraphQLError(originalError.message, { originalError })], log);
  const code = codeOf(errors) ?? 'INTERNAL_SERVER_ERROR';
  return sendErrors(
    reply,
    errors,
    error instanceof RequestError || code !== 'INTERNAL_SERVER_ERROR'
      ? (HTTP_STATUS[code] ?? 400)
      : 500,
  );
}

/**
 * Responds to a batch with one error for each of its operations, in the form that batching clients
 * read. Returns false if the body is not such a batch, or is too large.
 */
export function sendBatchRefusal(reply: FastifyReply, batch: readonly unknown[]): boolean {
  if (batch.length === 0 || batch.length > MAX_BATCH || !batch.every(isRecord)) return false;
  const error = {
    message: 'Batches are not supported: send each operation in a request of its own.',
    extensions: { code: 'BAD_REQUEST' },
  };
  // With application/json the status is that of the transport, as for any response to a well-formed
  // request.
  sendJson(
    reply.code(wantsGraphQLResponse(reply.request.headers.accept) ? 400 : 200),
    JSON.stringify(batch.map(() => ({ errors: [error] }))),
  );
  return true;
}

function sendErrors(
  reply: FastifyReply,
  errors: GraphQLFormattedError[],
  status: number,
): FastifyReply {
  const seconds = retryAfterSeconds(errors);
  if (seconds !== null) reply.header('retry-after', seconds);
  // The rest of such a body is not worth reading.
  if (status === 413) reply.header('connection', 'close');
  return sendJson(reply.code(status), JSON.stringify({ errors }));
}

function sendJson(reply: FastifyReply, body: string): FastifyReply {
  const type = wantsGraphQLResponse(reply.request.headers.accept)
    ? 'application/graphql-response+json'
    : 'application/json';
  return reply.type(`${type}; charset=utf-8`).send(body);
}
