/**
 * One client's questionnaire while it is filled in. It saves as one goes: a block's edits 700 ms
 * after the last of them, or as soon as the block is left. Saves go out one after the other, and
 * each answers with all that is saved, by whomever. What cannot be sent is kept and sent again.
 * Independent of React: `useSyncExternalStore(form.subscribe, form.getState)` shows it.
 */
import type { Client, CombinedError } from '@urql/core';
import { graphql } from '../generated/index.ts';
import { describeError } from '../shared/states.tsx';
import type { UserError } from '../shared/user-errors.ts';
import {
  type Answer,
  type Answers,
  type FormAnswers,
  type ServerState,
  sendable,
  startAnswers,
  withEdit,
  withErrors,
  withSaved,
  withServerState,
} from './answers.ts';

const SAVE_INTAKE_PROGRESS = graphql(`
  mutation SaveIntakeProgress($input: SaveIntakeProgressInput!) {
    saveIntakeProgress(input: $input) {
      intake {
        answers
        percent
        lastSavedAt
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

const SUBMIT_INTAKE = graphql(`
  mutation SubmitIntake($input: SubmitIntakeInput!) {
    submitIntake(input: $input) {
      client {
        id
        intakeCompletedAt
      }
      message
      userErrors {
        code
        message
        field
      }
    }
  }
`);

const SAVE_AFTER_MS = 700;
const TRY_AGAIN_AFTER_MS = 5_000;

export interface Block {
  key: string;
  questions: readonly { key: string }[];
}

export interface IntakeFormState extends FormAnswers {
  /** Of required questions, as of the last save. */
  percent: number;
  activity: 'idle' | 'saving' | 'submitting';
  /**
   * What concerns no single question: the server cannot be reached, or the form was submitted
   * elsewhere.
   */
  problem: string | null;
}

export interface SavedIntake extends ServerState {
  percent: number;
}

export class IntakeForm {
  readonly #client: Client;
  readonly #clientId: string;
  readonly #timers = new Map<string, { block: Block; timer: ReturnType<typeof setTimeout> }>();
  readonly #listeners = new Set<() => void>();
  #state: IntakeFormState;
  #lastSave: Promise<void> = Promise.resolve();

  constructor(client: Client, clientId: string, saved: SavedIntake | null | undefined) {
    this.#client = client;
    this.#clientId = clientId;
    this.#state = {
      ...startAnswers(saved),
      percent: saved?.percent ?? 0,
      activity: 'idle',
      problem: null,
    };
  }

  getState = (): IntakeFormState => this.#state;

  subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  };

  edit(block: Block, key: string, answer: Answer): void {
    this.#set(withEdit(this.#state, key, answer));
    this.#saveAfter(block, SAVE_AFTER_MS);
  }

  /** Takes what the server has, for example after another tab has saved. */
  receive(saved: SavedIntake): void {
    const form = withServerState(this.#state, saved);
    if (form !== this.#state) this.#set({ ...form, percent: saved.percent });
  }

  /**
   * Sends at once what waits to be sent: of one block, or of all. Resolves when nothing is being
   * sent any more.
   */
  flush(only?: Block): Promise<void> {
    for (const { block, timer } of [...this.#timers.values()]) {
      if (only && block.key !== only.key) continue;
      clearTimeout(timer);
      this.#timers.delete(block.key);
      this.#lastSave = this.#lastSave.then(() => this.#save(block));
    }
    return this.#lastSave;
  }

  /** Whether leaving the page now would lose something. */
  hasUnsaved(): boolean {
    return Object.keys(this.#state.edits).length > 0;
  }

  /**
   * Submits with whatever is not yet saved. Answers the server's message, or null where something
   * is to be mended first.
   */
  async submit(): Promise<string | null> {
    await this.flush();
    this.#set({ activity: 'submitting', problem: null });
    const answers = this.#state.edits;
    const { data, error } = await this.#client.mutation(SUBMIT_INTAKE, {
      input: { clientId: this.#clientId, answers },
    });
    const payload = data?.submitIntake;
    if (!payload) this.#set({ activity: 'idle', problem: problemOf(error) });
    else this.#settle(answers, payload.userErrors);
    return payload?.client && payload.userErrors.length === 0 ? (payload.message ?? '') : null;
  }

  async #save(block: Block): Promise<void> {
    const keys = block.questions.map(({ key }) => key);
    const answers = sendable(this.#state, keys);
    if (Object.keys(answers).length === 0) return;
    this.#set({ activity: 'saving' });
    const { data, error } = await this.#client.mutation(SAVE_INTAKE_PROGRESS, {
      input: { clientId: this.#clientId, answers },
    });
    const payload = data?.saveIntakeProgress;
    if (!payload) {
      this.#set({ activity: 'idle', problem: problemOf(error) });
      return this.#saveAfter(block, TRY_AGAIN_AFTER_MS);
    }
    if (payload.intake)
      return this.#set({
        ...withSaved(this.#state, answers, payload.intake),
        percent: payload.intake.percent,
        activity: 'idle',
        problem: null,
      });
    this.#settle(answers, payload.userErrors);
    // One refused answer refuses all that came with it: the others go again, without it.
    const others = sendable(this.#state, keys);
    if (!this.#state.problem && Object.keys(others).length > 0) await this.#save(block);
  }

  #settle(sent: Answers, errors: readonly UserError[]): void {
    const { byQuestion, others } = errorsByQuestion(errors);
    this.#set({ ...withErrors(this.#state, sent, byQuestion), activity: 'idle', problem: others });
  }

  #saveAfter(block: Block, waitMs: number): void {
    clearTimeout(this.#timers.get(block.key)?.timer);
    this.#timers.set(block.key, { block, timer: setTimeout(() => void this.flush(block), waitMs) });
  }

  #set(change: Partial<IntakeFormState>): void {
    this.#state = { ...this.#state, ...change };
    for (const onChange of [...this.#listeners]) onChange();
  }
}

function problemOf(error: CombinedError | undefined): string {
  return error ? describeError(error) : 'The server gave no answer.';
}

/**
 * The errors of answers are at ["answers", key of the question]; all others concern the form as a
 * whole.
 */
function errorsByQuestion(errors: readonly UserError[]): {
  byQuestion: Record<string, string>;
  others: string | null;
} {
  const byQuestion: Record<string, string> = {};
  const others: string[] = [];
  for (const { field, message } of errors) {
    const [input, key] = field;
    if (input === 'answers' && key !== undefined)
      byQuestion[key] = key in byQuestion ? `${byQuestion[key]} ${message}` : message;
    else others.push(message);
  }
  return { byQuestion, others: others.length > 0 ? others.join(' ') : null };
}
