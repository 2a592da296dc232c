/**
 * Every setting of Sheaf, with its type, default and meaning: the one reader of the environment.
 * `.env.example` and the README's table are generated from here (`npm run settings`).
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { MINUTE, SECOND } from './time.ts';

const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((value) => value === 'true' || value === '1');
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const milliseconds = (max: number) => whole(0, max);

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

const shape = {
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe(
      '`production` refuses to start with an unsafe setting and turns GraphiQL and introspection off',
    ),
  PORT: whole(0, 65_535)
    .default(4000)
    .describe('The port of HTTP and WebSockets; 0 takes a free one'),
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
    .describe('The least important log line that is written'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('PostgreSQL 15 or newer; without it `npm start` runs an embedded one'),
  DATABASE_POOL_SIZE: whole(1, 200)
    .default(10)
    .describe('Connections to PostgreSQL of each process'),
  DATABASE_READ_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('A replica that analytics are read from; without it they come from DATABASE_URL'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe(
      'Carries notices of changes and caches between processes; needed as soon as there are two',
    ),
  AUTH_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('Key of HS256 tokens, at least 32 characters; the embedded default makes its own'),
  ENCRYPTION_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'expected 64 hex digits, as `openssl rand -hex 32` makes them')
    .optional()
    .describe(
      '64 hex digits: seals the tokens of connected systems; without it none can be connected; the embedded default makes its own',
    ),
  AUTH_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Keys of RS256 and ES256 tokens of an identity provider, whose `sub` is a user’s externalId',
    ),
  AUTH_JWKS_MAX_AGE_SECONDS: whole(1, 300)
    .default(300)
    .describe('How old these keys may get: a token whose key was removed is refused by then'),
  AUTH_ISSUER: z.string().optional().describe('The `iss` that tokens must have'),
  AUTH_AUDIENCE: z.string().optional().describe('The `aud` that tokens must have'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform(listOf)
    .describe(
      'Origins of pages that may call the API and open WebSockets beside its own, separated by commas',
    ),
  METRICS_PORT: whole(0, 65_535)
    .optional()
    .describe('A port for /metrics alone, which no proxy passes on; 0 takes a free one'),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Who asks for /metrics must send it as a bearer token, at least 16 characters; in production without it and METRICS_PORT there is no /metrics',
    ),
  GRAPHIQL: flag
    .optional()
    .describe('Whether GET /graphql shows GraphiQL; on unless NODE_ENV=production'),
  INTROSPECTION: flag
    .optional()
    .describe('Whether the schema can be queried; on unless NODE_ENV=production'),
  BODY_LIMIT_BYTES: whole(1_024, 64 * 1_048_576)
    .default(2 * 1_048_576)
    .describe('The largest request body of a signed-in user; others may send 16 KiB'),
  LIVE_CONNECTIONS: whole(1, 1_000_000)
    .default(10_000)
    .describe(
      'WebSockets and streams of signed-in users that a process holds; when there are more, the tenant with the most gives some up',
    ),
  LIVE_CONNECTIONS_PER_USER: whole(1, 1_000_000)
    .default(100)
    .describe('WebSockets and streams that one user may have at a process'),
  MAX_TOKENS: whole(10, 100_000).default(2_000).describe('Tokens of a GraphQL document'),
  MAX_DEPTH: whole(1, 100).default(12).describe('Depth of an operation, introspection aside'),
  MAX_COST: whole(1, 10_000_000).default(10_000).describe('Objects that an operation may ask for'),
  API_COST_PER_MINUTE: whole(0, 1_000_000_000)
    .default(500_000_000)
    .describe(
      'Cost of all operations that a user may run in a minute; an operation costs at least 1 and at most MAX_COST; 0 disables the limit',
    ),
  MAX_STATEMENTS: whole(10, 10_000)
    .default(100)
    .describe('SQL statements that a request, or an event of a subscription, may run'),
  MAX_RESPONSE_BYTES: whole(10_000, 64 * 1_048_576)
    .default(8 * 1_048_576)
    .describe(
      'The largest response to an operation, and the largest event of a subscription, before compression',
    ),
  REQUEST_TIMEOUT_MS: whole(10, 10 * MINUTE)
    .default(10 * SECOND)
    .describe('When a request is answered with TIMEOUT'),
  SLOW_QUERY_MS: milliseconds(10 * MINUTE)
    .default(100)
    .describe('SQL statements that take longer are logged'),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .describe('A JSON file of known documents by their SHA-256, as `npm run codegen` writes it'),
  TRUSTED_DOCUMENTS_ONLY: flag
    .default(false)
    .describe('Refuses every document that is not in TRUSTED_DOCUMENTS'),
  HOURS_PER_WORKING_DAY: z.coerce
    .number()
    .positive()
    .max(24)
    .default(8)
    .describe('Hours of work that a working day of a phase holds'),
  WORK_PACKAGE_CACHE_TTL_MS: milliseconds(24 * 60 * MINUTE)
    .default(5 * MINUTE)
    .describe('How long the content of a version of a work package is cached; 0 is not at all'),
  PIPEDRIVE_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.pipedrive.com')
    .describe(
      'The Pipedrive that CRM connections without an address of their own reach; the embedded default runs a sandbox in its place',
    ),
  PIPEDRIVE_SYNC_MINUTES: whole(0, 7 * 24 * 60)
    .default(15)
    .describe('How often connected CRMs are synced; 0 is only when asked for'),
  INTAKE_CACHE_TTL_MS: milliseconds(24 * 60 * MINUTE)
    .default(60 * MINUTE)
    .describe(
      'How long question blocks, intake paths, packet templates and computed values are cached; 0 is not at all',
    ),
  PACKET_CONCURRENCY: whole(1, 100).default(10).describe('Packets that a worker generates at once'),
  PACKET_MAX_ATTEMPTS: whole(1, 20)
    .default(3)
    .describe('How often a packet is tried before it is FAILED'),
  PACKET_RETRY_DELAY_MS: milliseconds(60 * MINUTE)
    .default(5 * SECOND)
    .describe(
      'The pause before the second attempt of a packet, in whole seconds; it doubles with each further one',
    ),
  PACKET_TIMEOUT_MS: whole(SECOND, 60 * MINUTE)
    .default(5 * MINUTE)
    .describe('How long one attempt of a packet may take'),
  WHATSAPP_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://graph.facebook.com/v24.0')
    .describe(
      'The WhatsApp Cloud API with its version, which campaigns send through; the embedded default runs a sandbox in its place',
    ),
  WHATSAPP_MESSAGES_PER_SECOND: whole(1, 1_000)
    .default(80)
    .describe('Messages a second of each WhatsApp number, over all workers; WhatsApp begins at 80'),
  WHATSAPP_APP_SECRET: z
    .string()
    .min(8)
    .optional()
    .describe(
      'The app secret that WhatsApp signs its webhook calls with; without it every call is refused',
    ),
  WHATSAPP_VERIFY_TOKEN: z
    .string()
    .min(8)
    .optional()
    .describe(
      'The token that WhatsApp shows when the webhook is registered; without it none can be',
    ),
  CAMPAIGN_REPLY_WINDOW_DAYS: whole(1, 3_650)
    .default(30)
    .describe(
      'For how many days after a campaign message a message of its recipient counts as a reply to it',
    ),
  CAMPAIGN_FREEZE_AFTER_HOURS: z.coerce
    .number()
    .min(0)
    .max(87_600)
    .default(72)
    .describe('When the figures of a completed campaign freeze, until a later event thaws them'),
  CAMPAIGN_EVENTS_KEEP_DAYS: z.coerce
    .number()
    .min(0)
    .max(36_500)
    .default(400)
    .describe('How long the raw status events of frozen campaigns are kept; their figures stay'),
  WORKFLOW_CONCURRENCY: whole(1, 200)
    .default(10)
    .describe('Steps of workflows that a worker runs at once'),
  WORKFLOW_PARALLEL_EXECUTION_ENABLED: flag
    .default(true)
    .describe('Whether steps of an execution run at the same time'),
  WORKFLOW_MAX_PARALLEL_STEPS: whole(1, 200)
    .default(10)
    .describe('Steps of one execution that run at the same time'),
  WORKFLOW_RETRY_DELAY_MS: milliseconds(60 * MINUTE)
    .default(2 * SECOND)
    .describe(
      'The pause before the second attempt of a step, in whole seconds; it doubles with the third',
    ),
  WORKFLOW_CACHE_ENABLED: flag
    .default(true)
    .describe('Whether definitions of workflows are cached'),
  WORKFLOW_CACHE_TTL_MS: milliseconds(24 * 60 * MINUTE)
    .default(60 * MINUTE)
    .describe('How long they are'),
  WORKFLOW_RATE_LIMIT_ENABLED: flag
    .default(true)
    .describe('Whether starts of workflows are limited'),
  WORKFLOW_RATE_LIMIT_POINTS: whole(1, 1_000_000)
    .default(10)
    .describe(
      'Starts of one workflow by one user in the window, where the workflow has no limit of its own',
    ),
  WORKFLOW_RATE_LIMIT_WINDOW_SECONDS: whole(1, 86_400).default(60).describe('The window'),
  WORKFLOW_TENANT_RATE_LIMIT_POINTS: whole(1, 10_000_000)
    .default(100)
    .describe('Starts of all workflows of a tenant in the window'),
  WORKFLOW_TENANT_STEPS_PER_MINUTE: whole(0, 100_000_000)
    .default(5_000)
    .describe(
      'Steps of the workflows that a tenant may start in a minute, so that a large workflow counts for more than a small one; 0 disables the limit',
    ),
  WORKFLOW_HTTP_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((list) => listOf(list.toLowerCase()))
    .describe(
      'Hosts that HTTP_REQUEST steps may reach, separated by commas; *.example.com stands for all below it',
    ),
  WORKFLOW_HTTP_ALLOW_PRIVATE: flag
    .default(false)
    .describe(
      'Lets HTTP_REQUEST and the notification webhook use http and private addresses, for tests; refused in production',
    ),
  AI_API_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'An OpenAI-compatible endpoint, up to and without /chat/completions; without it embedded rules assign priorities',
    ),
  AI_API_KEY: z.string().optional().describe('Its key'),
  AI_MODEL: z.string().default('gpt-4o-mini').describe('The model that is asked'),
  AI_TIMEOUT_MS: whole(100, 10 * MINUTE)
    .default(20 * SECOND)
    .describe('How long one answer of it may take'),
  AI_RESPONSE_CACHE_TTL_MS: milliseconds(24 * 60 * MINUTE)
    .default(5 * MINUTE)
    .describe('How long its answers are cached; 0 is not at all'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'A mail server, such as smtps://user:password@mail.example; notifications go there as e-mail too',
    ),
  SMTP_FROM: z.string().optional().describe('The sender of that e-mail; needed with SMTP_URL'),
  NOTIFICATION_WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Each notification is sent there too, as signed JSON'),
  NOTIFICATION_WEBHOOK_SECRET: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Key of its HMAC-SHA256 signature, at least 16 characters; needed with NOTIFICATION_WEBHOOK_URL',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where OpenTelemetry traces go (OTLP over HTTP); without it none are made'),
};

const Settings = z.object(shape);
export type Settings = z.infer<typeof Settings>;

/** The parsed settings; GRAPHIQL and INTROSPECTION have got their defaults. */
export interface Config extends Settings {
  GRAPHIQL: boolean;
  INTROSPECTION: boolean;
}

