/** The rows of clients and of their answers as they are read. */
import type { Selectable } from 'kysely';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Answers } from '../vocabulary.ts';

export const CLIENT_COLUMNS = [
  'id',
  'name',
  'clientType',
  'contactId',
  'intakeCompletedAt',
  'createdAt',
] as const;
export type ClientColumn = (typeof CLIENT_COLUMNS)[number];
export type ClientRow = Pick<Selectable<TenantTables['client']>, ClientColumn>;

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
