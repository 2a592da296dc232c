/** How names of organizations are compared: the rules, without a server. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeOrganizationName } from '../../src/contacts/organizations/name.ts';

describe('the normalised name', () => {
  test.each([
    ['Acme Corp.', 'acme corp'],
    ['ACME CORPORATION', 'acme corporation'],
    ['Acme Corp Ltd.', 'acme corp ltd'],
    ['Smith-Jones', 'smithjones'],
    ['Smith & Jones', 'smith and jones'],
    ['Smith&Jones', 'smith and jones'],
    ['Smith ＆ Jones', 'smith and jones'],
    ['  Acme \t  Corp\n', 'acme corp'],
    ['Acme\u00a0Corp', 'acme corp'],
    ['Ａｃｍｅ', 'acme'],
    ['O’Brien, Inc.', 'obrien inc'],
    ["O'Neill", 'oneill'],
    ['O´Neill', 'oneill'],
    ['O`Neill', 'oneill'],
    ['OʼNeill', 'oneill'],
    ['Ac\u200bme Cor\u00adp', 'acme corp'],
    ['\u200eAcme\u2066 Corp\u2069\u200f', 'acme corp'],
    ['Café Zoë', 'café zoë'],
    ['...', ''],
  ])('of %j is %j', (name, expected) => {
    expect(normalizeOrganizationName(name)).toBe(expected);
  });

  test('is the same for composed and decomposed accents', () => {
    expect(normalizeOrganizationName('Cafe\u0301')).toBe(normalizeOrganizationName('Café'));
  });

  test('of a normalised name is that name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const once = normalizeOrganizationName(name);
        expect(normalizeOrganizationName(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });
});
