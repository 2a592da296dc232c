/**
 * The inputs of the kinds of questions. An answer that is emptied is null, which clears it on the
 * server.
 */
import { useState } from 'react';
import type { Answer } from './answers.ts';
import type { InputProps } from './question-field.tsx';

function attributesOf({ id, question, isInvalid, describedBy }: InputProps) {
  return {
    id,
    name: question.key,
    'aria-required': question.required,
    'aria-invalid': isInvalid,
    'aria-describedby': describedBy,
  };
}

/**
 * What is being typed stays as it is until the field is left, whatever comes back from the server
 * meanwhile: it may have taken off a space that is only the start of the next word.
 */
function useTyping({ answer, onAnswer }: InputProps, parse: (text: string) => Answer) {
  const [typed, setTyped] = useState<string | null>(null);
  return {
    value: typed ?? (answer === null ? '' : String(answer)),
    onChange: (event: { target: { value: string } }) => {
      setTyped(event.target.value);
      onAnswer(parse(event.target.value));
    },
    onBlur: () => setTyped(null),
  };
}

function parseText(text: string): Answer {
  return text.trim() === '' ? null : text;
}

/** What is no number goes to the server as it is, which says so at the question. */
function parseNumber(text: string): Answer {
  if (text.trim() === '') return null;
  const number = Number(text.trim().replace(',', '.'));
  return Number.isFinite(number) ? number : text;
}

export function TextInput(props: InputProps) {
  return (
    <input
      type="text"
      autoComplete="off"
      {...attributesOf(props)}
      {...useTyping(props, parseText)}
    />
  );
}

export function LongTextInput(props: InputProps) {
  return <textarea rows={3} {...attributesOf(props)} {...useTyping(props, parseText)} />;
}

export function NumberInput(props: InputProps) {
  const { unit } = props.question;
  const attributes = attributesOf(props);
  const unitId = `${props.id}-unit`;
  return (
    <span className="with-unit">
      <input
        type="text"
        inputMode="decimal"
        autoComplete="off"
        {...attributes}
        aria-describedby={
          unit ? [unitId, props.describedBy].filter(Boolean).join(' ') : props.describedBy
        }
        {...useTyping(props, parseNumber)}
      />
      {unit && <span id={unitId}>{unit}</span>}
    </span>
  );
}

/** A date that is only half typed has no value, so it is neither sent nor taken away. */
export function DateInput(props: InputProps) {
  return (
    <input type="date" max="9999-12-31" {...attributesOf(props)} {...useTyping(props, parseText)} />
  );
}

export function Select(props: InputProps) {
  const { question, answer, onAnswer } = props;
  return (
    <select
      {...attributesOf(props)}
      value={typeof answer === 'string' ? answer : ''}
      onChange={(event) => onAnswer(parseText(event.target.value))}
    >
      <option value="">{question.required ? 'Choose…' : 'No answer'}</option>
      {question.options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

export function MultipleChoice({ id, question, answer, onAnswer }: InputProps) {
  const chosen = Array.isArray(answer) ? answer : [];
  const toggle = (option: string, isChosen: boolean) => {
    const now = question.options.filter((other) =>
      other === option ? isChosen : chosen.includes(other),
    );
    onAnswer(now.length > 0 ? now : null);
  };
  return (
    <div className="choices">
      {question.options.map((option) => (
        <label key={option} className="choice">
          <input
            type="checkbox"
            name={id}
            checked={chosen.includes(option)}
            onChange={(event) => toggle(option, event.target.checked)}
          />
          <span>{option}</span>
        </label>
      ))}
    </div>
  );
}

interface ChoiceListProps extends InputProps {
  choices: readonly { value: string | boolean; label: string }[];
}

export function ChoiceList({ id, question, answer, choices, onAnswer }: ChoiceListProps) {
  return (
    <div className="choices">
      {choices.map(({ value, label }) => (
        <label key={label} className="choice">
          <input
            type="radio"
            name={id}
            checked={answer === value}
            onChange={() => onAnswer(value)}
          />
          <span>{label}</span>
        </label>
      ))}
      {!question.required && (
        // Always in its place, so that choosing moves nothing.
        <button
          type="button"
          className="quiet"
          style={{ visibility: answer === null ? 'hidden' : 'visible' }}
          aria-label={`Clear the answer to: ${question.label}`}
          onClick={() => onAnswer(null)}
        >
          Clear
        </button>
      )}
    </div>
  );
}
