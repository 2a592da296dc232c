const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const DATE_EXACT_TIME = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
});
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** A day is the same everywhere: read as UTC, it stays on its date in every time zone. */
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** A Date of the API, in the viewer's own language. */
export function Day({ on }: { on: string }) {
  return <time dateTime={on}>{DAY.format(new Date(on))}</time>;
}

interface WhenProps {
  /** A DateTime of the API. */
  at: string;
  show?: 'date' | 'date and time' | 'date and exact time' | 'time';
}

/** A moment in the viewer's own language and time zone; the whole of it on hovering. */
export function When({ at, show = 'date' }: WhenProps) {
  const moment = new Date(at);
  const format = {
    date: DATE,
    'date and time': DATE_TIME,
    'date and exact time': DATE_EXACT_TIME,
    time: TIME,
  }[show];
  return (
    <time dateTime={at} title={DATE_TIME.format(moment)}>
      {format.format(moment)}
    </time>
  );
}
