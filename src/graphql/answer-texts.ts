/**
 * The texts of answers over HTTP. Apollo makes the text of each result: that of an answer that may
 * be kept is kept then, and for one that is kept already there is none to make.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { HttpContext } from './http-context.ts';
import type { Attempt, KeptAnswer, KeptAnswers } from './kept-answers.ts';

/** Whoever waits for an answer whose text takes longer makes it for themselves. */
const LATEST_TEXT_MS = 1_000;

/** An execution whose answer may be kept, and the request that it is for. */
export interface Attempted {
  attempt: Attempt;
  context: HttpContext;
}

/** One for each ApolloServer. */
export class AnswerTexts {
  readonly #answers: KeptAnswers;
  readonly #readable: boolean;
  readonly #attempted = new WeakMap<object, Attempted>();
  readonly #standIns = new WeakSet<object>();

  /** With `readable`, what stands for a kept answer has its data, for plugins that look at it. */
  constructor(answers: KeptAnswers, { readable }: { readable: boolean }) {
    this.#answers = answers;
    this.#readable = readable;
  }

  /** Has the kept answer sent; the result stands for it on its way through Apollo. */
  standIn(kept: KeptAnswer, context: HttpContext): FormattedExecutionResult {
    const result: FormattedExecutionResult & { data: object } = this.#readable
      ? JSON.parse(kept.body.toString())
      : { data: {} };
    this.#standIns.add(result.data);
    context.kept = kept;
    return result;
  }

  /** Keeps the text of the result once it is made. */
  keep(result: FormattedExecutionResult, attempted: Attempted): void {
    const { making } = attempted.attempt;
    const data = result.errors ? null : result.data;
    if (data) this.#attempted.set(data, attempted);
    // A plugin may replace the result, whose text is then never made.
    if (making) setTimeout(() => making.end(null), data ? LATEST_TEXT_MS : 0).unref();
  }

  /** The text of a result, for Apollo. */
  of(result: FormattedExecutionResult): string {
    const { data } = result;
    if (data && this.#standIns.has(data)) return '';
    const text = `${JSON.stringify(result)}\n`;
    const attempted = data && this.#attempted.get(data);
    if (!attempted) return text;
    const kept = this.#answers.keep(attempted.attempt, Buffer.from(text));
    if (kept) attempted.context.kept = kept;
    return text;
  }
}
