/**
 * Which pages and names may reach the server. Browsers let any page open a WebSocket to anywhere,
 * and a name that its owner points at 127.0.0.1 makes the page of that name the same origin as a
 * server there (DNS rebinding).
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a Host header, with or without a port, names this machine as itself. */
export function namesLoopback(host: string | undefined): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(host ?? '')?.[1];
  return name !== undefined && LOOPBACK_NAMES.has(name.toLowerCase());
}

/** Whether an address to listen on, or of a peer, is this machine's own. */
export function isLoopback(address: string | undefined): boolean {
  return (
    address === 'localhost' ||
    address === '::1' ||
    /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address ?? '')
  );
}

/**
 * Whether a request comes from this machine, under its own name, and not through a proxy that would
 * hide somebody else.
 */
export function isLocalRequest({ headers, socket }: IncomingMessage): boolean {
  const forwarded =
    headers['forwarded'] ??
    headers['x-forwarded-for'] ??
    headers['x-forwarded-host'] ??
    headers.via;
  return isLoopback(socket.remoteAddress) && namesLoopback(headers.host) && forwarded === undefined;
}

/**
 * Whether a page of the Origin may open a WebSocket: the server's own, or one of `allowed`.
 * Programs send no Origin, and may.
 */
export function mayOpenSocket(
  { origin, host }: IncomingHttpHeaders,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/**
 * Whether a browser asks for something from a page of this very origin, or because its user typed
 * the address; older ones don't tell.
 */
export function isFromOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
