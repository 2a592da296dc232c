/**
 * The answers of a form that several people, or several tabs, may be filling in at once.
 *
 * `saved` is what the server has; `edits` is what was changed here and is not yet saved, and wins
 * over it on the screen. So whatever others save shows up at once, except in a question that is
 * being answered here. Everything is a plain value: see intake-form.ts for when it is sent.
 */

/** Null where an answer is cleared. */
export type Answer = string | number | boolean | readonly string[] | null;
export type Answers = Readonly<Record<string, Answer>>;

export interface FormAnswers {
  saved: Answers;
  /** When the server had saved `saved`; null before the first answer. */
  savedAt: string | null;
  edits: Answers;
  /** Why the server refused an edit; gone as soon as the answer changes. */
  errors: Readonly<Record<string, string>>;
}

export interface ServerState {
  /** By the key of the question. */
  answers: unknown;
  lastSavedAt: string;
}

export function startAnswers(server: ServerState | null | undefined): FormAnswers {
  return withServerState({ saved: {}, savedAt: null, edits: {}, errors: {} }, server);
}

/** What the question shows. */
export function answerOf(form: FormAnswers, key: string): Answer {
  return (key in form.edits ? form.edits[key] : form.saved[key]) ?? null;
}

export function isAnswered(answer: Answer): boolean {
  return answer !== null && answer !== '' && !(Array.isArray(answer) && answer.length === 0);
}

export function withEdit(form: FormAnswers, key: string, answer: Answer): FormAnswers {
  return { ...form, edits: { ...form.edits, [key]: answer }, errors: without(form.errors, [key]) };
}

/**
 * Takes what the server has, unless something newer is known: answers may overtake each other on
 * their way.
 */
export function withServerState(
  form: FormAnswers,
  server: ServerState | null | undefined,
): FormAnswers {
  if (!server || (form.savedAt !== null && server.lastSavedAt < form.savedAt)) return form;
  return { ...form, saved: server.answers as Answers, savedAt: server.lastSavedAt };
}

/** After `sent` was saved: what was changed again in the meantime is still to be saved. */
export function withSaved(form: FormAnswers, sent: Answers, server: ServerState): FormAnswers {
  const settled = Object.keys(sent).filter((key) => form.edits[key] === sent[key]);
  return withServerState(
    { ...form, edits: without(form.edits, settled), errors: without(form.errors, settled) },
    server,
  );
}

/**
 * After answers were refused: each message at its question, unless its answer has changed since.
 */
export function withErrors(
  form: FormAnswers,
  sent: Answers,
  errors: Readonly<Record<string, string>>,
): FormAnswers {
  const current = Object.entries(errors).filter(
    ([key]) => !(key in sent) || form.edits[key] === sent[key],
  );
  return { ...form, errors: { ...form.errors, ...Object.fromEntries(current) } };
}

/**
 * The edits among `keys` that can be sent: one refused answer would refuse all that are sent with
 * it.
 */
export function sendable(form: FormAnswers, keys: readonly string[]): Answers {
  return Object.fromEntries(
    keys.flatMap((key) =>
      key in form.edits && !(key in form.errors) ? [[key, form.edits[key] ?? null]] : [],
    ),
  );
}

function without<Value>(
  values: Readonly<Record<string, Value>>,
  keys: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}
