/** Durations in milliseconds, and calendar days as `YYYY-MM-DD` in UTC. */
import { currentReads } from './database/statements.ts';

/** In milliseconds. */
export const SECOND = 1_000;
/** In milliseconds. */
export const MINUTE = 60 * SECOND;
/** In milliseconds. */
export const HOUR = 60 * MINUTE;
/** 24 hours, in milliseconds. */
export const DAY = 24 * HOUR;

/** A calendar day without time or zone, `YYYY-MM-DD`. */
export type CalendarDay = string;

/** The UTC day of a moment. */
export function toCalendarDay(moment: Date): CalendarDay {
  return moment.toISOString().slice(0, 10);
}

/** Midnight UTC of a day. */
export function fromCalendarDay(day: CalendarDay): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/**
 * A moment in UTC as PostgreSQL writes it, '2026-11-22 10:00:00.12+00', or with a T and +00:00
 * inside JSON; or as ISO 8601 with a Z. Rows keep it as received, since most moments that are read
 * are never used.
 */
export type Timestamp = string;

/** The moment in ISO 8601 with milliseconds: '2026-11-22T10:00:00.120Z'. */
export function toIso(timestamp: Timestamp): string {
  const zone = timestamp.indexOf(timestamp.endsWith('Z') ? 'Z' : '+', 19);
  const time = timestamp.slice(11, zone === -1 ? undefined : zone);
  return `${timestamp.slice(0, 10)}T${time.length === 8 ? `${time}.000` : time.padEnd(12, '0')}Z`;
}

const ISO_MOMENT =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d+))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)$/;

/**
 * A moment in ISO 8601, day and time with a zone, as '2026-11-22T10:00:00.120Z'; null for any other
 * text. Seconds may be left out, their fraction may have any length and a comma, the offset may be
 * +01:00, +0100 or +01. Anything finer than milliseconds is cut off.
 */
export function readMoment(text: string): Timestamp | null {
  const [, day, time, seconds = '00', fraction = '', zone = ''] = ISO_MOMENT.exec(text) ?? [];
  if (day === undefined || !isCalendarDay(day)) return null;
  const moment = Date.parse(
    `${day}T${time}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offsetOf(zone)}`,
  );
  return Number.isNaN(moment) ? null : new Date(moment).toISOString();
}

function offsetOf(zone: string): string {
  if (zone.toUpperCase() === 'Z') return 'Z';
  const minutes = zone.slice(3).replace(':', '');
  return `${zone.slice(0, 3)}:${minutes === '' ? '00' : minutes}`;
}

/** Whether a text is YYYY-MM-DD and that day exists. */
export function isCalendarDay(text: string): text is CalendarDay {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const moment = fromCalendarDay(text);
  return !Number.isNaN(moment.getTime()) && toCalendarDay(moment) === text;
}

/** This moment. An answer that shows it is true for the moment only. */
export function now(): Date {
  currentReads()?.holdUntil(0);
  return new Date();
}

/** Today in UTC. An answer that depends on it is true until midnight. */
export function today(): CalendarDay {
  const moment = Date.now();
  currentReads()?.holdUntil(moment - (moment % DAY) + DAY);
  return toCalendarDay(new Date(moment));
}

/** Resolves after `milliseconds`, or at once when `signal` aborts. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
