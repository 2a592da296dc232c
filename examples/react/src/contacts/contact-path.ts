/** The contacts of one organization. */
export function organizationPath(organizationId: string): string {
  return `/contacts?${new URLSearchParams({ organization: organizationId })}`;
}

/** The contacts that a text finds. */
export function contactSearchPath(text: string): string {
  return `/contacts?${new URLSearchParams({ search: text })}`;
}
