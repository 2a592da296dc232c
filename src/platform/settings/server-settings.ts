/** The settings of the server itself. */
import { z } from 'zod';
import { MINUTE, SECOND } from '../time.ts';
import { flag, listOf, milliseconds, userIds, whole } from './types.ts';

/** The process: address, data folder, log, CORS, metrics and traces. */
export const SERVER = {
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe(
      '`production` refuses to start with an unsafe setting and turns GraphiQL and introspection off',
    ),
  PORT: whole(0, 65_535)
    .default(4000)
    .describe('The port for HTTP and WebSockets; 0 picks a free one'),
  WORKER_PORT: whole(0, 65_535)
    .default(0)
    .describe(
      'The port of `npm run worker` for /healthz, /readyz and /metrics; 0 picks a free one, which it prints',
    ),
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('The address to listen on; a container sets 0.0.0.0'),
  DATA_DIR: z
    .string()
    .default('.sheaf')
    .describe('Where the embedded PostgreSQL keeps its data; one process at a time'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('The lowest level of log lines that are written'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform(listOf)
    .describe(
      'Origins of web pages, besides its own, that may call the API and open WebSockets; separated by commas',
    ),
  METRICS_PORT: whole(0, 65_535)
    .optional()
    .describe('A separate port for /metrics, which no proxy should forward; 0 picks a free one'),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'The bearer token that requests for /metrics must send, at least 16 characters; with neither it nor METRICS_PORT, production serves no /metrics',
    ),
  OPERATORS: userIds
    .default([])
    .describe(
      'The ids of the owners who may see all processes of the installation (`system.processes`), as `{ viewer { id } }` answers them; separated by commas',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where OpenTelemetry traces are sent (OTLP over HTTP); without it there are none'),
};

/** PostgreSQL and Redis. */
export const STORAGE = {
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe(
      'A PostgreSQL database, version 15 or newer; without it `npm start` runs an embedded one',
    ),
  DATABASE_POOL_SIZE: whole(1, 200)
    .default(10)
    .describe('The maximum number of connections to PostgreSQL that each process opens'),
  DATABASE_CONNECT_TIMEOUT_MS: milliseconds(10 * MINUTE)
    .default(2 * SECOND)
    .describe(
      'How long a connection to PostgreSQL may take to be there, in milliseconds; then a request fails with SERVICE_UNAVAILABLE',
    ),
  DATABASE_READ_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('A replica that analytics are read from; without it they are read from DATABASE_URL'),
  SLOW_QUERY_MS: milliseconds(10 * MINUTE)
    .default(100)
    .describe('SQL statements that take longer than this many milliseconds are logged'),
  ANSWERS_CACHE_MB: whole(0, 65_536)
    .default(32)
    .describe(
      'Memory for answers that are kept until something in them changes, in MiB; 0 keeps none',
    ),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe(
      'A Redis that carries notices of changes and caches between processes; needed with more than one process',
    ),
};

/** How tokens are checked, and the key for stored secrets. */
export const SECRETS = {
  AUTH_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe(
      'The key of HS256 tokens, at least 32 characters; the embedded default makes its own',
    ),
  AUTH_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'The address of an identity provider’s keys (JWKS) for RS256 and ES256 tokens; their `sub` is the externalId of a user',
    ),
  AUTH_JWKS_MAX_AGE_SECONDS: whole(1, 300)
    .default(300)
    .describe(
      'How long the keys of AUTH_JWKS_URL are kept, in seconds: tokens of a removed key are refused after that time at the latest',
    ),
  AUTH_ISSUER: z
    .string()
    .optional()
    .describe('The `iss` that every token must have; any when absent'),
  AUTH_AUDIENCE: z
    .string()
    .optional()
    .describe('The `aud` that every token must have; any when absent'),
  ENCRYPTION_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'expected 64 hex digits, as `openssl rand -hex 32` makes them')
    .optional()
    .describe(
      'The key that encrypts the tokens of connected systems, 64 hex digits; without it no system can be connected; the embedded default makes its own',
    ),
};

/** GraphQL, and the limits on requests and live connections. */
export const API = {
  GRAPHIQL: flag
    .optional()
    .describe('Whether GET /graphql shows GraphiQL; on unless NODE_ENV=production'),
  INTROSPECTION: flag
    .optional()
    .describe('Whether clients can query the schema; on unless NODE_ENV=production'),
  BODY_LIMIT_BYTES: whole(1_024, 64 * 1_048_576)
    .default(2 * 1_048_576)
    .describe(
      'The largest request body of a signed-in user, in bytes; everybody else may send 16 KiB',
    ),
  LIVE_CONNECTIONS: whole(1, 1_000_000)
    .default(10_000)
    .describe(
      'The maximum number of WebSockets and streams of signed-in users in a process; above it, the tenant with the most loses some',
    ),
  LIVE_CONNECTIONS_PER_USER: whole(1, 1_000_000)
    .default(100)
    .describe(
      'The maximum number of WebSockets and streams that one user may have open in a process',
    ),
  MAX_TOKENS: whole(10, 100_000)
    .default(2_000)
    .describe('The maximum number of tokens in a GraphQL document'),
  MAX_DEPTH: whole(1, 100)
    .default(12)
    .describe('The maximum depth of an operation; introspection does not count'),
  MAX_COST: whole(1, 10_000_000)
    .default(10_000)
    .describe(
      'The maximum cost of an operation, which is about the number of objects that it may return',
    ),
  API_COST_PER_MINUTE: whole(0, 1_000_000_000)
    .default(500_000_000)
    .describe(
      'The total cost of the operations that a user may run in a minute; an operation costs from 1 to MAX_COST; 0 disables the limit',
    ),
  MAX_STATEMENTS: whole(10, 10_000)
    .default(100)
    .describe(
      'The maximum number of SQL statements that a request, or an event of a subscription, may run',
    ),
  MAX_RESPONSE_BYTES: whole(10_000, 64 * 1_048_576)
    .default(8 * 1_048_576)
    .describe(
      'The largest response to an operation, and the largest event of a subscription, in bytes before compression',
    ),
  REQUEST_TIMEOUT_MS: whole(10, 10 * MINUTE)
    .default(10 * SECOND)
    .describe('The time limit of a request in milliseconds, after which it fails with TIMEOUT'),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .describe('A JSON file of known documents by their SHA-256, as `npm run codegen` writes it'),
  TRUSTED_DOCUMENTS_ONLY: flag
    .default(false)
    .describe('Refuses every document that is not in TRUSTED_DOCUMENTS'),
};
