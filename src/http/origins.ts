/**
 * Which pages and host names may reach the server. Browsers let any page open a WebSocket to
 * anywhere; and if the owner of a host name points it at 127.0.0.1 (DNS rebinding), a page under
 * that name has the same origin as a server here.
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
 * Whether a request comes from this machine, names it as itself, and did not pass a proxy, which
 * could hide another client.
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
 * Programs other than browsers send no Origin, and may.
 */
export function mayOpenSocket(
  { origin, host }: IncomingHttpHeaders,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/**
 * Whether a browser's request comes from a page of this origin, or from its user typing the
 * address. Older browsers do not say, and are trusted.
 */
export function isFromOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
