/** Global ids are opaque, so they are encoded wherever they go into a path. */
export function clientPath(id: string, page: 'intake' | 'packets' | '' = ''): string {
  return `/clients/${encodeURIComponent(id)}/${page}`;
}
