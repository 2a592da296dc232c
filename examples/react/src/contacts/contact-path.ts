/** The contacts of one organization. */
export function organizationPath(organizationId: string): string {
  return `/contacts?${new URLSearchParams({ organization: organizationId })}`;
}