/**
 * The names of the settings with their meanings and defaults, in the order of their declaration.
 */
export function describeSettings(): { name: string; default: string; meaning: string }[] {
  return Object.entries(shape).map(([name, type]) => {
    const fallback = type.safeParse(undefined);
    const value = fallback.success && fallback.data !== undefined ? String(fallback.data) : '';
    return { name, default: value, meaning: type.description ?? '' };
  });
}

/** A wrong setting; its message names every one of them at once. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(
      `Sheaf can't start with these settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/**
 * Adds the file `.env` of the working directory, where there is one, to the environment; what is
 * set already stays.
 */
export function loadEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Parses the environment; an empty value counts as absent. Throws a ConfigError. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== ''),
  );
  const parsed = Settings.safeParse(present);
  if (!parsed.success)
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  const settings = parsed.data;
  const production = settings.NODE_ENV === 'production';
  const problems = [...unsafe(settings, production), ...incomplete(settings)];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    ...settings,
    GRAPHIQL: settings.GRAPHIQL ?? !production,
    INTROSPECTION: settings.INTROSPECTION ?? !production,
  };
}

function unsafe(settings: Settings, production: boolean): string[] {
  const problems: string[] = [];
  if (settings.CORS_ORIGINS.some((origin) => origin.includes('*')))
    problems.push('CORS_ORIGINS: list the origins; a * would let every site in');
  if (settings.CORS_ORIGINS.includes('null'))
    problems.push('CORS_ORIGINS: list the origins; null is what every sandboxed frame sends');
  if (!production) return problems;
  if (!settings.DATABASE_URL)
    problems.push(
      'DATABASE_URL: production needs a database of its own; the embedded one has demo users',
    );
  if (settings.WORKFLOW_HTTP_ALLOW_PRIVATE)
    problems.push(
      'WORKFLOW_HTTP_ALLOW_PRIVATE: refused in production; it lets users reach the network of this server',
    );
  if (settings.AUTH_JWKS_URL?.startsWith('http:'))
    problems.push('AUTH_JWKS_URL: must be https in production');
  if (settings.PIPEDRIVE_API_URL.startsWith('http:'))
    problems.push(
      'PIPEDRIVE_API_URL: must be https in production, else tokens are sent in the open',
    );
  if (settings.WHATSAPP_API_URL.startsWith('http:'))
    problems.push(
      'WHATSAPP_API_URL: must be https in production, else tokens are sent in the open',
    );
  return problems;
}

function incomplete(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.DATABASE_URL && !settings.AUTH_SECRET && !settings.AUTH_JWKS_URL) {
    problems.push(
      'AUTH_SECRET or AUTH_JWKS_URL: one of them is needed with DATABASE_URL, else no token could be checked',
    );
  }
  if (settings.AUTH_SECRET && settings.AUTH_JWKS_URL)
    problems.push('AUTH_SECRET and AUTH_JWKS_URL: set one of them, not both');
  if (settings.SMTP_URL && !settings.SMTP_FROM) problems.push('SMTP_FROM: needed with SMTP_URL');
  if (settings.NOTIFICATION_WEBHOOK_URL && !settings.NOTIFICATION_WEBHOOK_SECRET)
    problems.push(
      'NOTIFICATION_WEBHOOK_SECRET: needed with NOTIFICATION_WEBHOOK_URL, whose receiver could trust nothing otherwise',
    );
  if (settings.TRUSTED_DOCUMENTS_ONLY && !settings.TRUSTED_DOCUMENTS)
    problems.push('TRUSTED_DOCUMENTS: needed with TRUSTED_DOCUMENTS_ONLY');
  return problems;
}
