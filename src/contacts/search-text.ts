/**
 * The text that a contact is found by: the words of its name, its e-mails and its organization's
 * name, in three parts with bars between them. It is stored with the contact, and triggers and
 * indexes rely on the parts.
 */
import { type RawBuilder, sql } from 'kysely';
import { searchText } from '../platform/text.ts';

/** The search text of a contact; `organization` is the one it belongs to, if any. */
export function contactSearchText(
  name: string,
  emails: readonly string[],
  organization?: { searchText: string } | null,
): string {
  return [searchText(name), searchText(...emails), organization?.searchText ?? ''].join(' | ');
}

/**
 * For updates of `contact`: its stored search text with another organization's, whose search text
 * is the expression given, as the last part.
 */
export function withOrganizationText(organizationText: RawBuilder<string>): RawBuilder<string> {
  const stored = sql.ref('contact.searchText');
  return sql<string>`regexp_replace(${stored}, '[^|]*$', ' ' || ${organizationText})`;
}
