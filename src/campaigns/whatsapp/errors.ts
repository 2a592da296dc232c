/**
 * What WhatsApp's errors mean for a message, its recipient, its number and its campaign. They are
 * told apart by their code alone: the same code comes with different HTTP statuses. Codes:
 * https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */

/** What became of an attempt to send a message. */
export type SendOutcome =
  | { kind: 'sent'; whatsappMessageId: string }
  /** Final for this message. */
  | { kind: 'failed'; message: string }
  /** Surely not sent, for a cause that passes by itself. */
  | { kind: 'retry'; message: string }
  /** This recipient gets too many messages from the number: it waits, the others go on. */
  | { kind: 'recipient'; message: string }
  /**
   * The number, the app or the account sends too much: all messages of the number wait; `slower`
   * when it must also send less a second.
   */
  | { kind: 'busy'; slower: boolean; message: string }
  /** Nothing of the campaign can be sent before somebody mends `cause`. */
  | { kind: 'pause'; cause: PauseCause; message: string }
  /** Nobody knows whether it was sent. */
  | { kind: 'unknown'; message: string };

/** What is to be mended. */
export type PauseCause = 'template' | 'number' | 'token' | 'account' | 'address';

type Known =
  | Exclude<SendOutcome['kind'], 'sent' | 'unknown' | 'pause' | 'busy'>
  | `pause ${PauseCause}`
  | 'busy'
  | 'busy slower';

const MEANINGS = new Map<number, Known>();
const mean = (meaning: Known, ...codes: number[]) => {
  for (const code of codes) MEANINGS.set(code, meaning);
};
mean('busy', 4, 80007);
mean('busy slower', 130429);
mean('recipient', 131056);
mean('retry', 1, 2, 131000, 131016, 131057);
mean('failed', 131026, 131047, 131049, 131050);
mean('pause template', 132000, 132001, 132012, 132015, 132016);
// The number is restricted, not registered, or being moved.
mean('pause number', 131048, 133006, 133010, 133015);
mean('pause token', 0, 3, 10, 190, 131005);
// Blocked, locked, or not paid for.
mean('pause account', 368, 131031, 131042);

/** Graph's permissions: what the token may not do. */
const PERMISSIONS = { from: 200, to: 299 };
/** Of code 100: there is no such number, or the token does not reach it. */
const NO_SUCH_OBJECT = 33;
const SERVER_ERROR = 500;
const TOO_MANY_REQUESTS = 429;

/** An `error` as Graph API writes it, in the parts that count. */
export interface WhatsAppError {
  code: number;
  subcode: number | null;
  message: string;
}

/** What an error means; of codes that nobody knows, the HTTP status says whether to try again. */
export function outcomeOf({ code, subcode, message }: WhatsAppError, status: number): SendOutcome {
  const meaning = MEANINGS.get(code);
  if (code === 100 && subcode === NO_SUCH_OBJECT)
    return { kind: 'pause', cause: 'number', message };
  if (meaning === undefined && code >= PERMISSIONS.from && code <= PERMISSIONS.to)
    return { kind: 'pause', cause: 'token', message };
  if (meaning === 'busy' || meaning === 'busy slower')
    return { kind: 'busy', slower: meaning === 'busy slower', message };
  if (meaning?.startsWith('pause '))
    return { kind: 'pause', cause: meaning.slice('pause '.length) as PauseCause, message };
  if (meaning !== undefined) return { kind: meaning as 'failed' | 'retry' | 'recipient', message };
  if (status === TOO_MANY_REQUESTS) return { kind: 'busy', slower: false, message };
  return { kind: status >= SERVER_ERROR ? 'retry' : 'failed', message };
}
