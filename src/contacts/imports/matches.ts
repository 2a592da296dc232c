/**
 * Which contact a row of a file is about, by the rule of CRM syncs: that of its id, else one with
 * its e-mail, among all that the contact has, whose name agrees, or who has no name yet but an
 * address or number; the oldest of several. A row without an e-mail is matched by its phone number
 * in the same way.
 */
import { anyOf, wantedTexts } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { namesAgree, saysWho } from '../duplicates/names-agree.ts';
import { type ContactPoint, emailKey } from '../points/points.ts';
import type { ImportRow } from './rows.ts';

/** Of contacts that share an e-mail or a number, so many are compared by their names. */
const MAX_SHARING = 20;

/** What tells contacts apart. */
export interface Candidate {
  id: string;
  name: string;
  email: string | null;
  phoneE164: string | null;
}

const byIds = prepare((p: { ids: string[] }) =>
  query.selectFrom('contact').select('id').where('id', '=', anyOf(p.ids)),
);
const byEmails = prepare((p: { keys: string[] }) => withPoints('EMAIL', p.keys));
const byPhones = prepare((p: { keys: string[] }) => withPoints('PHONE', p.keys));

/** The contacts that have points with these keys, once for each, the oldest first. */
function withPoints(kind: ContactPoint['kind'], keys: string[]) {
  return query
    .selectFrom(wantedTexts(keys))
    .innerJoin('contact_point', (join) =>
      join.onRef('contact_point.key', '=', 'wanted.value').on('contact_point.kind', '=', kind),
    )
    .innerJoin('contact', 'contact.id', 'contact_point.contactId')
    .select(['contact.id', 'contact.name', 'contact.email', 'contact.phoneE164'])
    .select('contact_point.key')
    .orderBy('contact.createdAt')
    .orderBy('contact.id');
}

/** Finds the contacts of rows, one row after the other. */
export class RowMatcher {
  readonly #ids = new Set<string>();
  readonly #byEmail = new Map<string, Candidate[]>();
  readonly #byPhone = new Map<string, Candidate[]>();

  /** Reads every contact that some of the rows may be about. */
  static async for(queries: TenantQueries, rows: readonly ImportRow[]): Promise<RowMatcher> {
    const matcher = new RowMatcher();
    const ids = distinct(rows.map(({ id }) => id));
    const emails = distinct(rows.map(({ email }) => email && emailKey(email)));
    const phones = distinct(rows.map(({ phoneE164 }) => phoneE164));
    if (ids.length > 0)
      for (const { id } of await queries.runPrepared(byIds, { ids })) matcher.#ids.add(id);
    if (emails.length > 0)
      for (const one of await queries.runPrepared(byEmails, { keys: emails }))
        push(matcher.#byEmail, one.key, one);
    if (phones.length > 0)
      for (const one of await queries.runPrepared(byPhones, { keys: phones }))
        push(matcher.#byPhone, one.key, one);
    return matcher;
  }

  /** Whether there is a contact with this id. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Lets later rows find the contact that a row adds. */
  add(contact: Candidate): void {
    push(this.#byEmail, contact.email && emailKey(contact.email), contact);
    push(this.#byPhone, contact.phoneE164, contact);
  }

  /** The id of a row's contact; null if there is none. */
  find(row: ImportRow): string | null {
    if (row.id !== null) return row.id;
    const found =
      row.email === null
        ? sameName(row.name, this.#byPhone.get(row.phoneE164 ?? ''))
        : (sameName(row.name, this.#byEmail.get(emailKey(row.email))) ??
          sameName(
            row.name,
            this.#byPhone.get(row.phoneE164 ?? '')?.filter(({ email }) => email === null),
          ));
    return found?.id ?? null;
  }
}

function sameName(name: string | null, sharing: readonly Candidate[] = []): Candidate | undefined {
  const compared = sharing.slice(0, MAX_SHARING);
  if (name === null) return compared[0];
  return (
    compared.find((one) => namesAgree(one.name, name)) ?? compared.find((one) => !saysWho(one.name))
  );
}

function push(lists: Map<string, Candidate[]>, key: string | null | undefined, one: Candidate) {
  if (key == null) return;
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}
