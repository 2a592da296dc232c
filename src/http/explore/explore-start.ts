/** What GraphiQL and the example app begin with; tokens only where nobody else can read them. */
import type { IncomingMessage } from 'node:http';
import type { Config } from '../../platform/config.ts';
import { isFromOwnPage, isLocalRequest, isLoopback } from '../origins.ts';

/** A person of the demo, to sign in as. */
export interface DemoUser {
  email: string;
  name: string;
  /** What the person is, and where: one entry for each agency. */
  users: { role: 'OWNER' | 'MEMBER' | 'CLIENT'; tenant: string }[];
  token: string;
}

/** What exploring opens with. */
export interface ExploreStart {
  defaultQuery: string;
  /**
   * The content of GraphiQL's headers editor: the demo owner's token, in the embedded default only.
   */
  headers?: Record<string, string>;
  /** Whom the example app offers to sign in as, in the embedded default only. */
  users?: readonly DemoUser[];
  /** The folder of the built example app; where `npm run app` puts it when absent. */
  builtApp?: string;
}

/**
 * Whether a response may hold a token of the demo: only for a page of this server, in a browser on
 * this machine that names it as itself, while the server accepts no others.
 */
export function mayHoldToken(request: IncomingMessage, { HOST }: Config): boolean {
  return isLoopback(HOST) && isLocalRequest(request) && isFromOwnPage(request.headers);
}
