import { expect, test } from 'vitest';
import { inputNames, inputToFillIn, parseJsonObject } from './input-names.ts';

test('what steps read of the input is found in their templates and conditions, each once', () => {
  const steps = [
    {
      input: {
        title: 'For {{ input.name }}',
        nested: [{ id: '{{input.contact-id}}' }],
        plain: 'input.nothing',
      },
      when: null,
    },
    {
      input: { name: '{{ input.name }}', from: '{{ steps.a.output.input }}' },
      when: 'input.urgent and steps.a.output.ok',
    },
    { input: null, when: null },
  ];
  expect(inputNames(steps)).toEqual(['name', 'contact-id', 'urgent']);
  expect(JSON.parse(inputToFillIn(steps))).toEqual({ name: '', 'contact-id': '', urgent: '' });
});

test('only an object is taken for an input, and nothing for an empty one', () => {
  expect(parseJsonObject(' { "name": "Ada" } ')).toEqual({ input: { name: 'Ada' } });
  expect(parseJsonObject(' ')).toEqual({ input: {} });
  expect(parseJsonObject('[1]')).toEqual({
    problem: expect.stringContaining('Expected an object'),
  });
  expect(parseJsonObject('{ name }')).toEqual({
    problem: expect.stringContaining('This is no JSON'),
  });
});
