/** The access tokens of WhatsApp numbers: they are stored sealed, and opened only for sending. */
import type { Config } from '../../platform/config.ts';
import { userError } from '../../platform/errors.ts';
import { SecretError, secretBox } from '../../platform/secrets.ts';

interface TokenPlace {
  tenantId: string;
  /** WhatsApp's own id of the number. */
  phoneNumberId: string;
}

/** An access token as it is stored. */
export interface SealedToken extends TokenPlace {
  sealed: string;
}

/** Seals an access token for its number. Throws UNSUPPORTED if the server has no ENCRYPTION_KEY. */
export function sealToken(
  config: Config,
  { accessToken, ...place }: TokenPlace & { accessToken: string },
): string {
  try {
    return secretBox(config).seal(accessToken, contextOf(place));
  } catch (error) {
    if (error instanceof SecretError)
      throw userError('UNSUPPORTED', ['accessToken'], error.message);
    throw error;
  }
}

/**
 * Opens the access token of a number. Throws a SecretError if the key is missing or is not the one
 * that sealed it.
 */
export function openToken(config: Config, { sealed, ...place }: SealedToken): string {
  return secretBox(config).open(sealed, contextOf(place));
}

/** What a token is bound to: copied to the number of another tenant, it does not open. */
function contextOf({ tenantId, phoneNumberId }: TokenPlace): string {
  return `whatsapp_number ${tenantId} ${phoneNumberId}`;
}
