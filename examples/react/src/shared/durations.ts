const SECONDS = new Intl.NumberFormat(undefined, {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'short',
  maximumSignificantDigits: 2,
});
const UNITS = [
  { seconds: 86_400, format: whole('day') },
  { seconds: 3_600, format: whole('hour') },
  { seconds: 60, format: whole('minute') },
  { seconds: 1, format: whole('second') },
];

function whole(unit: string): Intl.NumberFormat {
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 0,
  });
}

/**
 * The time between two DateTimes of the API in at most two units: `0.12 sec`, `3 min 5 sec`, `2 hr
 * 10 min`.
 */
export function formatDuration(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
  if (seconds < 10) return SECONDS.format(seconds);
  const first = UNITS.findIndex((unit) => seconds >= unit.seconds);
  const [large, small] = UNITS.slice(first, first + 2);
  if (!large) return '';
  const parts = [large.format.format(Math.floor(seconds / large.seconds))];
  const rest = small ? Math.floor((seconds % large.seconds) / small.seconds) : 0;
  if (small && rest > 0) parts.push(small.format.format(rest));
  return parts.join(' ');
}
