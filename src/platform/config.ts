/**
 * Reads the settings of Sheaf, which are declared in settings/, from the environment
 * (environment.ts).
 * `.env.example` and the operator's table are generated from them (`npm run settings`).
 */
import { z } from 'zod';
import * as domain from './settings/domain-settings.ts';
import * as server from './settings/server-settings.ts';

/** The settings under their headings, in the order of the documentation. */
const GROUPS: readonly (readonly [heading: string, settings: Record<string, z.ZodType>])[] = [
  ['Server', server.SERVER],
  ['Databases', server.STORAGE],
  ['Tokens and keys', server.SECRETS],
  ['API and its limits', server.API],
  ['Notifications', domain.NOTIFICATIONS],
  ['CRM', domain.CRM],
  ['Work packages', domain.WORK_PACKAGES],
  ['Campaigns', domain.CAMPAIGNS],
  ['Intake and packets', domain.INTAKE],
  ['Workflows', domain.WORKFLOWS],
  ['AI provider', domain.AI],
];

const Settings = z.object({
  ...server.SERVER,
  ...server.STORAGE,
  ...server.SECRETS,
  ...server.API,
  ...domain.NOTIFICATIONS,
  ...domain.CRM,
  ...domain.WORK_PACKAGES,
  ...domain.CAMPAIGNS,
  ...domain.INTAKE,
  ...domain.WORKFLOWS,
  ...domain.AI,
});
/** The settings as parsed one by one, before the checks that involve several of them. */
export type Settings = z.infer<typeof Settings>;

/** The parsed settings; GRAPHIQL and INTROSPECTION have their defaults filled in. */
export interface Config extends Settings {
  GRAPHIQL: boolean;
  INTROSPECTION: boolean;
}

/** A setting as the documentation shows it. */
export interface SettingDescription {
  name: string;
  /** Empty where there is none. */
  default: string;
  meaning: string;
}

/** All settings by their headings, in the order of the documentation. */
export function describeSettings(): { heading: string; settings: SettingDescription[] }[] {
  return GROUPS.map(([heading, settings]) => ({
    heading,
    settings: Object.entries(settings).map(([name, type]) => {
      const fallback = type.safeParse(undefined);
      const value = fallback.success && fallback.data !== undefined ? String(fallback.data) : '';
      return { name, default: value, meaning: type.description ?? '' };
    }),
  }));
}

/** Thrown for wrong settings; the message lists all of them, one a line. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(
      `Sheaf can't start with these settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/**
 * Parses the environment; an empty value counts as absent. Throws a ConfigError that lists every
 * problem.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== ''),
  );
  const parsed = Settings.safeParse(present);
  if (!parsed.success)
    throw new ConfigError(
      parsed.error.issues.map((issue) => problemOf(issue, present[issue.path.join('.')])),
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

/** A sentence about a setting; values that may hold a secret are not repeated. */
function problemOf(issue: z.core.$ZodIssue, value: string | undefined): string {
  const name = issue.path.join('.');
  if (value === undefined) return `${name}: ${issue.message}`;
  if (issue.code === 'too_small' && issue.origin === 'string')
    return `${name} has ${value.length} characters; at least ${issue.minimum} are needed`;
  if (issue.code === 'too_small')
    return `${name} is ${value}; it must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `${name} is ${value}; it must be at most ${issue.maximum}`;
  if (issue.code === 'invalid_type' && issue.expected !== 'string')
    return `${name} is "${value}"; expected a whole number`;
  if (issue.code === 'invalid_value')
    return `${name} is "${value}"; expected one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_format' && issue.format === 'url')
    return `${name} is not an address of the expected kind, such as ${EXAMPLES[name] ?? 'https://name.example'}`;
  return `${name}: ${issue.message}`;
}

/** Addresses whose protocol is not https. */
const EXAMPLES: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://user:password@localhost:5432/sheaf',
  DATABASE_READ_URL: 'postgres://user:password@localhost:5432/sheaf',
  REDIS_URL: 'redis://localhost:6379',
  SMTP_URL: 'smtp://user:password@mail.example:587',
};

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
      'AUTH_SECRET or AUTH_JWKS_URL: one of them is needed with DATABASE_URL, otherwise no token can be checked',
    );
  }
  if (settings.AUTH_SECRET && settings.AUTH_JWKS_URL)
    problems.push('AUTH_SECRET and AUTH_JWKS_URL: set one of them, not both');
  if (settings.SMTP_URL && !settings.SMTP_FROM) problems.push('SMTP_FROM: needed with SMTP_URL');
  if (settings.NOTIFICATION_WEBHOOK_URL && !settings.NOTIFICATION_WEBHOOK_SECRET)
    problems.push(
      'NOTIFICATION_WEBHOOK_SECRET: needed with NOTIFICATION_WEBHOOK_URL, so that its receiver can verify the requests',
    );
  if (settings.TRUSTED_DOCUMENTS_ONLY && !settings.TRUSTED_DOCUMENTS)
    problems.push('TRUSTED_DOCUMENTS: needed with TRUSTED_DOCUMENTS_ONLY');
  return problems;
}
