/** One of the two agencies, as every part of the demo data is written for it. */
import type { CalendarDay } from '../platform/time.ts';
import type { DemoTenant } from './tenants.ts';

/** How many rows there are, of both agencies together or of one. */
export interface DemoVolume {
  organizations: number;
  contacts: number;
  activities: number;
  workPackages: number;
  clients: number;
  /** Of the big campaign, which only the first agency has. */
  messages: number;
  properties: number;
}

/** A tenant of the demo data and the day that its data is written for. */
export interface Agency {
  tenant: DemoTenant;
  /** How many rows of each kind it has. */
  volume: DemoVolume;
  /** The day that everything is counted from. */
  today: CalendarDay;
  /** The beginning of that day in UTC, in milliseconds since 1970. */
  midnight: number;
  /** The moment that figures are computed for; the database's own time when undefined. */
  asOf: Date | undefined;
  hoursPerWorkingDay: number;
  packetMaxAttempts: number;
}

/** Called with the number of rows written since the last call. */
export type Advance = (rows: number) => void;
