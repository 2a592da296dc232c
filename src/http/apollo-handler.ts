/**
 * Between Fastify and Apollo: a request as Apollo reads it, and its response as it is written. It
 * stands in for @as-integrations/fastify, which also parsed each URL anew.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpContext } from '../graphql/http-context.ts';
import { rememberMediaType } from '../graphql/media-types.ts';

/** Runs the operation of a request, and returns the body of its response. */
export type ApolloHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<string>;

/** A handler that runs operations on `apollo`, which has been started, with the context of each. */
export function apolloHandler(
  apollo: ApolloServer<HttpContext>,
  contextOf: (request: FastifyRequest, reply: FastifyReply) => HttpContext,
): ApolloHandler {
  return async (request, reply) => {
    const { method, url, body } = request;
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method,
        headers: headerMap(request.headers),
        search: searchOf(url),
        body,
      },
      context: async () => contextOf(request, reply),
    });
    const { status = 200, headers } = response;
    if (status === 200) rememberMediaType(request.headers.accept, headers.get('content-type'));
    reply.code(status);
    for (const [name, value] of headers) reply.header(name, value);
    return bodyOf(response);
  };
}

function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value) map.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return map;
}

/** The query of a URL with its question mark; empty if it has none. */
function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

function bodyOf({ body }: HTTPGraphQLResponse): string {
  // Only @defer and @stream, which the schema lacks, make a response in parts.
  if (body.kind !== 'complete') throw new Error('Expected a whole response, found parts of one.');
  return body.string;
}
