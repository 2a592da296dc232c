/** Limits of any connection: Fastify's settings for every server of the process. */
import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';
import { SECOND } from '../platform/time.ts';

/**
 * A peer that neither sends nor reads for this long is gone, or wants to keep a response in our
 * memory.
 */
export const STANDSTILL_MS = 60 * SECOND;
/**
 * The number of connections besides the signed-in WebSockets and streams (LIVE_CONNECTIONS):
 * requests, idle connections, and those that never send a request.
 */
export const OTHER_CONNECTIONS = 5_000;

/**
 * Smaller responses would not save a packet. Every client reads gzip; brotli makes 68 kB 2 %
 * smaller for twice the CPU.
 */
export const COMPRESSED_FROM_BYTES = 1_024;

/** Sizes in bytes, times in milliseconds, for every HTTP server of the process. */
export const HTTP_LIMITS = {
  bodyLimit: 256 * 1_024,
  /** For the whole request, body included. */
  requestTimeout: 30 * SECOND,
  keepAliveTimeout: 72 * SECOND,
  connectionTimeout: STANDSTILL_MS,
  /** Headers normally arrive at once; Node checks for late ones periodically. */
  http: { headersTimeout: 10 * SECOND, connectionsCheckingInterval: 5 * SECOND },
} satisfies FastifyHttpOptions<Server>;

/** Clients choose the names of operations; a log line holds at most this many characters of one. */
export const MAX_NAME_CHARACTERS = 100;
