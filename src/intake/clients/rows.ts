/** The rows of clients and of their answers as they are read. */
import { columnsOf, type RowOf } from '../../platform/database/columns.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Answers } from '../vocabulary.ts';

export const CLIENT_COLUMNS = columnsOf('client', ['updatedAt']);
export type ClientColumn = (typeof CLIENT_COLUMNS)[number];
export type ClientRow = RowOf<'client', 'updatedAt'>;

export const INTAKE_COLUMNS = [
  'clientId',
  'pathId',
  'answers',
  'lastSavedAt',
  'completedAt',
] as const;

/** What a client has answered. */
export interface IntakeRow {
  clientId: string;
  pathId: string;
  answers: Answers;
  lastSavedAt: Timestamp;
  /** When the intake was submitted; null until then. */
  completedAt: Timestamp | null;
}
