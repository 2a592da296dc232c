/** The demo's users with tokens to sign in with. */
import type { DemoUser } from '../http/explore/explore-start.ts';
import type { Config } from '../platform/config.ts';
import { Database } from '../platform/database/database.ts';
import type { Log } from '../platform/log.ts';
import { usersWithEmail } from '../tenancy/persons.ts';
import { issuePersonToken } from '../tenancy/tokens.ts';
import { DEMO_USERS } from './tenants.ts';

/** Those that the database has and that are active, the owner of the larger agency first. */
export async function demoSignIns(
  config: Config & { DATABASE_URL: string },
  { secret, log }: { secret: string; log: Log },
): Promise<DemoUser[]> {
  const database = new Database({
    url: config.DATABASE_URL,
    size: 1,
    statementTimeoutMs: 0,
    slowQueryMs: config.SLOW_QUERY_MS,
    log,
  });
  try {
    const emails = [...new Set(DEMO_USERS.map((user) => user.email))];
    const found = await usersWithEmail(database, emails);
    const active = Map.groupBy(
      found.filter((user) => user.active),
      ({ email }) => email,
    );
    const claims = { issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE };
    const signIns = emails.map(async (email) => {
      const users = active.get(email) ?? [];
      const [first] = users;
      if (!first) return [];
      const userIds = users.map(({ id }) => id);
      const token = await issuePersonToken(secret, { email, userIds }, claims);
      const places = users.map(({ role, tenant }) => ({ role, tenant: tenant.name }));
      return [{ email, name: first.name, users: places, token }];
    });
    return (await Promise.all(signIns)).flat();
  } finally {
    await database.close();
  }
}
