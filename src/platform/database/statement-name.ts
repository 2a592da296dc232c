/** Names under which PostgreSQL keeps the plans of statements. */
import { createHash } from 'node:crypto';

/** 22 characters, the same for the same text in every process. */
export function statementName(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
