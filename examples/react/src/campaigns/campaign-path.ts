export function campaignPath(id: string): string {
  return `/campaigns/${encodeURIComponent(id)}`;
}
