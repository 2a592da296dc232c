export function campaignPath(id: string): string {
  return `/campaigns/${encodeURIComponent(id)}`;
}

/** Why messages of the campaign failed, and for whom. */
export function failedPath(id: string): string {
  return `${campaignPath(id)}/failed`;
}
