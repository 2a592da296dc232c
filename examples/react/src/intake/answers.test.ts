import { expect, test } from 'vitest';
import {
  answerOf,
  type FormAnswers,
  sendable,
  startAnswers,
  withEdit,
  withErrors,
  withSaved,
  withServerState,
} from './answers.ts';

const START = startAnswers({
  answers: { name: 'Ann', age: 40 },
  lastSavedAt: '2027-01-01T10:00:00.000Z',
});
const LATER = '2027-01-01T10:00:05.000Z';

function edited(form: FormAnswers, answers: Record<string, string | number | null>): FormAnswers {
  return Object.entries(answers).reduce((now, [key, answer]) => withEdit(now, key, answer), form);
}

test('an edit is shown before it is saved, and an answer that others save as soon as it comes', () => {
  const form = withServerState(edited(START, { name: 'Anna' }), {
    answers: { name: 'Annie', age: 41 },
    lastSavedAt: LATER,
  });
  expect([answerOf(form, 'name'), answerOf(form, 'age')]).toEqual(['Anna', 41]);
});

test('an older state that comes late changes nothing', () => {
  expect(withServerState(START, { answers: {}, lastSavedAt: '2027-01-01T09:59:59.000Z' })).toBe(
    START,
  );
});

test('what was changed again while it was being saved is still to be saved', () => {
  const sent = { name: 'Anna', age: null };
  const form = withSaved(edited(edited(START, sent), { name: 'Anna B' }), sent, {
    answers: { name: 'Anna' },
    lastSavedAt: LATER,
  });
  expect(sendable(form, ['name', 'age'])).toEqual({ name: 'Anna B' });
  expect(answerOf(form, 'age')).toBeNull();
});

test('a refused answer keeps its error and stays behind until it is changed', () => {
  const sent = { name: 'Anna', age: 900 };
  const refused = withErrors(edited(START, sent), sent, { age: 'Expected at most 120.' });
  expect(sendable(refused, ['name', 'age'])).toEqual({ name: 'Anna' });
  const mended = withEdit(refused, 'age', 90);
  expect(mended.errors).toEqual({});
  expect(sendable(mended, ['name', 'age'])).toEqual({ name: 'Anna', age: 90 });
});

test('an error of an answer that has changed since is not shown', () => {
  const sent = { age: 900 };
  expect(
    withErrors(edited(START, { age: 90 }), sent, { age: 'Expected at most 120.' }).errors,
  ).toEqual({});
});
