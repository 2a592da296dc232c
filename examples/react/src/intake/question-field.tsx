/**
 * One question, of any of the seven kinds, with its label, its hint and what the server found wrong
 * with the answer.
 */
import type { Answer } from './answers.ts';
import { type Question, questionId } from './path.ts';
import {
  ChoiceList,
  DateInput,
  LongTextInput,
  MultipleChoice,
  NumberInput,
  Select,
  TextInput,
} from './question-inputs.tsx';

export interface QuestionProps {
  question: Question;
  answer: Answer;
  error: string | undefined;
  onAnswer: (answer: Answer) => void;
}

/** What each kind of input gets: its name on the page, and what describes it. */
export interface InputProps {
  id: string;
  question: Question;
  answer: Answer;
  isInvalid: boolean;
  describedBy: string | undefined;
  onAnswer: (answer: Answer) => void;
}

/** More options than this are a list to choose from instead of buttons. */
const MOST_BUTTONS = 6;

export function QuestionField({ question, answer, error, onAnswer }: QuestionProps) {
  const id = questionId(question.key);
  const hint = hintOf(question);
  const describedBy =
    [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  const props: InputProps = {
    id,
    question,
    answer,
    isInvalid: error !== undefined,
    describedBy,
    onAnswer,
  };
  const label = (
    <>
      {question.label}
      {question.required && (
        <span className="required" title="Required">
          {' *'}
        </span>
      )}
    </>
  );
  const notes = (
    <>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </>
  );
  if (isGroup(question)) {
    return (
      <fieldset
        className="field"
        id={id}
        data-invalid={props.isInvalid}
        aria-describedby={describedBy}
      >
        <legend>{label}</legend>
        <GroupInput {...props} />
        {notes}
      </fieldset>
    );
  }
  return (
    <div className="field" data-invalid={props.isInvalid}>
      <label htmlFor={id}>{label}</label>
      <SingleInput {...props} />
      {notes}
    </div>
  );
}

/** Several controls that answer one question together. */
function isGroup({ kind, options }: Question): boolean {
  return (
    kind === 'BOOLEAN' ||
    kind === 'MULTIPLE_CHOICE' ||
    (kind === 'SINGLE_CHOICE' && options.length <= MOST_BUTTONS)
  );
}

function GroupInput(props: InputProps) {
  if (props.question.kind === 'MULTIPLE_CHOICE') return <MultipleChoice {...props} />;
  const choices =
    props.question.kind === 'BOOLEAN'
      ? [
          { value: true, label: 'Yes' },
          { value: false, label: 'No' },
        ]
      : props.question.options.map((option) => ({ value: option, label: option }));
  return <ChoiceList {...props} choices={choices} />;
}

function SingleInput(props: InputProps) {
  switch (props.question.kind) {
    case 'LONG_TEXT':
      return <LongTextInput {...props} />;
    case 'NUMBER':
      return <NumberInput {...props} />;
    case 'DATE':
      return <DateInput {...props} />;
    case 'SINGLE_CHOICE':
      return <Select {...props} />;
    default:
      return <TextInput {...props} />;
  }
}

function hintOf({ kind, min, max, unit }: Question): string | undefined {
  if (kind === 'MULTIPLE_CHOICE') return 'Choose as many as fit.';
  if (kind !== 'NUMBER') return undefined;
  const of = (limit: number) => `${limit.toLocaleString()}${unit ? ` ${unit}` : ''}`;
  if (min !== null && max !== null) return `${min.toLocaleString()} to ${of(max)}`;
  if (min !== null) return `${of(min)} or more`;
  return max === null ? undefined : `Up to ${of(max)}`;
}
