/** Which names may be those of one person. */
import { expect, test } from 'vitest';
import { namesAgree, saysWho } from '../../src/contacts/index.ts';

test.each([
  ['Maria', 'Maria Rossi'],
  ['Rossi, Maria', 'maria rossi'],
  ['José Núñez', 'Jose Nunez'],
  ['M. Rossi', 'Rossi M'],
  ['Jon Smith', 'John Smith'],
  ['Catherine Meyer', 'Katherine Meyer'],
  ['山田太郎', '山田太郎'],
])('%s may be %s', (one, other) => {
  expect(namesAgree(one, other)).toBe(true);
  expect(namesAgree(other, one)).toBe(true);
});

test.each([
  ['Maria', 'Peter'],
  ['Maria Rossi', 'Peter Rossi'],
  ['Eva Brandstätter', 'Jan Brandstätter'],
  ['Maria Rossi', 'Maria Bianchi'],
  ['Desk 1', 'Desk 2'],
  ['山田太郎', '佐藤花子'],
])('%s is not %s', (one, other) => {
  expect(namesAgree(one, other)).toBe(false);
  expect(namesAgree(other, one)).toBe(false);
});

test('an address or a number says nothing about who somebody is', () => {
  expect(['info@hotel.example', '+1 650 253 0001', 'Maria', '太郎'].map(saysWho)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
