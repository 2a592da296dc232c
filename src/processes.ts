/**
 * The server processes: `start` (all in one, on an embedded PostgreSQL unless DATABASE_URL is set),
 * `api` and `worker` (for several machines). They read the settings, start, and stop in order on
 * SIGTERM and SIGINT.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { type App, startApp } from './app.ts';
import { connectDemoNumbers } from './demo/campaigns/connect-numbers.ts';
import { connectDemoCrm, demoCrmAccounts } from './demo/contacts/crm.ts';
import { hasData, loadDemoData } from './demo/index.ts';
import { demoSignIns } from './demo/sign-in.ts';
import { FIRST_QUERY } from './http/explore/examples.ts';
import type { ExploreStart } from './http/explore/explore-start.ts';
import { isLoopback } from './http/origins.ts';
import { type Config, ConfigError, readConfig } from './platform/config.ts';
import { migrate, pendingMigrations } from './platform/database/migrate.ts';
import { startEmbeddedPostgres } from './platform/embedded-postgres/index.ts';
import { localEncryptionKey, localSecret } from './platform/local-secret.ts';
import { createLog } from './platform/log.ts';
import { startFault, tryPort } from './platform/start-faults.ts';
import { SECOND } from './platform/time.ts';
import { startTracing } from './platform/tracing.ts';
import { MIGRATIONS_FOLDER, VERSION } from './project.ts';
import { startPipedriveSandbox } from './sandbox/pipedrive.ts';
import { startWhatsAppSandbox } from './sandbox/whatsapp.ts';
import { USUAL_TEMPLATES } from './sandbox/whatsapp-templates.ts';

/** What a process is for. */
export type Role = 'start' | 'api' | 'worker';

const STOP_LIMIT_MS = 10 * SECOND;
const DEMO_SCALE = 0.1;

/** What has to be closed after the app, the last started first. */
type Stop = () => Promise<unknown>;

interface Ready {
  config: Config & { DATABASE_URL: string };
  graphiql: ExploreStart;
  loopbackOnly: boolean;
  /** Printed when the server listens. */
  greeting: string[];
  /** Runs after that. */
  onStart?: (app: App) => Promise<void>;
}

/** Runs a process until it is stopped. Sets the exit code to 1, and says why, where it can't start. */
export async function runProcess(role: Role, environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    await startProcess(role, environment);
  } catch (error) {
    const bug = () => (error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.stderr.write(`${startFault(error) ?? bug()}\n`);
    process.exitCode = 1;
  }
}

