/** The rows of clients and of their answers as they are read. */
import { columnsOf, type RowOf } from '../../platform/database/columns.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Answers } from '../vocabulary.ts';

/** What a statement selects to read a ClientRow. */
export const CLIENT_COLUMNS = columnsOf('client', ['updatedAt']);
/** A column that lists may leave out if nobody selects it. */
export type ClientColumn = (typeof CLIENT_COLUMNS)[number];
/** `intakeCompletedAt` is null until the intake is submitted. */
export type ClientRow = RowOf<'client', 'updatedAt'>;

/** What a statement selects to read an IntakeRow. */
export const INTAKE_COLUMNS = [
  'clientId',
  'pathId',
  'answers',
  'lastSavedAt',
  'completedAt',
] as const;

/** The saved answers of a client; `pathId` is the path that they were last saved on. */
export interface IntakeRow {
  clientId: string;
  pathId: string;
  answers: Answers;
  lastSavedAt: Timestamp;
  /** When the intake was submitted; null until then. */
  completedAt: Timestamp | null;
}
