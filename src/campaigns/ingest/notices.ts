/**
 * What WhatsApp reports of templates, numbers and accounts, rather than of messages. Such changes
 * name the account and no number of ours. Unknown kinds are ignored.
 */
import { isRecord, recordsIn } from '../../platform/records.ts';
import { MINUTE, SECOND, type Timestamp } from '../../platform/time.ts';
import { idOf } from '../whatsapp/identities.ts';

interface Reported {
  /** WhatsApp's id of the account. */
  accountId: string;
  /** When it was reported. */
  at: Timestamp;
}

/** A template has another status, or another quality. */
export interface TemplateNotice extends Reported {
  kind: 'template';
  name: string;
  language: string;
  /** What is not reported is undefined; `reason` goes with the status. */
  status?: string;
  reason?: string | null;
  quality?: string;
}

/** A number has another quality or limit. */
export interface QualityNotice extends Reported {
  kind: 'quality';
  /** The digits of the number. */
  digits: string;
  /** As WhatsApp calls it, such as FLAGGED. */
  event: string;
  isFlagged?: boolean;
  messagingLimit?: string;
}

/** An account, or one of its numbers, is restricted or no longer so. */
export interface RestrictionNotice extends Reported {
  kind: 'restriction';
  /** The digits of the number that is meant; null for all numbers of the account. */
  digits: string | null;
  /** What is restricted, in words; null once nothing is. */
  restriction: string | null;
  until: Timestamp | null;
  /** Whether campaigns can no longer be sent. */
  stops: boolean;
}

/** What WhatsApp reports of something else than messages. */
export type Notice = TemplateNotice | QualityNotice | RestrictionNotice;

type Json = Record<string, unknown>;
type Reader = (value: Json, reported: Reported) => Notice | null;

const READERS = new Map<unknown, Reader>([
  ['message_template_status_update', readTemplateStatus],
  ['message_template_quality_update', readTemplateQuality],
  ['phone_number_quality_update', readNumberQuality],
  ['account_update', readAccount],
]);

/** Reads the notices in the parsed body of a call; `now` replaces invalid moments. */
export function readNotices(body: object, now: Date): Notice[] {
  return recordsIn((body as Json)['entry']).flatMap(({ id, time, changes }) =>
    recordsIn(changes).flatMap(({ field, value }) => {
      const accountId = idOf(id);
      const read = READERS.get(field);
      if (!read || !isRecord(value) || accountId === '') return [];
      return read(value, { accountId, at: momentOf(time, now) }) ?? [];
    }),
  );
}

/** Moments in the future are brought back, since nothing later would count until then. */
function momentOf(time: unknown, now: Date): Timestamp {
  const at = Number(time) * SECOND;
  const isKnown = Number.isInteger(at) && at > 0 && at < now.getTime() + MINUTE;
  return (isKnown ? new Date(at) : now).toISOString();
}

/** A moment in seconds since 1970; null for anything else. */
function endOf(seconds: unknown): number | null {
  const at = Number(seconds);
  return Number.isInteger(at) && at > 0 && at < LAST_MOMENT ? at : null;
}

const MAX_WORD_LENGTH = 50;
/** The last second of the year 2999. */
const LAST_MOMENT = 32_503_679_999;
const MAX_TEXT_LENGTH = 500;

/** A word of WhatsApp's such as PAUSED; undefined for anything else. */
function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\w+$/.test(value) && value.length <= MAX_WORD_LENGTH
    ? value.toUpperCase()
    : undefined;
}

function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value === 'NONE') return null;
  return value.replaceAll('\u0000', '').slice(0, MAX_TEXT_LENGTH).toWellFormed();
}

/** The digits of a number as people write it; null for anything else. */
function digitsOf(value: unknown): string | null {
  const digits = typeof value === 'string' ? value.replaceAll(/\D/g, '') : '';
  return /^\d{6,20}$/.test(digits) ? digits : null;
}

