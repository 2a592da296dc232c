/** By what WhatsApp knows people: their numbers, and since user names exist, ids of its own. */

/** What WhatsApp says of who somebody is; each is '' where it says nothing that can be used. */
export interface WhatsAppIdentity {
  /** In E.164, though it need not be the number that was dialled. */
  phone: string;
  /** Such as US.13491208655302741918. */
  userId: string;
}

const MAX_ID_LENGTH = 256;

/** An id of WhatsApp's that can be stored and compared; '' for anything else. */
export function idOf(value: unknown): string {
  return typeof value === 'string' &&
    value.length <= MAX_ID_LENGTH &&
    !value.includes('\u0000') &&
    value.isWellFormed()
    ? value
    : '';
}

/** A phone in E.164 from the digits that WhatsApp gives; '' for anything else. */
export function phoneOf(value: unknown): string {
  return typeof value === 'string' && /^\+?[1-9]\d{5,18}$/.test(value)
    ? `+${value.replace('+', '')}`
    : '';
}

/** The id of a person, which cannot be mistaken for a number; '' for anything else. */
export function userIdOf(value: unknown): string {
  const id = idOf(value);
  return /^[A-Za-z]/.test(id) ? id : '';
}
