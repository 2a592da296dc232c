/** Answers that are made before or beside GraphQL, in the shape of a GraphQL answer. */
import type { FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import { HTTP_STATUS, maskErrors } from '../graphql/errors.ts';
import { type ErrorCode, RequestError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';

/** The body with one error. */
function errorBody(code: ErrorCode, message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

/** Answers with one error of a code and the status that fits it, or with `status`. */
export function sendCode(reply: FastifyReply, code: ErrorCode, { message, status }: { message: string; status?: number }): FastifyReply {
  return reply
    .code(status ?? HTTP_STATUS[code] ?? 400)
    .type('application/json; charset=utf-8')
    .send(errorBody(code, message));
}

/** Answers with what was thrown, masked like an error of GraphQL. */
export function sendError(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  const originalError = error instanceof Error ? error : new Error(String(error));
  const [masked] = maskErrors([new GraphQLError(originalError.message, { originalError })], log);
  const code = (masked?.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR') as ErrorCode;
  const status = error instanceof RequestError || code !== 'INTERNAL_SERVER_ERROR' ? (HTTP_STATUS[code] ?? 400) : 500;
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ errors: [masked] }));
}
