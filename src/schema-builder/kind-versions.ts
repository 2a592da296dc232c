/** The versions of what lists of people show, read at most once for a request. */
import type { Kind } from '../platform/database/kinds.ts';
import { currentReads } from '../platform/database/statements.ts';
import { type Versions, versionOf } from '../platform/database/versions.ts';
import { type Context, perRequest } from './context.ts';

const LISTED: readonly Kind[] = ['CONSENT', 'CONTACTS', 'ORGANIZATIONS', 'USERS'];
type ListedKind = 'CONSENT' | 'CONTACTS' | 'ORGANIZATIONS' | 'USERS';

/** The versions of a tenant's kinds; what is cached under them can never be stale. */
export interface KindVersions {
  of(kind: ListedKind): number;
}

const holder = perRequest((): { versions?: Promise<KindVersions> } => ({}));

/** The versions, from the request's first list on. */
export function kindVersions(context: Context): Promise<KindVersions> {
  const held = holder(context);
  held.versions ??= read(context);
  return held.versions;
}

/**
 * The versions where the request has read them already: what they make cacheable is worth no
 * statement of its own.
 */
export function knownKindVersions(context: Context): Promise<KindVersions> | undefined {
  return holder(context).versions;
}

async function read({ platform, viewer }: Context): Promise<KindVersions> {
  const known = currentReads()?.knownVersions(LISTED);
  const wanted = { kinds: LISTED, epochs: [], packages: [] };
  return asRead(known ?? (await platform.database.versions.read(viewer.tenantId, wanted)));
}

function asRead(versions: Versions): KindVersions {
  return {
    of: (kind) => {
      // Of what a cache has under this version, no statement says that it was read.
      currentReads()?.kinds.add(kind);
      return versionOf(kind, versions);
    },
  };
}
