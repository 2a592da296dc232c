/**
 * Documents that are known before they are sent: the file that codegen writes, a map from the
 * SHA-256 of a document to its text.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Config } from '../platform/config.ts';
import { RequestError } from '../platform/errors.ts';

/** The trusted documents, and whether others may run too. */
export interface TrustedDocuments {
  /** The text of a hash; undefined if it is not trusted. */
  find(hash: string): string | undefined;
  /**
   * Throws PERSISTED_QUERY_NOT_FOUND for a text that is not trusted, if only trusted ones may run.
   */
  check(source: string): void;
}

/**
 * Reads the file of TRUSTED_DOCUMENTS, when set; throws if it is not such a map, so that the server
 * does not start.
 */
export function trustedDocuments(config: Config): TrustedDocuments {
  const documents = new Map(
    config.TRUSTED_DOCUMENTS
      ? Object.entries(
          z
            .record(z.string(), z.string())
            .parse(JSON.parse(readFileSync(config.TRUSTED_DOCUMENTS, 'utf8'))),
        )
      : [],
  );
  const texts = new Set(documents.values());
  // The file may key its documents by hashes of another kind; clients send the SHA-256 of the text.
  for (const text of texts) documents.set(createHash('sha256').update(text).digest('hex'), text);
  return {
    find: (hash) => documents.get(hash),
    check: (source) => {
      if (config.TRUSTED_DOCUMENTS_ONLY && !texts.has(source))
        throw new RequestError(
          'PERSISTED_QUERY_NOT_FOUND',
          'This server runs known documents only: send the hash of one of them.',
        );
    },
  };
}
