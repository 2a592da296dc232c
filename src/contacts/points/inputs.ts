/** E-mails and phones as the API takes them: one value, or a whole list. */
import { z } from 'zod';
import { userError } from '../../platform/errors.ts';
import { name } from '../../platform/input.ts';
import { AddressProblem, readEmails } from './emails.ts';
import { type ContactPoint, emailPoint, MAX_POINTS, phonePoint, primaryColumns } from './points.ts';

/** Addresses with names may be pasted. */
const ADDRESSES_LENGTH = 1_000;
/** The longest phone number that is stored, as typed, in characters. */
export const PHONE_LENGTH = 50;
const LABEL_LENGTH = 50;

function emailText() {
  return name(ADDRESSES_LENGTH).transform((value, context) => {
    try {
      return readEmails(value);
    } catch (error) {
      if (!(error instanceof AddressProblem)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

const details = {
  label: name(LABEL_LENGTH).nullish().describe('What it is for, in your own words: "work".'),
  isPrimary: z
    .boolean()
    .default(false)
    .describe('Whether it comes before the others. Without one, the first of the list does.'),
};

/** An e-mail of the list that a contact is to have. */
export const ContactEmailInput = z
  .object({
    address: emailText().describe(
      'An e-mail address; a name around it and `mailto:` are dropped. Several with commas or semicolons between them become as many entries.',
    ),
    ...details,
  })
  .describe('An address at which somebody is reached, with what it is for.');

/** A phone of the list that a contact is to have. */
export const ContactPhoneInput = z
  .object({
    number: name(PHONE_LENGTH).describe(
      "A phone number in any spelling. Without a country code it is taken to be from your tenant's country.",
    ),
    ...details,
  })
  .describe('A number at which somebody is reached, with what it is for.');

const LIST = `Expected at most ${MAX_POINTS} entries.`;

/** The fields of an input that give the points of a contact. */
export const pointFields = {
  email: emailText()
    .nullish()
    .describe(
      'The primary e-mail address; the others stay. A name around it and `mailto:` are dropped; of several with commas or semicolons between them the first is the primary one. Null removes the primary one, and the next takes its place. Several contacts may have the same address.',
    ),
  emails: z
    .array(ContactEmailInput)
    .max(MAX_POINTS, LIST)
    .nullish()
    .describe('All e-mails, instead of `email`; null or an empty list removes them.'),
  phone: name(PHONE_LENGTH)
    .nullish()
    .describe(
      "The primary phone number, in any spelling; the others stay. Without a country code it is taken to be from your tenant's country. Null removes the primary one, and the next takes its place.",
    ),
  phones: z
    .array(ContactPhoneInput)
    .max(MAX_POINTS, LIST)
    .nullish()
    .describe(
      'All phones, instead of `phone`; null or an empty list removes them. The primary one is the first that is a number.',
    ),
};

/** What an input gives of a contact's points. */
export type GivenPoints = z.output<z.ZodObject<typeof pointFields>>;

/** Whether an input changes points. */
export function givesPoints(given: GivenPoints): boolean {
  return [given.email, given.emails, given.phone, given.phones].some((one) => one !== undefined);
}

/**
 * The points that a contact has from now on. Throws INVALID for a list beside its single value, two
 * primary ones, and too many addresses.
 */
export function nextPoints(
  { email, emails, phone, phones }: GivenPoints,
  stored: readonly ContactPoint[],
  country: string,
): ContactPoint[] {
  refuseContradictions({ email, emails }, 'email', 'emails');
  refuseContradictions({ phone, phones }, 'phone', 'phones');
  const addressPoint = (value: string, label: string | null) =>
    emailPoint(value, { label, source: 'USER' });
  const numberPoint = (value: string, label: string | null) =>
    phonePoint(value, country, { label, source: 'USER' });
  const ofEmails = nextOfKind('EMAIL', stored, {
    single: email == null ? email : email.map((address) => addressPoint(address, null)),
    list:
      emails &&
      primaryFirst(emails).flatMap(({ address, label }) =>
        address.map((one) => addressPoint(one, label ?? null)),
      ),
  });
  const ofPhones = nextOfKind('PHONE', stored, {
    single: phone == null ? phone : [numberPoint(phone, null)],
    list:
      phones && primaryFirst(phones).map(({ number, label }) => numberPoint(number, label ?? null)),
  });
  for (const [field, points] of [
    ['emails', ofEmails],
    ['phones', ofPhones],
  ] as const)
    if (points.length > MAX_POINTS) throw userError('INVALID', [field], LIST);
  return [...ofEmails, ...ofPhones];
}

function primaryFirst<Entry extends { isPrimary: boolean }>(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((one, other) => Number(other.isPrimary) - Number(one.isPrimary));
}

function refuseContradictions(given: Record<string, unknown>, single: string, list: string): void {
  const entries = given[list];
  if (given[single] != null && entries != null)
    throw userError('INVALID', [list], `Give ${single} or ${list}, not both.`);
  if (Array.isArray(entries) && entries.filter(({ isPrimary }) => isPrimary).length > 1)
    throw userError('INVALID', [list], 'Expected at most one primary entry.');
}

interface GivenOfKind {
  single: ContactPoint[] | null | undefined;
  list: ContactPoint[] | null | undefined;
}

/** What is known of a point stays known when it is given again without a label. */
function nextOfKind(
  kind: ContactPoint['kind'],
  stored: readonly ContactPoint[],
  { single, list }: GivenOfKind,
): ContactPoint[] {
  const own = stored.filter((point) => point.kind === kind);
  if (single === undefined && list === undefined) return own;
  const given = list !== undefined ? (list ?? []) : [...(single ?? []), ...own.slice(1)];
  const known = new Map(own.map((point) => [point.key, point]));
  const unique = new Map(given.toReversed().map((point) => [point.key, point]));
  return [...unique.values()].reverse().map((point) => {
    const before = known.get(point.key);
    return before === undefined || list
      ? { ...point, source: before?.source ?? point.source }
      : { ...before, value: point.value };
  });
}

/** Whether the database keeps all of the points by itself, from the columns of a new contact. */
export function areColumnsOnly(points: readonly ContactPoint[]): boolean {
  const { email, phone } = primaryColumns(points);
  return points.every(({ value, label }) => label === null && (value === email || value === phone));
}
