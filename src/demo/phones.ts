/**
 * Phone numbers that are valid but belong to nobody: both countries' regulators reserve them for
 * films.
 */
import type { Random } from './random.ts';

const US_AREAS = [
  201, 202, 203, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228,
  229, 231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301,
  302, 303, 304, 305, 307, 308, 309, 310, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 323,
  325, 330, 334, 336, 337, 339, 347, 351, 352, 360, 361, 386, 401, 402, 404, 405, 406, 407, 408,
] as const;
/** Everything before the last three digits. */
const GB_RANGES = [
  '020 7946 0',
  '0113 496 0',
  '0114 496 0',
  '0115 496 0',
  '0116 496 0',
  '0117 496 0',
  '0118 496 0',
  '0121 496 0',
  '0131 496 0',
  '0141 496 0',
  '0151 496 0',
  '0161 496 0',
  '0191 498 0',
  '029 2018 0',
] as const;

/**
 * A number as people type it. After 7,600 (US) or 14,000 (GB) indexes the numbers repeat. One in
 * fifty lacks its area code, so that nobody can tell which number it is.
 */
export function demoPhone(country: 'US' | 'GB', index: number, random: Random): string {
  const style = random.whole(0, 2);
  const incomplete = random.chance(0.02);
  return country === 'US' ? usPhone(index, style, incomplete) : gbPhone(index, style, incomplete);
}

function usPhone(index: number, style: number, incomplete: boolean): string {
  const area = US_AREAS[Math.floor(index / 100) % US_AREAS.length];
  const last = `01${String(index % 100).padStart(2, '0')}`;
  if (incomplete) return `555-${last}`;
  return [`(${area}) 555-${last}`, `+1 ${area} 555 ${last}`, `${area}-555-${last}`][
    style
  ] as string;
}

function gbPhone(index: number, style: number, incomplete: boolean): string {
  const number = `${GB_RANGES[Math.floor(index / 1_000) % GB_RANGES.length]}${String(index % 1_000).padStart(3, '0')}`;
  if (incomplete) return number.slice(-8);
  return [number, `+44 ${number.slice(1)}`, number.replaceAll(' ', '')][style] as string;
}
