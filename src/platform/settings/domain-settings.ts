/** The settings of the domains, in their order. */
import { z } from 'zod';
import { MINUTE, SECOND } from '../time.ts';
import { flag, listOf, milliseconds, whole } from './types.ts';

/** E-mail and the signed webhook. */
export const NOTIFICATIONS = {
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'A mail server, such as smtps://user:password@mail.example, that notifications are also sent through',
    ),
  SMTP_FROM: z.string().optional().describe('The sender of e-mails; required with SMTP_URL'),
  NOTIFICATION_WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('An address that each notification is also sent to, as signed JSON'),
  NOTIFICATION_WEBHOOK_SECRET: z
    .string()
    .min(16)
    .optional()
    .describe(
      'The key of the HMAC-SHA256 signature of the notification webhook, at least 16 characters; required with NOTIFICATION_WEBHOOK_URL',
    ),
};

/** Connections to CRMs and their syncs. */
export const CRM = {
  PIPEDRIVE_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.pipedrive.com')
    .describe(
      'The address of Pipedrive for CRM connections without one of their own; the embedded default runs a sandbox instead',
    ),
  PIPEDRIVE_SYNC_MINUTES: whole(0, 7 * 24 * 60)
    .default(15)
    .describe('How often connected CRMs are synced, in minutes; 0 syncs them on request only'),
  PIPEDRIVE_FULL_SYNC_HOURS: whole(0, 14 * 24)
    .default(24)
    .describe(
      'How often one of these syncs reads everything again, in hours, at a time of its own for each tenant; 0 never does',
    ),
};

/** Working days, and the cache of versions. */
export const WORK_PACKAGES = {
  HOURS_PER_WORKING_DAY: z.coerce
    .number()
    .positive()
    .max(24)
    .default(8)
    .describe('How many hours of work a working day of a phase holds'),
  WORK_PACKAGE_CACHE_TTL_MS: milliseconds(24 * 60 * MINUTE)
    .default(5 * MINUTE)
    .describe(
      'How long the content of a version of a work package is cached, in milliseconds; 0 disables the cache',
    ),
};

/** WhatsApp, and how long replies and events count. */
export const CAMPAIGNS = {
  WHATSAPP_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://graph.facebook.com/v24.0')
    .describe(
      'The address of the WhatsApp Cloud API, with its version; the embedded default runs a sandbox instead',
    ),
  WHATSAPP_MESSAGES_PER_SECOND: whole(1, 1_000)
    .default(80)
    .describe(
      'How many messages a second each WhatsApp number sends, over all workers; WhatsApp allows new numbers 80',
    ),
  WHATSAPP_APP_SECRET: z
    .string()
    .min(8)
    .optional()
    .describe(
      'The app secret with which WhatsApp signs its webhook calls; without it every call is refused',
    ),
  WHATSAPP_VERIFY_TOKEN: z
    .string()
    .min(8)
    .optional()
    .describe(
      'The token that WhatsApp sends when its webhook is registered; without it none can be registered',
    ),
  CAMPAIGN_REPLY_WINDOW_DAYS: whole(1, 3_650)
    .default(30)
    .describe(
      'For how many days after a campaign’s message a message from its recipient counts as a reply',
    ),
  CAMPAIGN_FREEZE_AFTER_HOURS: z.coerce
    .number()
    .min(0)
    .max(87_600)
    .default(72)
    .describe(
      'How many hours after a campaign completes its figures freeze; a later event thaws them',
    ),
  CAMPAIGN_EVENTS_KEEP_DAYS: z.coerce
    .number()
    .min(0)
    .max(36_500)
    .default(400)
    .describe(
      'For how many days the raw status events of frozen campaigns are kept; the figures stay for good',
    ),
};

/** Caches of questionnaires, and how packets are generated. */
export const INTAKE = {
  INTAKE_CACHE_TTL_MS: milliseconds(24 * 60 * MINUTE)
    .default(60 * MINUTE)
    .describe(
      'How long question blocks, intake paths, packet templates and computed values are cached, in milliseconds; 0 disables the cache',
    ),
  PACKET_CONCURRENCY: whole(1, 100)
    .default(10)
    .describe('How many packets a worker generates at once'),
  PACKET_MAX_ATTEMPTS: whole(1, 20)
    .default(3)
    .describe('How many attempts a packet gets before it is FAILED'),
  PACKET_RETRY_DELAY_MS: milliseconds(60 * MINUTE)
    .default(5 * SECOND)
    .describe(
      'The pause before the second attempt of a packet, in milliseconds, rounded up to whole seconds; it doubles with each further attempt',
    ),
  PACKET_TIMEOUT_MS: whole(SECOND, 60 * MINUTE)
    .default(5 * MINUTE)
    .describe('The time limit of one attempt to generate a packet, in milliseconds'),
};

