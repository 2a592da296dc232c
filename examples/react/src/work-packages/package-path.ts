import type { TimelineStatus } from '../generated/graphql.ts';

export function packagePath(id: string): string {
  return `/packages/${encodeURIComponent(id)}`;
}

/** The list, or those of its packages that stand so. */
export function packagesPath(show?: TimelineStatus): string {
  return show ? `/packages?${new URLSearchParams({ show })}` : '/packages';
}
