/** A record of a file as a contact: its cells checked by the rules of the API, or what is wrong. */
import type { z } from 'zod';
import { LeadStatus } from '../../../generated/kysely.ts';
import { decodeGlobalId } from '../../platform/global-id.ts';
import { email, name } from '../../platform/input.ts';
import { isCalendarDay, readMoment } from '../../platform/time.ts';
import { organizationName } from '../organizations/organizations.ts';
import { toE164 } from '../phone.ts';
import { PHONE_LENGTH } from '../points/inputs.ts';
import type { ImportField } from './fields.ts';
import type { MappedColumn } from './mapping.ts';
import type { FileRecord } from './records.ts';

/** What a row of a file says of a contact; null: nothing. */
export interface ImportRow {
  record: FileRecord;
  /** The uuid of the contact that it is about. */
  id: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  phoneE164: string | null;
  jobTitle: string | null;
  organization: string | null;
  leadStatus: LeadStatus | null;
  /** The e-mail or name of a user, in lower case. */
  owner: string | null;
  consent: { optedOut: boolean; at: string | null } | null;
}

/** What is wrong with a row. */
export interface RowProblem {
  line: number;
  /** Null if it is the row as a whole. */
  field: ImportField | null;
  message: string;
}

const TEXTS = {
  name: name(),
  email: email(),
  phone: name(PHONE_LENGTH),
  jobTitle: name(),
  organization: organizationName(),
  owner: name(),
};

/** What people write into a cell to say that they know nothing. */
const NOTHING = /^(|-+|–|—|n\/?a|none|null|unknown|\?+)$/i;
/** There are people called Null. */
const ANY_TEXT: ReadonlySet<ImportField> = new Set([
  'NAME',
  'FIRST_NAME',
  'LAST_NAME',
  'ORGANIZATION',
]);

const YES = new Set(
  'optedin optin yes y true 1 subscribed granted given ja j oui si sí sim x'.split(' '),
);
const NO = new Set(
  'optedout optout no n false 0 unsubscribed denied withdrawn stop nein non não nao'.split(' '),
);

/** Checks a record. `country` is where phone numbers without a country code are from. */
export function readRow(
  record: FileRecord,
  mapping: readonly MappedColumn[],
  country: string,
): { row: ImportRow } | { problems: RowProblem[] } {
  const { line, cells, problem } = record;
  if (problem !== null) return { problems: [{ line, field: null, message: problem }] };
  const problems: RowProblem[] = [];
  const given = new Map(
    mapping.map(({ column, field }) => [field, (cells.get(column) ?? '').trim()]),
  );
  const cell = (field: ImportField) => {
    const text = given.get(field) ?? '';
    return text === '' || (!ANY_TEXT.has(field) && NOTHING.test(text)) ? null : text;
  };
  const read = <T>(field: ImportField, parse: (text: string) => T | Wrong): T | null => {
    const text = cell(field);
    const value = text === null ? null : parse(text);
    if (!(value instanceof Wrong)) return value;
    problems.push({ line, field, message: value.message });
    return null;
  };
  const phone = read('PHONE', (text) => checked(TEXTS.phone, text));
  const parts = [cell('FIRST_NAME'), cell('LAST_NAME')].filter((part) => part !== null);
  const full = cell('NAME') ?? (parts.length > 0 ? parts.join(' ') : null);
  const fullName = full === null ? null : checked(TEXTS.name, full);
  if (fullName instanceof Wrong) problems.push({ line, field: 'NAME', message: fullName.message });
  const row: ImportRow = {
    record,
    id: read('ID', contactId),
    name: fullName instanceof Wrong ? null : fullName,
    email: read('EMAIL', (text) => checked(TEXTS.email, text.replace(/^mailto:/i, ''))),
    phone,
    phoneE164: phone === null ? null : toE164(phone, country),
    jobTitle: read('JOB_TITLE', (text) => checked(TEXTS.jobTitle, text)),
    organization: read('ORGANIZATION', (text) => checked(TEXTS.organization, text)),
    leadStatus: read('LEAD_STATUS', leadStatus),
    owner: read('OWNER', (text) => lower(checked(TEXTS.owner, text))),
    consent: null,
  };
  const optedOut = read('MARKETING_CONSENT', consent);
  const at = read('CONSENT_AT', moment);
  if (optedOut !== null) row.consent = { optedOut, at };
  if (problems.length === 0 && (row.name ?? row.email ?? row.phone ?? row.id) === null)
    problems.push({
      line,
      field: 'NAME',
      message: 'Expected a name, an e-mail address or a phone number.',
    });
  return problems.length > 0 ? { problems } : { row };
}

/** What is wrong with a cell. */
class Wrong {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

function checked(schema: z.ZodType<string>, text: string): string | Wrong {
  const parsed = schema.safeParse(text);
  return parsed.success
    ? parsed.data
    : new Wrong(parsed.error.issues[0]?.message ?? 'Expected another value.');
}

function lower(value: string | Wrong): string | Wrong {
  return value instanceof Wrong ? value : value.toLowerCase();
}

function contactId(text: string): string | Wrong {
  const decoded = decodeGlobalId(text);
  return decoded?.type === 'Contact'
    ? decoded.id
    : new Wrong('Expected the id of a contact, as an export has it.');
}

function leadStatus(text: string): LeadStatus | Wrong {
  const wanted = text.toUpperCase().replaceAll(/[\s-]+/g, '_');
  const found = Object.values(LeadStatus).find((status) => status === wanted);
  return found ?? new Wrong(`Expected one of ${Object.values(LeadStatus).join(', ')}.`);
}

/** Whether somebody opted out. */
function consent(text: string): boolean | Wrong {
  const word = text.toLowerCase().replaceAll(/[\s_-]+/g, '');
  if (YES.has(word)) return false;
  return NO.has(word) ? true : new Wrong('Expected yes or no, OPTED_IN or OPTED_OUT.');
}

function moment(text: string): string | Wrong {
  const read = readMoment(isCalendarDay(text) ? `${text}T00:00:00Z` : text);
  if (read === null || read < '1900')
    return new Wrong('Expected a date, such as 2026-11-22 or 2026-11-22T10:00:00Z.');
  return Date.parse(read) > Date.now()
    ? new Wrong('Expected a date that is not in the future.')
    : read;
}