/** Concurrency, caches, rate limits and HTTP steps. */
export const WORKFLOWS = {
  WORKFLOW_CONCURRENCY: whole(1, 200)
    .default(10)
    .describe('How many steps of workflows a worker runs at once'),
  WORKFLOW_PARALLEL_EXECUTION_ENABLED: flag
    .default(true)
    .describe('Whether independent steps of one execution run at the same time'),
  WORKFLOW_MAX_PARALLEL_STEPS: whole(1, 200)
    .default(10)
    .describe('The maximum number of steps of one execution that run at the same time'),
  WORKFLOW_RETRY_DELAY_MS: milliseconds(60 * MINUTE)
    .default(2 * SECOND)
    .describe(
      'The pause before the second attempt of a workflow’s step, in milliseconds, rounded up to whole seconds; it doubles before the third',
    ),
  WORKFLOW_CACHE_ENABLED: flag
    .default(true)
    .describe('Whether the definitions of workflows are cached'),
  WORKFLOW_CACHE_TTL_MS: milliseconds(24 * 60 * MINUTE)
    .default(60 * MINUTE)
    .describe('How long the definition of a workflow is cached, in milliseconds'),
  WORKFLOW_RATE_LIMIT_ENABLED: flag
    .default(true)
    .describe('Whether the starts of workflows are rate-limited'),
  WORKFLOW_RATE_LIMIT_POINTS: whole(1, 1_000_000)
    .default(10)
    .describe(
      'How often one user may start a workflow within WORKFLOW_RATE_LIMIT_WINDOW_SECONDS, unless the workflow has a limit of its own',
    ),
  WORKFLOW_RATE_LIMIT_WINDOW_SECONDS: whole(1, 86_400)
    .default(60)
    .describe('The period, in seconds, that the limits on starts of workflows count over'),
  WORKFLOW_TENANT_RATE_LIMIT_POINTS: whole(1, 10_000_000)
    .default(100)
    .describe('How many workflows a tenant may start within WORKFLOW_RATE_LIMIT_WINDOW_SECONDS'),
  WORKFLOW_TENANT_STEPS_PER_MINUTE: whole(0, 100_000_000)
    .default(5_000)
    .describe(
      'How many steps the workflows that a tenant starts in a minute may have in all, so that large workflows count for more than small ones; 0 disables the limit',
    ),
  WORKFLOW_IDEMPOTENCY_DAYS: whole(1, 3_650)
    .default(30)
    .describe(
      'For how many days the idempotency key of a start is remembered; later the same key starts the workflow again',
    ),
  WORKFLOW_HTTP_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((list) => listOf(list.toLowerCase()))
    .describe(
      'Hosts that HTTP_REQUEST steps may call, separated by commas; *.example.com allows every host below example.com',
    ),
  WORKFLOW_HTTP_ALLOW_PRIVATE: flag
    .default(false)
    .describe(
      'Lets HTTP_REQUEST steps and the notification webhook use http and private addresses, for tests; refused in production',
    ),
};

/** The model that assigns priorities to maintenance requests. */
export const AI = {
  AI_API_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'An OpenAI-compatible endpoint, without /chat/completions, that assigns priorities to maintenance requests; without it built-in rules do',
    ),
  AI_API_KEY: z.string().optional().describe('The API key of AI_API_URL'),
  AI_MODEL: z.string().default('gpt-4o-mini').describe('The model that is asked at AI_API_URL'),
  AI_TIMEOUT_MS: whole(100, 10 * MINUTE)
    .default(20 * SECOND)
    .describe('The time limit of one request to AI_API_URL, in milliseconds'),
  AI_RESPONSE_CACHE_TTL_MS: milliseconds(24 * 60 * MINUTE)
    .default(5 * MINUTE)
    .describe('How long responses of AI_API_URL are cached, in milliseconds; 0 disables the cache'),
};
