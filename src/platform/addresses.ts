/**
 * Which addresses on the internet a user may make this server call: public ones only. Where a name
 * has several, all of them must be public, and the connection goes to an address that was checked:
 * a name that resolves differently the next time gains nothing.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { lookup as lookupAll } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The host of a URL that a user chose is this machine, is on its network, or has no address. */
export class PrivateAddressError extends Error {
  readonly code = 'ERR_PRIVATE_ADDRESS';

  constructor(host: string) {
    super(`${host} is not a public address.`);
    this.name = 'PrivateAddressError';
  }
}

/**
 * Networks whose addresses embed an IPv4 address, with the number of bytes before it. Such an
 * address is public if the embedded one is.
 */
const EMBEDDING: readonly (readonly [
  network: ReturnType<typeof ipaddr.IPv6.parseCIDR>,
  offset: number,
])[] = [
  [ipaddr.IPv6.parseCIDR('::ffff:0:0/96'), 12],
  [ipaddr.IPv6.parseCIDR('::ffff:0:0:0/96'), 12],
  [ipaddr.IPv6.parseCIDR('64:ff9b::/96'), 12],
  [ipaddr.IPv6.parseCIDR('2002::/16'), 2],
];
/**
 * The only block of IPv6 that is assigned to the public internet; ipaddr.js knows its exceptions.
 */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether a text is an IPv4 or IPv6 address on the public internet; false for any other text. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast';
  const bytes = parsed.toByteArray();
  const embedding = EMBEDDING.find(([network]) => parsed.match(network));
  if (embedding)
    return new ipaddr.IPv4(bytes.slice(embedding[1], embedding[1] + 4)).range() === 'unicast';
  return parsed.range() === 'unicast' && parsed.match(GLOBAL_UNICAST);
}

/**
 * Throws a PrivateAddressError when the host of a URL is an IP address that is not public; names
 * pass.
 */
export function refusePrivateLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddressError(host);
}

/**
 * A `dns.lookup` for connections that fails with a PrivateAddressError unless every address of the
 * name is public.
 */
export const publicLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      return callback(new PrivateAddressError(host), []);
    if (options.all) return callback(null, addresses satisfies LookupAddress[]);
    return callback(null, first.address, first.family);
  });
};

/**
 * Whether a host that a user names may be public: false if any of its addresses is not. True for a
 * name that can't be resolved now, since it may be later.
 */
export async function isPublicHost(url: URL): Promise<boolean> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isPublicAddress(host);
  const addresses = await lookupAll(host, { all: true }).catch(() => []);
  return addresses.every(({ address }) => isPublicAddress(address));
}
