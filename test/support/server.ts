/**
 * A whole server on a database of its own, and clients that talk to it as any user would: over HTTP
 * and WebSocket.
 */
import { v7 as uuidv7 } from 'uuid';
import { type App, startApp } from '../../src/app.ts';
import type { ExploreStart } from '../../src/http/explore/explore-start.ts';
import { seedStarterSet } from '../../src/intake/index.ts';
import { readConfig } from '../../src/platform/config.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { createLog } from '../../src/platform/log.ts';
import { startWhatsAppSandbox } from '../../src/sandbox/whatsapp.ts';
import { issueToken } from '../../src/tenancy/tokens.ts';
import { createTestDatabase } from './database.ts';

export const SECRET = 'a secret that only the tests know of';

const SETTINGS = {
  AUTH_SECRET: SECRET,
  ENCRYPTION_KEY: '0f'.repeat(32),
  PORT: '0',
  LOG_LEVEL: 'silent',
  // A busy machine may take long to let somebody connect.
  DATABASE_CONNECT_TIMEOUT_MS: '60000',
  NODE_ENV: 'test',
};

/**
 * Connects every number with this token, where a test brings no WhatsApp of its own: none reaches
 * the real one.
 */
export const WHATSAPP_TOKEN = 'token';

export interface TestServer {
  app: App;
  url: string;
  databaseUrl: string;
  /**
   * Two tenants; each with an owner, a member, and a client whose contact belongs to an
   * organization.
   */
  north: TestTenant;
  south: TestTenant;
  stop: () => Promise<void>;
}

export interface TestTenant {
  tenantId: string;
  owner: TestUser;
  member: TestUser;
  client: TestUser;
  /** Global ids. */
  contactId: string;
  organizationId: string;
}

export interface TestUser {
  id: string;
  email: string;
  token: string;
  /** Runs an operation with this user's token; never throws for GraphQL errors. */
  run: <Data = any>(
    query: string,
    variables?: object,
    headers?: Record<string, string>,
  ) => Promise<GraphQLAnswer<Data>>;
}

export interface GraphQLAnswer<Data = any> {
  status: number;
  data?: Data | null;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; id?: string };
  }[];
  extensions?: {
    performance?: {
      sqlStatements: number;
      queryTime: number;
      totalTime: number;
      cacheHit: boolean;
    };
  };
}

export interface TestServerOptions {
  /** Settings beside or instead of the tests' own. */
  settings?: Record<string, string>;
  /** Whether it runs background jobs too, as `npm start` does; by default it does. */
  worker?: boolean;
  /** What GraphiQL opens with. */
  graphiql?: ExploreStart;
  /**
   * Whether only requests that name this machine as itself are served, as the embedded default
   * does.
   */
  loopbackOnly?: boolean;
  /** What is written to the log, line by line. */
  logTo?: (line: string) => void;
  /** Another process's database, to run two servers on one; its tenants are then used too. */
  shareWith?: TestServer;
}

/** Starts a server in this process, on a free port. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const {
    settings = {},
    worker = true,
    shareWith,
    graphiql = { defaultQuery: '{ __typename }' },
    loopbackOnly = false,
    logTo,
  } = options;
  const database = shareWith
    ? { url: shareWith.databaseUrl, drop: async () => undefined }
    : await createTestDatabase();
  const whatsApp = settings['WHATSAPP_API_URL']
    ? null
    : await startWhatsAppSandbox({ appSecret: 'of no webhook', accessToken: WHATSAPP_TOKEN });
  const config = readConfig({
    ...SETTINGS,
    DATABASE_URL: database.url,
    ...(whatsApp ? { WHATSAPP_API_URL: whatsApp.url } : {}),
    ...settings,
  });
  const app = await startApp({
    config: { ...config, DATABASE_URL: database.url },
    log: createLog(config.LOG_LEVEL, logTo ? { write: logTo } : {}),
    api: true,
    worker,
    graphiql,
    loopbackOnly,
  });
  const north = await tenantFor(app, 'north', shareWith?.north);
  const south = await tenantFor(app, 'south', shareWith?.south);
  const stop = async () => {
    await app.stop();
    await whatsApp?.close();
    await database.drop();
  };
  return { app, url: app.url, databaseUrl: database.url, north, south, stop };
}

async function tenantFor(
  app: App,
  name: string,
  shared: TestTenant | undefined,
): Promise<TestTenant> {
  if (shared) {
    const reach = (user: TestUser): TestUser => ({
      ...user,
      run: (query, variables, headers) =>
        post(app.url, { token: user.token, query, variables, headers }),
    });
    return {
      ...shared,
      owner: reach(shared.owner),
      member: reach(shared.member),
      client: reach(shared.client),
    };
  }
  const prisma = prismaOf(app.platform.database);
  const [tenantId, ownerId, organizationId, contactId] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  await prisma.tenant.create({
    data: { id: tenantId, name, country: name === 'north' ? 'US' : 'GB' },
  });
  await seedStarterSet(app.platform.database.forTenant({ tenantId }));
  const owner = await userFor(app, {
    tenantId,
    id: ownerId,
    email: `owner@${name}.example`,
    role: 'OWNER',
  });
  await prisma.organization.create({
    data: {
      tenantId,
      id: organizationId,
      name: `Client of ${name}`,
      normalizedName: `client of ${name}`,
    },
  });
  await prisma.contact.create({
    data: {
      tenantId,
      id: contactId,
      name: `Cleo of ${name}`,
      email: `cleo@${name}.example`,
      ownerId,
      organizationId,
    },
  });
  const member = await userFor(app, {
    tenantId,
    id: uuidv7(),
    email: `member@${name}.example`,
    role: 'MEMBER',
  });
  const client = await userFor(app, {
    tenantId,
    id: uuidv7(),
    email: `client@${name}.example`,
    role: 'CLIENT',
    contactId,
  });
  return {
    tenantId,
    owner,
    member,
    client,
    contactId: encodeGlobalId('Contact', contactId),
    organizationId: encodeGlobalId('Organization', organizationId),
  };
}

interface NewUser {
  tenantId: string;
  id: string;
  email: string;
  role: 'OWNER' | 'MEMBER' | 'CLIENT';
  contactId?: string;
}

/** Adds a user to the database, and gives it a token. */
export async function userFor(app: App, user: NewUser): Promise<TestUser> {
  await prismaOf(app.platform.database).user.create({
    data: { ...user, name: user.email, searchText: user.email },
  });
  const token = await issueToken(SECRET, user.id);
  return {
    id: user.id,
    email: user.email,
    token,
    run: (query, variables, headers) => post(app.url, { token, query, variables, headers }),
  };
}

export interface Post {
  token?: string;
  query: string;
  variables?: object;
  headers?: Record<string, string>;
}

/** Sends an operation by POST. */
export async function post(
  url: string,
  { token, query, variables, headers }: Post,
): Promise<GraphQLAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}
