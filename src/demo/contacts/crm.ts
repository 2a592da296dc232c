/** The CRM of the demo data: each agency has an account of its own in the sandbox Pipedrive. */
import { sealCrmToken } from '../../crm/connections.ts';
import { withClient } from '../../platform/database/client.ts';
import { SecretBox } from '../../platform/secrets.ts';
import { type CalendarDay, toCalendarDay } from '../../platform/time.ts';
import { COMPANY_HEADS, TRADES } from '../names.ts';
import { type DemoTenant, idOf, TENANTS, teamRows } from '../tenants.ts';

const PERSONS = 200;

/** An account of the sandbox Pipedrive. */
export interface DemoCrmAccount {
  token: string;
  seed: string;
  /** How many persons it has. */
  size: number;
  users: { id: number; name: string; email: string; active_flag: boolean }[];
  country: 'US' | 'GB';
  /** The number of the demo company with which its organizations begin. */
  firstCompany: number;
  /** The day that its records are counted from. */
  today: CalendarDay;
}

/**
 * Connects the agencies, long enough ago that their first sync is due at once. Connections that exist
 * stay as they are.
 */
export async function connectDemoCrm(databaseUrl: string, encryptionKey: string): Promise<void> {
  const box = new SecretBox(encryptionKey);
  await withClient({ url: databaseUrl, applicationName: 'sheaf demo data' }, async (client) => {
    for (const tenant of TENANTS) {
      await client.query(
        `insert into crm_connection
           ("tenantId", provider, "tokenCipher", "connectedBy", "connectedAt")
         values ($1, 'PIPEDRIVE', $2, $3, now() - interval '1 day')
         on conflict do nothing`,
        [
          tenant.id,
          sealCrmToken(box, tenant.id, { provider: 'PIPEDRIVE', apiToken: tokenOf(tenant) }),
          idOf(tenant, 'user', 0),
        ],
      );
    }
  });
}

/** The accounts that the agencies are connected to: the same at each start of the sandbox. */
export async function demoCrmAccounts(databaseUrl: string): Promise<DemoCrmAccount[]> {
  return withClient({ url: databaseUrl, applicationName: 'sheaf demo data' }, async (client) => {
    const { rows } = await client.query<{ connected: Date | null }>(
      'select min("connectedAt") as connected from crm_connection',
    );
    const connected = rows[0]?.connected ?? new Date();
    return TENANTS.map((tenant) => accountOf(tenant, toCalendarDay(new Date(connected))));
  });
}

function accountOf(tenant: DemoTenant, today: CalendarDay): DemoCrmAccount {
  const users = teamRows(tenant, Date.now()).map(({ name, email }, index) => ({
    id: 101 + index,
    name,
    email,
    active_flag: true,
  }));
  return {
    token: tokenOf(tenant),
    seed: `pipedrive/${tenant.key}`,
    size: Math.round(PERSONS * tenant.share),
    users: [
      ...users,
      {
        id: 100,
        name: 'A colleague of the past',
        email: `former@${tenant.key}.example`,
        active_flag: false,
      },
    ],
    country: tenant.country,
    // The agency's own demo data begins with the same companies, so that some of the CRM's
    // organizations are known already.
    firstCompany: tenant.key === 'north' ? 0 : (COMPANY_HEADS.length * TRADES.length) / 2,
    today,
  };
}

function tokenOf(tenant: DemoTenant): string {
  return `sandbox-token-of-${tenant.key}`;
}
