/** What is derived from the content of artifacts: the rules, without a server. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countWords, findPlaceholders } from '../../src/work-packages/artifacts/bodies.ts';
import { isLinear } from '../support/growth.ts';

describe('the words of a text', () => {
  test.each([
    ['', 0],
    ['   \n\t ', 0],
    ['one', 1],
    ['Don’t stop - now!', 3],
    ['# Heading\n\n* item 1\n* item 2', 5],
    ['naïve café 東京 42', 4],
    ['a\u00a0b', 2],
  ])('in %j are %i', (text, words) => {
    expect(countWords(text)).toBe(words);
  });

  test('are as many as were joined by white space', () => {
    const word = fc.stringMatching(/^[a-zé0-9]{1,8}[.,!]?$/u);
    fc.assert(
      fc.property(fc.array(word), fc.constantFrom(' ', '\n', '\t ', ' - '), (words, space) => {
        expect(countWords(words.join(space))).toBe(words.length);
      }),
    );
  });
});

describe('the placeholders of a template', () => {
  test.each([
    ['none', 'Hello', []],
    ['one', 'Hello {{ name }}', ['name']],
    ['without spaces', '{{name}}', ['name']],
    ['each once, sorted', '{{ b }} {{ a }} {{ b }}', ['a', 'b']],
    ['with a path', '{{ contact.first_name }}', ['contact.first_name']],
    ['without their filters', '{{ name | upcase }}', ['name']],
    ['with trimming dashes', '{{- name -}}', ['name']],
    ['over lines', '{{\n  name\n}}', ['name']],
    ['in other scripts', '{{ имя }}', ['имя']],
    ['not quoted text', '{{ "name" }}', []],
    ['not half of one', '{{ name }', []],
    ['not empty ones', '{{ }}', []],
    ['not tags', '{% if name %}', []],
  ])('are found: %s', (_title, body, expected) => {
    expect(findPlaceholders(body)).toEqual(expected);
  });

  test.each<[(size: number) => string]>([
    [(size) => '{{ a'.repeat(size)],
    [(size) => `{{ ${'aaaa'.repeat(size)}`],
    [(size) => `{{ a${'    '.repeat(size)}`],
    [(size) => '{{{{'.repeat(size)],
    [(size) => `{{ a${' | |'.repeat(size)}`],
  ])('are looked for in linear time, in the hostile text no. %#', (text) => {
    expect(isLinear((size) => findPlaceholders(text(size)), 50_000)).toBe(true);
  });
});
