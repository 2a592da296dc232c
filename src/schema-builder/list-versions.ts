/** The versions of the tenant's lists, read at most once for a request. */
import { type ListVersions, readListVersions } from '../platform/database/list-versions.ts';
import { type Context, perRequest } from './context.ts';

const holder = perRequest((): { versions?: Promise<ListVersions> } => ({}));

/** The versions, from the request's first list on. */
export function listVersions(context: Context): Promise<ListVersions> {
  const held = holder(context);
  held.versions ??= readListVersions(context.platform.database.forTenant(context.viewer));
  return held.versions;
}

/**
 * The versions where the request has read them already: what they make cacheable is worth no
 * statement of its own.
 */
export function knownListVersions(context: Context): Promise<ListVersions> | undefined {
  return holder(context).versions;
}
