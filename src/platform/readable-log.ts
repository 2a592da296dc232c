/** Log lines for a person at a terminal; everybody else gets JSON (log.ts). */
import { styleText } from 'node:util';
import { isRecord } from './records.ts';

/** By pino's numbers; info is the usual one and not said. */
const LEVELS: Readonly<Record<number, string>> = {
  10: styleText('dim', 'trace '),
  20: styleText('dim', 'debug '),
  40: styleText('yellow', 'warning '),
  50: styleText('red', 'error '),
  60: styleText('red', 'fatal '),
};

/** `12:04:31 warning slow statement  ms=120 …`, and the stack of an error below; ends with \n. */
export function readableLine(json: string): string {
  const { time, level, msg, err, ...values } = JSON.parse(json) as Record<string, unknown>;
  const clock = styleText('dim', new Date(String(time)).toTimeString().slice(0, 8));
  const shown = Object.entries(values)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join(' ');
  const line = `${clock} ${LEVELS[Number(level)] ?? ''}${String(msg ?? '')}${shown && `  ${styleText('dim', shown)}`}\n`;
  return isRecord(err) ? `${line}${indented(String(err['stack'] ?? err['message']))}` : line;
}

/** Text with spaces is quoted, so that it is clear where it ends. */
function textOf(value: unknown): string {
  return typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
}

function indented(text: string): string {
  return text.replace(/^.*$/gm, (line) => `  ${line}`).concat('\n');
}
