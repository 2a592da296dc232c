/**
 * The texts of answers: a kept one is sent as it is, and the text of one that may be kept is, once
 * Apollo asks for it.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { Attempt, KeptAnswers } from './kept-answers.ts';

/** One for each ApolloServer. */
export class AnswerTexts {
  readonly #answers: KeptAnswers;
  readonly #attempts = new WeakMap<object, Attempt>();
  readonly #kept = new WeakMap<object, Buffer>();

  constructor(answers: KeptAnswers) {
    this.#answers = answers;
  }

  /** The result that stands for a kept answer. */
  standIn(body: Buffer): FormattedExecutionResult {
    const data = {};
    this.#kept.set(data, body);
    return { data };
  }

  /** Keeps the text of the result, when it is made. */
  keep(result: FormattedExecutionResult, attempt: Attempt): void {
    if (result.data && !result.errors) this.#attempts.set(result.data, attempt);
  }

  /** The text of a result, for Apollo. */
  of(result: FormattedExecutionResult): string {
    const { data } = result;
    const kept = data && this.#kept.get(data);
    if (kept) return kept.toString();
    const text = `${JSON.stringify(result)}\n`;
    const attempt = data && this.#attempts.get(data);
    if (attempt) this.#answers.keep(attempt, Buffer.from(text));
    return text;
  }
}
