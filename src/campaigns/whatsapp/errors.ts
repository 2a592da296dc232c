/**
 * What WhatsApp's errors mean for a message, its recipient, its number and its campaign. Only the
 * code of an error counts, because the same code comes with different HTTP statuses. Codes:
 * https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */
import type { WhatsAppIdentity } from './identities.ts';

/** What became of an attempt to send a message. */
export type SendOutcome =
  | { kind: 'sent'; whatsappMessageId: string; recipient: WhatsAppIdentity }
  /** Not sent, and it never will be. */
  | { kind: 'failed'; message: string }
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
export type PauseCause = 'template' | 'number' | 'token' | 'account' | 'address';

/** An outcome without its message. */
type Meaning =
  | { kind: 'failed' | 'retry' | 'recipient' }
  | { kind: 'busy'; slower: boolean }
  | { kind: 'pause'; cause: PauseCause };

const MEANINGS = new Map<number, Meaning>();
function define(meaning: Meaning, codes: readonly number[]): void {
  for (const code of codes) MEANINGS.set(code, meaning);
}
define({ kind: 'busy', slower: false }, [4, 80007]);
define({ kind: 'busy', slower: true }, [130429]);
define({ kind: 'recipient' }, [131056]);
define({ kind: 'retry' }, [1, 2, 131000, 131016, 131057]);
define({ kind: 'failed' }, [131026, 131047, 131049, 131050]);
define({ kind: 'pause', cause: 'template' }, [132000, 132001, 132012, 132015, 132016]);
// The number is restricted, not registered, or being moved.
define({ kind: 'pause', cause: 'number' }, [131048, 133006, 133010, 133015]);
define({ kind: 'pause', cause: 'token' }, [0, 3, 10, 190, 131005]);
// The account is blocked, locked, or not paid for.
define({ kind: 'pause', cause: 'account' }, [368, 131031, 131042]);

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
  return { kind: status >= SERVER_ERROR ? 'retry' : 'failed', message };
}
