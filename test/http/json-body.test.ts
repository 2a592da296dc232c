/** Which bodies and messages are JSON that the server accepts, and what it says of the others. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  JSON_LIMITS,
  JsonBodyError,
  parseJsonBody,
  parseJsonText,
} from '../../src/http/json-body.ts';
import { isLinear, isWithin } from '../support/growth.ts';

function body(text: string): unknown {
  return parseJsonBody(Buffer.from(text), JSON_LIMITS);
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof JsonBodyError)) throw error;
    return `${error.code}: ${error.message}`;
  }
  throw new Error('Expected a JsonBodyError, found none');
}

function arrays(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

test('any JSON value comes back as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'grapheme' }), (text) => {
      fc.pre(!text.includes('__proto__'));
      expect(body(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('text outside ASCII is read as UTF-8', () => {
  expect(body('{"name":"Łukasz 🎉"}')).toEqual({ name: 'Łukasz 🎉' });
});

test.each([
  ['a byte that starts nothing', [0x22, 0xff, 0x22]],
  ['a sequence cut short', [0x22, 0xc3, 0x22]],
  ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
])('%s is refused, not replaced', (_title, bytes) => {
  expect(refusal(() => parseJsonBody(Buffer.from(bytes), JSON_LIMITS))).toBe(
    'BAD_REQUEST: Expected JSON in UTF-8, found bytes that are not UTF-8.',
  );
});

test('a byte order mark at the start is ignored', () => {
  expect(body('\uFEFF{"a":1}')).toEqual({ a: 1 });
});

test('an empty body is refused', () => {
  expect(refusal(() => body(''))).toBe('BAD_REQUEST: Expected JSON, found nothing.');
});

test('malformed JSON is refused with the place and the cause', () => {
  expect(refusal(() => body('{"query":"{ a }",}'))).toMatch(
    /^BAD_REQUEST: Expected JSON: .*position 17.*\.$/,
  );
  expect(() => body('{')).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
});

test('64 levels are accepted', () => {
  expect(body(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}`)).toBeTypeOf('object');
});

test('65 levels are refused, arrays and objects counted together', () => {
  const expected =
    'BAD_REQUEST: Expected JSON that nests at most 64 deep, found deeper objects or arrays.';
  expect(refusal(() => body(arrays(65)))).toBe(expected);
  expect(refusal(() => body(`{"a":${arrays(64)}}`))).toBe(expected);
});

test('siblings do not add up as depth', () => {
  expect(body(`[${'[],{},'.repeat(200)}0]`)).toHaveLength(401);
});

test('brackets in strings are no depth', () => {
  const text = `\\"${'['.repeat(100)}\\\\`;
  expect(body(`{"a":"${text}","b":"${text}"}`)).toEqual({
    a: JSON.parse(`"${text}"`),
    b: JSON.parse(`"${text}"`),
  });
});

test('brackets after a string that ends in an escaped backslash are depth', () => {
  expect(refusal(() => body(`["\\\\",${arrays(64)}]`))).toContain('at most 64 deep');
});

test('a million brackets are refused at the first that is too deep', () => {
  const text = Buffer.from(arrays(1_000_000));
  const shallow = Buffer.from(`"${'x'.repeat(text.length)}"`);
  expect(refusal(() => parseJsonBody(text, JSON_LIMITS))).toContain('at most 64 deep');
  // Reading a string of the same length is the least that a body of it costs.
  const cheap = isWithin(20, {
    of: () => refusal(() => parseJsonBody(text, JSON_LIMITS)),
    than: () => parseJsonBody(shallow, JSON_LIMITS),
  });
  expect(cheap).toBe(true);
});

test('backslashes and quotes are scanned in linear time', () => {
  const text = (count: number) => Buffer.from(`"${'\\\\'.repeat(count)}${'\\"'.repeat(count)}"`);
  expect(parseJsonBody(text(500_000), JSON_LIMITS)).toHaveLength(1_000_000);
  expect(isLinear((count) => parseJsonBody(text(count), JSON_LIMITS), 125_000)).toBe(true);
});

test.each([
  ['{"variables":{"__proto__":{"admin":true}}}'],
  ['{"\\u005f_proto__":1}'],
  ['[{"constructor":{"prototype":{"admin":true}}}]'],
])('a key that reaches the prototype is refused: %s', (text) => {
  const expected =
    'BAD_REQUEST: Expected JSON without the keys "__proto__" and "constructor.prototype", found one of them.';
  expect(refusal(() => body(text))).toBe(expected);
});

test('the word __proto__ as a value is accepted', () => {
  expect(body('{"search":"__proto__"}')).toEqual({ search: '__proto__' });
});

test('a WebSocket message is held to the same rules', () => {
  expect(parseJsonText('{"type":"ping"}', JSON_LIMITS)).toEqual({ type: 'ping' });
  expect(refusal(() => parseJsonText('{"__proto__":1}', JSON_LIMITS))).toContain('__proto__');
  expect(refusal(() => parseJsonText(arrays(65), JSON_LIMITS))).toContain('at most 64 deep');
});
