/** The people of the demo, whom a server on this machine offers to sign in as. */
import type { Role } from '../generated/graphql.ts';
import { SERVER_URL } from './api-client.ts';

export interface DemoUser {
  email: string;
  name: string;
  /** What the person is, and where: one entry for each agency. */
  users: { role: Role; tenant: string }[];
  token: string;
}

/** None where the server is no demo, or not this machine's. */
export async function demoUsers(signal: AbortSignal): Promise<readonly DemoUser[]> {
  try {
    const response = await fetch(`${SERVER_URL}/app/demo-users`, { signal });
    const isJson = response.headers.get('content-type')?.includes('application/json');
    if (!response.ok || !isJson) return [];
    return ((await response.json()) as { users: DemoUser[] }).users;
  } catch {
    return [];
  }
}
