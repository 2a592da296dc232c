/**
 * Secrets that are stored, such as tokens of a tenant's other systems: AES-256-GCM with
 * ENCRYPTION_KEY.
 *
 * A sealed secret is text: `v1.<nonce>.<tag>.<ciphertext>`, base64url. It is bound to its place (a
 * table and a tenant, say) and does not open when copied to another.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
/** What NIST SP 800-38D recommends for GCM; random ones are safe for 2³² secrets of a key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * There is no valid key, or the secret was sealed with another key or for another place, or is
 * damaged.
 */
export class SecretError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SecretError';
  }
}

/** Compares texts of any length in a time that does not reveal where they differ. */
export function isSameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Seals and opens secrets with one key. */
export class SecretBox {
  readonly #key: Buffer;

  /** `key` is ENCRYPTION_KEY: 64 hex digits. Throws a SecretError for any other. */
  constructor(key: string) {
    if (!/^[0-9a-f]{64}$/i.test(key))
      throw new SecretError('Expected an encryption key of 64 hex digits.');
    this.#key = Buffer.from(key, 'hex');
  }

  /** The sealed secret; a different text on every call. */
  seal(secret: string, place: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(
      Buffer.from(place),
    );
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [
      VERSION,
      ...[nonce, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url')),
    ].join('.');
  }

  /** The secret; throws a SecretError unless it was sealed with this key for this place. */
  open(sealed: string, place: string): string {
    const [version, ...parts] = sealed.split('.');
    const [nonce, tag, ciphertext] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (
      version !== VERSION ||
      parts.length !== 3 ||
      nonce?.length !== NONCE_BYTES ||
      tag?.length !== TAG_BYTES ||
      !ciphertext
    )
      throw new SecretError('Expected a sealed secret.');
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(place))
        .setAuthTag(tag);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new SecretError('A stored secret does not open with this ENCRYPTION_KEY.', { cause });
    }
  }
}

/** A box with the configured ENCRYPTION_KEY; without one, throws a SecretError that names it. */
export function secretBox(config: { ENCRYPTION_KEY?: string | undefined }): SecretBox {
  if (!config.ENCRYPTION_KEY)
    throw new SecretError(
      'This server has no ENCRYPTION_KEY and cannot store secrets without one.',
    );
  return new SecretBox(config.ENCRYPTION_KEY);
}
