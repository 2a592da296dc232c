/** What the HTTP layer and a request's operation pass to each other. */
import type { Context } from '../schema-builder/context.ts';
import type { PreparedDocument } from './documents.ts';
import type { KeptAnswer } from './kept-answers.ts';

/** The context of an operation over HTTP. */
export interface HttpContext extends Context {
  /** Whether the client asked for figures in `extensions.performance`. */
  measured: boolean;
  /** When the request came in, as performance.now(). */
  startedAt: number;
  /** The operation's name, for the log line. */
  operationName?: string | null;
  /** What is sent as the response, where it is kept. */
  kept?: KeptAnswer | null;
  /** The text of the request, if it was known when the request came in. */
  known?: KnownText;
}

/** A text that was known, and what it was sent with. */
export interface KnownText {
  document: PreparedDocument;
  /** The `extensions` that the client sent. */
  extensions: Record<string, unknown> | undefined;
}
