/**
 * Names of organizations as they are compared: Unicode NFKC, lower case, & as ' and ', all other
 * punctuation removed without a space, white space folded. 'Acme Corp.' → 'acme corp'.
 */
export function normalizeOrganizationName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll('&', ' and ').replace(/\p{P}/gu, '').replace(/\s+/gu, ' ').trim();
}
