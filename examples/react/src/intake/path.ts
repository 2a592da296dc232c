/** The questions that a client is asked: blocks in order, by the type of the client. */
import type { IntakePathQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { answerOf, type FormAnswers, isAnswered } from './answers.ts';

export const INTAKE_PATH = graphql(`
  query IntakePath($clientType: ClientType!) {
    intakePath(clientType: $clientType) {
      id
      title
      blocks {
        id
        key
        title
        questions {
          key
          label
          kind
          required
          options
          unit
          min
          max
        }
      }
    }
  }
`);

export type Path = NonNullable<IntakePathQuery['intakePath']>;
export type PathBlock = Path['blocks'][number];
export type Question = PathBlock['questions'][number];

/** The questions of a block that are answered, and how many it has. */
export function answeredIn(
  block: PathBlock,
  state: FormAnswers,
): { answered: number; total: number } {
  const answered = block.questions.filter(({ key }) => isAnswered(answerOf(state, key))).length;
  return { answered, total: block.questions.length };
}

/** Of the element that shows the question: its one control, or the group of them. */
export function questionId(key: string): string {
  return `question-${key}`;
}

export function focusQuestion(key: string): void {
  const shown = document.getElementById(questionId(key));
  const control = shown?.querySelector<HTMLElement>('input') ?? shown;
  control?.scrollIntoView({ block: 'center' });
  control?.focus({ preventScroll: true });
}
