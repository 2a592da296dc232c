/**
 * Requests as they leave the wire, for what GraphQL clients never send; and what every error must
 * look like.
 */
import { connect } from 'node:net';
import { expect } from 'vitest';
import { ERROR_CODES } from '../../src/platform/errors.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined where it is no JSON. */
  body: any;
}

export interface Sending {
  method?: string;
  path?: string;
  token?: string;
  headers?: Record<string, string>;
  /** A text or bytes as they are; anything else is sent as JSON. */
  body?: unknown;
}

/** Sends a request; by default a POST to /graphql with JSON. */
export async function send(
  url: string,
  { method = 'POST', path = '/graphql', token, headers, body }: Sending = {},
): Promise<Answer> {
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: (raw ? body : JSON.stringify(body)) as RequestInit['body'],
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends a query by GET. */
export function get(
  url: string,
  parameters: Record<string, string>,
  sending: Sending = {},
): Promise<Answer> {
  return send(url, {
    ...sending,
    method: 'GET',
    path: `/graphql?${new URLSearchParams(parameters)}`,
  });
}

/** Expects one error, of a code on the closed list, in GraphQL's shape; answers its message. */
export function expectError(
  answer: { status: number; body: any },
  status: number,
  code: string,
): string {
  expect({
    status: answer.status,
    codes: answer.body?.errors?.map((error: any) => error.extensions?.code),
  }).toEqual({ status, codes: [code] });
  expect(ERROR_CODES).toContain(code);
  return answer.body.errors[0].message;
}

/** Sends bytes to a server and resolves with all it answers until it closes, or after `waitMs`. */
export function sendBytes(url: string, bytes: string, waitMs = 2_000): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}