function templateOf(value: Json, reported: Reported): TemplateNotice | null {
  const name = idOf(value['message_template_name']);
  const language = wordOf(value['message_template_language']) && value['message_template_language'];
  if (name === '' || typeof language !== 'string') return null;
  return { ...reported, kind: 'template', name, language };
}

function readTemplateStatus(value: Json, reported: Reported): Notice | null {
  const template = templateOf(value, reported);
  const status = wordOf(value['event']);
  if (template === null || status === undefined) return null;
  const { other_info: other } = value;
  const described = isRecord(other)
    ? (textOf(other['description']) ?? textOf(other['title']))
    : null;
  return { ...template, status, reason: textOf(value['reason']) ?? described };
}

function readTemplateQuality(value: Json, reported: Reported): Notice | null {
  const template = templateOf(value, reported);
  const quality = wordOf(value['new_quality_score']);
  return template === null || quality === undefined ? null : { ...template, quality };
}

function readNumberQuality(value: Json, reported: Reported): Notice | null {
  const digits = digitsOf(value['display_phone_number']);
  const event = wordOf(value['event']);
  if (digits === null || event === undefined) return null;
  const limit = wordOf(value['current_limit'] ?? value['max_daily_conversations_per_business']);
  const isFlagged = new Map([
    ['FLAGGED', true],
    ['UNFLAGGED', false],
  ]).get(event);
  return {
    ...reported,
    kind: 'quality',
    digits,
    event,
    ...(isFlagged === undefined ? {} : { isFlagged }),
    ...(limit === undefined ? {} : { messagingLimit: limit }),
  };
}

function readAccount(value: Json, reported: Reported): Notice | null {
  const found = restrictionIn(value);
  if (found === null) return null;
  return {
    ...reported,
    kind: 'restriction',
    digits: digitsOf(value['phone_number']),
    until: null,
    ...found,
  };
}

type Restriction = Pick<RestrictionNotice, 'restriction' | 'stops'> & { until?: Timestamp | null };

function restrictionIn(value: Json): Restriction | null {
  switch (value['event']) {
    case 'DISABLED_UPDATE':
      return banIn(value['ban_info']);
    case 'ACCOUNT_RESTRICTION':
      return limitsIn(recordsIn(value['restriction_info']));
    case 'ACCOUNT_VIOLATION': {
      const { violation_info: info } = value;
      const type = isRecord(info) ? textOf(info['violation_type']) : null;
      const restriction = `WhatsApp found a violation of its policies${type ? `: ${type}` : ''}`;
      return { restriction, stops: false };
    }
    case 'ACCOUNT_DELETED':
      return { restriction: 'The WhatsApp account was deleted', stops: true };
    case 'PARTNER_REMOVED':
      return { restriction: 'The WhatsApp account took away the access of this app', stops: true };
    default:
      return null;
  }
}

function banIn(info: unknown): Restriction | null {
  const { waba_ban_state: state, waba_ban_date: date } = isRecord(info) ? info : {};
  const on = textOf(date) === null ? '' : ` on ${textOf(date)}`;
  if (state === 'DISABLE')
    return { restriction: `WhatsApp disabled the account${on}`, stops: true };
  if (state === 'SCHEDULE_FOR_DISABLE')
    return { restriction: `WhatsApp will disable the account${on}`, stops: false };
  return state === 'REINSTATE' ? { restriction: null, stops: false } : null;
}

/** An empty list of restrictions is the end of them. */
function limitsIn(limits: readonly Json[]): Restriction {
  const types = limits.map(({ restriction_type: type }) => textOf(type) ?? 'UNKNOWN');
  const ends = limits.map(({ expiration }) => endOf(expiration));
  const known = ends.filter((end) => end !== null);
  return {
    restriction:
      limits.length === 0 ? null : `WhatsApp restricted the account: ${types.join(', ')}`,
    stops: types.some((type) => type.includes('BIZ_INITIATED')),
    until:
      known.length === 0 || known.length < ends.length
        ? null
        : new Date(Math.max(...known) * SECOND).toISOString(),
  };
}