async function startProcess(role: Role, environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readConfig(environment);
  const { PORT, WORKER_PORT } = settings;
  const config = { ...settings, PORT: role === 'worker' ? WORKER_PORT : PORT };
  const readable = process.stdout.isTTY && config.NODE_ENV !== 'production';
  const log = createLog(config.LOG_LEVEL, { readable });
  const stops: Stop[] = [];
  const stop = stopOnce(log, stops);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  try {
    if (config.OTEL_EXPORTER_OTLP_ENDPOINT)
      stops.unshift(await startTracing(config.OTEL_EXPORTER_OTLP_ENDPOINT, VERSION));
    await tryPort(config.PORT, config.HOST);
    const ready =
      role === 'start' && !config.DATABASE_URL
        ? await embedded(config, log, {
            stops,
            crm: !environment['PIPEDRIVE_API_URL'],
            whatsApp: !environment['WHATSAPP_API_URL'],
          })
        : await external(config, log, role);
    const { graphiql, loopbackOnly } = ready;
    const app: App = await startApp({
      config: ready.config,
      log,
      api: role !== 'worker',
      worker: role !== 'api',
      graphiql,
      loopbackOnly,
    });
    stops.unshift(app.stop);
    await ready.onStart?.(app);
    if (config.NODE_ENV === 'production')
      return log.info({ url: app.url, metricsUrl: app.metricsUrl, role }, 'listening');
    process.stdout.write(
      `${[`Sheaf listens on ${app.url}${role === 'worker' ? '' : '/graphql'}`, ...(app.metricsUrl ? [`Metrics are at ${app.metricsUrl}`] : []), ...ready.greeting].join('\n')}\n`,
    );
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

/** Stops in order at the first signal; further ones change nothing. */
function stopOnce(log: Logger, stops: Stop[]): () => void {
  let stopping = false;
  return () => {
    if (stopping) return;
    stopping = true;
    log.info({}, 'stopping');
    // A part that does not end must not keep the process: whatever is committed is safe.
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    void stopAll(stops).then(() => process.exit(0));
  };
}

async function stopAll(stops: Stop[]): Promise<void> {
  for (const stop of stops.splice(0))
    await stop().catch((error: unknown) =>
      process.stderr.write(`While stopping: ${String(error)}\n`),
    );
}

/** A database of the user's own. */
async function external(config: Config, log: Logger, role: Role): Promise<Ready> {
  const { DATABASE_URL } = config;
  if (!DATABASE_URL)
    throw new ConfigError([
      `DATABASE_URL: npm run ${role} needs a database; npm start runs an embedded one`,
    ]);
  if (!config.ENCRYPTION_KEY)
    log.warn(
      {},
      'ENCRYPTION_KEY is not set: no CRM or WhatsApp number can be connected, and those already connected cannot be used',
    );
  if (role === 'start') await migrate(DATABASE_URL, { migrationsDir: MIGRATIONS_FOLDER, log });
  const pending = await pendingMigrations(DATABASE_URL, MIGRATIONS_FOLDER);
  if (pending.length > 0)
    throw new ConfigError([
      `DATABASE_URL: the database lacks ${pending.length} migrations; apply them with: npm run migrate`,
    ]);
  return {
    config: { ...config, DATABASE_URL },
    graphiql: { defaultQuery: FIRST_QUERY },
    loopbackOnly: false,
    greeting: [],
  };
}

interface Surroundings {
  stops: Stop[];
  /** Whether a sandbox stands in for the CRM, and for WhatsApp. */
  crm: boolean;
  whatsApp: boolean;
}

/** The embedded PostgreSQL, with demo data when it is new. */
async function embedded(
  config: Config,
  log: Logger,
  { stops, ...sandboxes }: Surroundings,
): Promise<Ready> {
  const postgres = await startEmbeddedPostgres({ dataDir: config.DATA_DIR, log });
  stops.unshift(postgres.stop);
  await migrate(postgres.url, { migrationsDir: MIGRATIONS_FOLDER, log });
  const ENCRYPTION_KEY = config.ENCRYPTION_KEY ?? (await localEncryptionKey(config.DATA_DIR));
  const isNew = !(await hasData(postgres.url));
  if (isNew)
    await loadDemoData(postgres.url, {
      scale: DEMO_SCALE,
      hoursPerWorkingDay: config.HOURS_PER_WORKING_DAY,
    });
  if (isNew && sandboxes.crm) await connectDemoCrm(postgres.url, ENCRYPTION_KEY);
  const PIPEDRIVE_API_URL = sandboxes.crm
    ? await startDemoCrm(postgres.url, stops)
    : config.PIPEDRIVE_API_URL;
  const secret = config.AUTH_SECRET ?? (await localSecret(config.DATA_DIR));
  const users = config.AUTH_JWKS_URL
    ? []
    : await demoSignIns({ ...config, DATABASE_URL: postgres.url }, { secret, log });
  const owner = users[0]?.token;
  const whatsApp = sandboxes.whatsApp ? await startDemoWhatsApp(config, stops) : null;
  return {
    config: {
      ...config,
      DATABASE_URL: postgres.url,
      ENCRYPTION_KEY,
      PIPEDRIVE_API_URL,
      ...whatsApp?.settings,
      ...(config.AUTH_JWKS_URL ? {} : { AUTH_SECRET: secret }),
    },
    graphiql: {
      defaultQuery: FIRST_QUERY,
      ...(owner ? { headers: { Authorization: `Bearer ${owner}` } } : {}),
      users,
    },
    // Otherwise a page whose host name points here would share this origin and could read the demo
    // token. With HOST set to a network address, any name is meant to work.
    loopbackOnly: isLoopback(config.HOST),
    greeting: [
      '',
      ...(config.AUTH_JWKS_URL
        ? ['Tokens come from the identity provider of AUTH_JWKS_URL: sign in there.']
        : [
            'Tokens of the demo users:',
            ...users.map(({ email, token }) => `  ${email}\n    ${token}`),
          ]),
      '',
      'A first query, to paste into GraphiQL at the address above:',
      '',
      FIRST_QUERY,
    ],
    ...(whatsApp ? { onStart: whatsApp.connect } : {}),
  };
}

/**
 * Starts a sandbox that responds as WhatsApp does, and reports what becomes of the messages to this
 * server's own webhook.
 */
async function startDemoWhatsApp(config: Config, stops: Stop[]) {
  const appSecret = config.WHATSAPP_APP_SECRET ?? randomBytes(32).toString('hex');
  const sandbox = await startWhatsAppSandbox({
    appSecret,
    messagesPerSecond: config.WHATSAPP_MESSAGES_PER_SECOND,
    templates: USUAL_TEMPLATES,
  });
  stops.unshift(sandbox.close);
  const connect = async ({ url, platform }: App) => {
    sandbox.sendEventsTo(`${url}/webhooks/whatsapp`);
    await connectDemoNumbers(platform, sandbox.accessToken);
  };
  return { settings: { WHATSAPP_API_URL: sandbox.url, WHATSAPP_APP_SECRET: appSecret }, connect };
}

/** Starts the sandbox that the demo users' agencies are connected to; resolves to its address. */
async function startDemoCrm(databaseUrl: string, stops: Stop[]): Promise<string> {
  const [first, ...others] = await demoCrmAccounts(databaseUrl);
  const sandbox = await startPipedriveSandbox(first);
  for (const account of others) sandbox.addAccount(account);
  stops.unshift(sandbox.close);
  return sandbox.url;
}
