/**
 * What each request says about its sender: a token, and the tenant that it is about. Both are in
 * sessionStorage and so end with the tab; two tabs may be in two tenants. In development a link
 * such as /#token=… signs in too.
 */
const TOKEN_KEY = 'sheaf.token';
const TENANT_KEY = 'sheaf.tenant';

/** Null when nobody is signed in. */
export function storedToken(): string | null {
  const inHash = import.meta.env.DEV
    ? /^#\??token=(.+)$/.exec(window.location.hash)?.[1]
    : undefined;
  if (inHash) {
    storeToken(decodeURIComponent(inHash));
    // Out of the address bar, and so out of bookmarks and screenshots.
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  }
  return sessionStorage.getItem(TOKEN_KEY);
}

/** Keeps a token. The tenant of the last one is forgotten: this one may be somebody else's. */
export function storeToken(token: string): void {
  sessionStorage.removeItem(TENANT_KEY);
  sessionStorage.setItem(TOKEN_KEY, token);
}

/** The tenant's global id; null until it is known or chosen. */
export function storedTenant(): string | null {
  return sessionStorage.getItem(TENANT_KEY);
}

export function storeTenant(tenantId: string): void {
  sessionStorage.setItem(TENANT_KEY, tenantId);
}

export function forgetTenant(): void {
  sessionStorage.removeItem(TENANT_KEY);
}

export function forgetCredentials(): void {
  sessionStorage.removeItem(TOKEN_KEY);
  forgetTenant();
}
