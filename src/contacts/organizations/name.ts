/** An acute accent that stands alone is an apostrophe; NFKC would make a space and an accent of it. */
const LONE_ACUTES = /[´\u1ffd]/g;
/**
 * Punctuation, characters that nobody sees (zero-width, soft hyphens, marks of direction), and
 * letters and symbols that are typed for an apostrophe.
 */
const IGNORED = /[\p{P}\p{Cf}`ʹ-ʽˈ]/gu;

/**
 * The normalized name of an organization, by which names are compared: Unicode NFKC, lower case, &
 * as ' and ', all other punctuation and what is invisible removed without leaving a space, white
 * space folded. 'Acme Corp.' becomes 'acme corp'. It is empty if nothing but punctuation is given.
 */
export function normalizeOrganizationName(name: string): string {
  return name
    .replace(LONE_ACUTES, "'")
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(IGNORED, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

const LEGAL_FORMS: ReadonlySet<string> = new Set(
  `ab ag as asa bv co company corp corporation eg ev gbr gmbh inc incorporated kg kk limited llc
llp lp ltd ltda mbh nv ohg oy oyj plc pte pty pvt sa sarl sas se spa srl ug`.split(/\s+/),
);

/**
 * A normalized name without the legal forms at its end: 'acme corp ltd' becomes 'acme'. A name that
 * holds nothing else stays as it is.
 */
export function withoutLegalForms(normalizedName: string): string {
  const words = normalizedName.split(' ');
  const last = words.findLastIndex((word) => !LEGAL_FORMS.has(word));
  return last === -1 ? normalizedName : words.slice(0, last + 1).join(' ');
}
