/** Documents that are sent as their hash: automatic persisted queries. */
import { LRUCache } from 'lru-cache';
import type { Config } from '../platform/config.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

const MAX_BYTES = 20 * 1_048_576;

/**
 * Texts by their hash: the trusted ones, then those that signed-in users have registered, in
 * memory.
 */
export class PersistedDocuments {
  readonly #trusted: TrustedDocuments;
  readonly #closed: boolean;
  readonly #registered = new LRUCache<string, string>({
    maxSize: MAX_BYTES,
    sizeCalculation: (text) => text.length * 2 + 200,
  });

  constructor(trusted: TrustedDocuments, config: Config) {
    this.#trusted = trusted;
    this.#closed = config.TRUSTED_DOCUMENTS_ONLY;
  }

  /** The text of a hash; undefined if it is unknown. */
  find(hash: string): string | undefined {
    return this.#trusted.find(hash) ?? this.#registered.get(hash);
  }

  /** Keeps a text under its hash; only for an operation that may run. */
  register(hash: string, text: string): void {
    if (!this.#closed) this.#registered.set(hash, text);
  }
}
