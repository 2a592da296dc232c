/**
 * What WhatsApp's errors mean for a message, its recipient, its number and its campaign. Only the
 * code of an error counts, because the same code comes with different HTTP statuses. Codes:
 * https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */
import type { WhatsAppIdentity } from './identities.ts';

/** What became of an attempt to send a message. */
export type SendOutcome =
  | { kind: 'sent'; whatsappMessageId: string; recipient: WhatsAppIdentity }
  /**
   * Not sent, and it never will be. `doubtful` means that the cause may be another than this
   * recipient: if it meets many in a row, it meets all of them.
   * `optedOut` means that the recipient has told WhatsApp to get no campaign messages.
   */
  | { kind: 'failed'; doubtful?: boolean; optedOut?: boolean; message: string }
  /** Certainly not sent, for a temporary cause. */
  | { kind: 'retry'; message: string }
  /** The recipient gets too many messages from the number: it has to wait, others do not. */
  | { kind: 'recipient'; message: string }
  /**
   * The number, the app or the account sends too much: all messages of the number wait. `slower`
   * means that the number must also send less a second.
   */
  | { kind: 'busy'; slower: boolean; message: string }
  /** Nothing of the campaign can be sent before somebody fixes `cause`. */
  | { kind: 'pause'; cause: PauseCause; message: string }
  /** It is not known whether the message was sent. */
  | { kind: 'unknown'; message: string };

/** What has to be fixed before a campaign can continue. */
export type PauseCause = 'template' | 'number' | 'token' | 'account' | 'address' | 'unknown';

/** An outcome without its message. */
type Meaning =
  | { kind: 'retry' | 'recipient' }
  | { kind: 'failed'; doubtful?: boolean; optedOut?: boolean }
  | { kind: 'busy'; slower: boolean }
  | { kind: 'pause'; cause: PauseCause };

/** The recipient has told WhatsApp to get no campaign messages of the business. */
export const OPTED_OUT_CODE = 131050;

const MEANINGS = new Map<number, Meaning>();
function define(meaning: Meaning, codes: readonly number[]): void {
  for (const code of codes) MEANINGS.set(code, meaning);
}
define({ kind: 'busy', slower: false }, [4, 80007]);
define({ kind: 'busy', slower: true }, [130429]);
define({ kind: 'recipient' }, [131056]);
define({ kind: 'retry' }, [1, 2, 131000, 131016, 131057, 133004]);
// Undeliverable, outside the 24 h window, held back by choice, part of an experiment, in a country
// that the business may not write to, the sender itself.
define({ kind: 'failed' }, [131026, 131047, 131049, 130472, 130497, 131021]);
define({ kind: 'failed', optedOut: true }, [OPTED_OUT_CODE]);
// A parameter is wrong or the text becomes too long: for one recipient, or by the template for all.
define({ kind: 'failed', doubtful: true }, [131009, 132005]);
// Parameters are missing, too many, or of another form than the template's.
define({ kind: 'pause', cause: 'template' }, [100, 131008, 132000, 132012, 132018]);
// The template is missing, paused, disabled, against a policy, still being copied, or unavailable.
define({ kind: 'pause', cause: 'template' }, [132001, 132007, 132015, 132016, 134101, 134102]);
// Its flow is blocked or throttled; its media cannot be read.
define({ kind: 'pause', cause: 'template' }, [132068, 132069, 131052, 131053]);
// The number is restricted, not registered, being moved, or its name or certificate not approved.
define({ kind: 'pause', cause: 'number' }, [131048, 133006, 133010, 133015, 131037, 131045]);
define({ kind: 'pause', cause: 'token' }, [0, 3, 10, 190, 131005]);
// The account is blocked, locked, not paid for, has not accepted terms, or may not send this way.
define({ kind: 'pause', cause: 'account' }, [368, 131031, 131042, 131055, 134011]);

/** The codes of missing permissions of the token. */
const PERMISSIONS = { from: 200, to: 299 };
const INVALID_PARAMETER = 100;
/** Of INVALID_PARAMETER: there is no such number, or the token does not reach it. */
const NO_SUCH_OBJECT = 33;
const SERVER_ERROR = 500;
const TOO_MANY_REQUESTS = 429;

/** The relevant parts of an error that WhatsApp's API returned. */
export interface WhatsAppError {
  code: number;
  subcode: number | null;
  message: string;
}

/** What an error means. If its code is not known, the HTTP status tells whether to try again. */
export function outcomeOf({ code, subcode, message }: WhatsAppError, status: number): SendOutcome {
  if (code === INVALID_PARAMETER && subcode === NO_SUCH_OBJECT)
    return { kind: 'pause', cause: 'number', message };
  const meaning = MEANINGS.get(code);
  if (meaning !== undefined) return { ...meaning, message };
  if (code >= PERMISSIONS.from && code <= PERMISSIONS.to)
    return { kind: 'pause', cause: 'token', message };
  if (status === TOO_MANY_REQUESTS) return { kind: 'busy', slower: false, message };
  if (status >= SERVER_ERROR) return { kind: 'retry', message };
  return { kind: 'failed', doubtful: true, message };
}

/** What a campaign that WhatsApp refuses is sent with. */
interface Refused {
  displayPhoneNumber: string;
  templateName: string;
}

/** What somebody has to fix before a campaign can continue, and what WhatsApp said. */
export function pauseReason(
  { cause, message }: { cause: PauseCause; message: string },
  { displayPhoneNumber, templateName }: Refused,
): string {
  const number = `the WhatsApp number ${displayPhoneNumber}`;
  const reasons: Record<PauseCause, string> = {
    template: `WhatsApp refused the template ${templateName}`,
    number: `WhatsApp has restricted ${number}, or does not know it`,
    token: `WhatsApp refused the access token of ${number}: connect the number again`,
    account: `WhatsApp has locked the account of ${number}`,
    address: 'WHATSAPP_API_URL does not point to the WhatsApp API',
    unknown: `WhatsApp refused every message for a while, so the cause does not seem to be the recipients`,
  };
  return `${reasons[cause]}. ${message}`;
}

/** An error that came by a status, as it is stored: `Title: details (131042)`. */
const STATUS_ERROR = /^(.*) \((\d{1,9})\)$/s;

/**
 * What the error of a FAILED status calls for, if somebody has to fix it; else null. Its message is
 * what WhatsApp would have answered to the request.
 */
export function pauseOfStatus(error: string): { cause: PauseCause; message: string } | null {
  const [, text = '', digits = ''] = STATUS_ERROR.exec(error) ?? [];
  const meaning = MEANINGS.get(Number(digits));
  if (digits === '' || meaning?.kind !== 'pause') return null;
  return { cause: meaning.cause, message: text.startsWith('(#') ? text : `(#${digits}) ${text}` };
}

/** The codes of all errors that somebody can fix. */
export const FIXABLE_CODES: readonly number[] = [...MEANINGS]
  .filter(([, { kind }]) => kind === 'pause')
  .map(([code]) => code);
