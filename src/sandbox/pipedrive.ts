/**
 * A stand-in for Pipedrive where there is no real one: an HTTP server with the shapes of its API
 * (v2, and v1 for users), cursors, rate limits and errors. A token selects a company account;
 * faults are available on request.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from '../demo/random.ts';
import { fromCalendarDay } from '../platform/time.ts';
import { PipedriveAccount } from './pipedrive-account.ts';
import { type Answer, answerFault, refuse, sendList } from './pipedrive-answers.ts';
import type { PipedriveFaults } from './pipedrive-faults.ts';
import { RateLimit, type RateLimitOptions } from './pipedrive-rate-limit.ts';
import {
  type AccountPlan,
  PIPEDRIVE_KINDS,
  type SandboxKind,
  type SandboxRecord,
  type SandboxUser,
} from './pipedrive-records.ts';

/** A company account to generate; equal options give equal accounts. */
export interface PipedriveAccountOptions {
  token?: string;
  /** Accounts with the same seed are the same on every machine. */
  seed?: string;
  /** The number of persons, 300 when absent; the other kinds are in proportion to it. */
  size?: number;
  users?: readonly SandboxUser[];
  /** The day, YYYY-MM-DD, before which all records were last changed. */
  today?: string;
  country?: 'US' | 'GB';
  firstCompany?: number;
}

/** The first account, and how the server behaves. */
export interface PipedriveSandboxOptions extends PipedriveAccountOptions {
  port?: number;
  /** The limits of the real one when absent; null for no limits. */
  rateLimit?: RateLimitOptions | null;
  faults?: PipedriveFaults;
}

/** A received request, with the status of its response; 0 for none. */
export interface SandboxRequest {
  path: string;
  query: Record<string, string>;
  status: number;
}

/** A running server. */
export interface PipedriveSandbox {
  /** The address without a path, as PIPEDRIVE_API_URL expects it. */
  url: string;
  /** The API token of the first account. */
  token: string;
  account: PipedriveAccount;
  addAccount: (options: PipedriveAccountOptions & { token: string }) => PipedriveAccount;
  /** Changes the first account, as a user of Pipedrive would. */
  change: (kind: SandboxKind, id: number, values: Record<string, unknown>) => SandboxRecord;
  delete: (kind: SandboxKind, id: number) => void;
  add: (kind: SandboxKind, values?: Record<string, unknown>) => SandboxRecord;
  /** Replaces all faults set before. */
  setFaults: (faults: PipedriveFaults) => void;
  /** The last 10,000 requests, in the order of their arrival. */
  requests: SandboxRequest[];
  close: () => Promise<void>;
}

const TOKEN = 'sandbox-token';
const KEPT_REQUESTS = 10_000;
const USERS: readonly SandboxUser[] = [
  { id: 101, name: 'Olivia North', email: 'owner@north.example', active_flag: true },
  { id: 102, name: 'Milan North', email: 'member@north.example', active_flag: true },
  { id: 103, name: 'Somebody Else', email: 'somebody.else@north.example', active_flag: true },
  { id: 104, name: 'Former Colleague', email: 'former@north.example', active_flag: false },
];

/** Resolves when the server listens, on 127.0.0.1 and a free port unless one is given. */
export async function startPipedriveSandbox(
  options: PipedriveSandboxOptions = {},
): Promise<PipedriveSandbox> {
  const sandbox = new Sandbox(options);
  const server = createServer((request, response) => sandbox.serve(request, response)).listen(
    options.port ?? 0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { account, accounts, requests } = sandbox;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: account.token,
    account,
    addAccount: (added) => {
      const other = accountOf(added);
      accounts.set(other.token, other);
      return other;
    },
    change: (kind, id, values) => account.change(kind, id, values),
    delete: (kind, id) => account.delete(kind, id),
    add: (kind, values) => account.add(kind, values),
    setFaults: (faults) => {
      sandbox.faults = { ...faults };
    },
    requests,
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function accountOf(options: PipedriveAccountOptions): PipedriveAccount {
  const plan: AccountPlan = {
    seed: options.seed ?? 'sheaf',
    size: options.size ?? 300,
    users: options.users ?? USERS,
    now: fromCalendarDay(options.today ?? '2026-11-01').getTime(),
    country: options.country ?? 'US',
    firstCompany: options.firstCompany ?? 0,
  };
  return new PipedriveAccount(options.token ?? TOKEN, plan);
}

class Sandbox {
  readonly account: PipedriveAccount;
  readonly accounts: Map<string, PipedriveAccount>;
  readonly requests: SandboxRequest[] = [];
  faults: PipedriveFaults;
  readonly #rateLimit: RateLimit;
  readonly #random = new Random('faults');

  constructor(options: PipedriveSandboxOptions) {
    this.account = accountOf(options);
    this.accounts = new Map([[this.account.token, this.account]]);
    this.faults = { ...options.faults };
    this.#rateLimit = new RateLimit(options.rateLimit);
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const kind = PIPEDRIVE_KINDS.find((name) => url.pathname === `/api/v2/${name}`);
    this.faults.beforeEach?.();
    const faults = this.faults.kind && this.faults.kind !== kind ? {} : this.faults;
    const answer = this.#answer(request, { url, kind, faults });
    const entry = {
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      status: answer.status,
    };
    if (this.requests.push(entry) > KEPT_REQUESTS) this.requests.shift();
    const reply = () => send(response, answer);
    if (faults.heldUntil) void faults.heldUntil.then(reply);
    else if (faults.delayMs) setTimeout(reply, faults.delayMs);
    else reply();
  }

  #answer(
    request: IncomingMessage,
    { url, kind, faults }: { url: URL; kind: SandboxKind | undefined; faults: PipedriveFaults },
  ): Answer {
    const account = this.accounts.get(String(request.headers['x-api-token'] ?? ''));
    if (!account) return refuse(401, 'unauthorized access');
    const limited = this.#rateLimit.take(account.token);
    if (limited.refusal) return limited.refusal;
    if (faults.serverErrors && this.#random.chance(faults.serverErrors))
      return refuse(this.#random.pick([500, 502, 503]), 'Server error');
    if (faults.answer && (faults.times === undefined || faults.times > 0)) {
      if (faults.times !== undefined) faults.times -= 1;
      return answerFault(faults.answer);
    }
    const answer = this.#find(request, { url, kind, faults, account });
    return { ...answer, headers: { ...answer.headers, ...limited.headers } };
  }

  #find(
    request: IncomingMessage,
    {
      url,
      kind,
      faults,
      account,
    }: {
      url: URL;
      kind: SandboxKind | undefined;
      faults: PipedriveFaults;
      account: PipedriveAccount;
    },
  ): Answer {
    if (request.method !== 'GET') return refuse(405, 'Method not allowed');
    if (url.pathname === '/api/v1/users')
      return { status: 200, body: JSON.stringify({ success: true, data: account.users }) };
    if (kind) return sendList(account, kind, { parameters: url.searchParams, faults });
    return refuse(404, 'Unknown method .');
  }
}

function send(response: ServerResponse, { status, headers, body, cutAt }: Answer): void {
  if (body === null) return;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  if (cutAt === undefined) {
    response.end(body);
    return;
  }
  response.write(body.slice(0, cutAt));
  setTimeout(() => response.destroy(), 10);
}
