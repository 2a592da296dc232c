/**
 * The rows of the domain as they are read: without what no reader needs, and packets without their
 * large content.
 */
import type { Selectable } from 'kysely';
import type { PacketType } from '../../../generated/kysely.ts';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { TemplateSection } from '../vocabulary.ts';

export const PACKET_STATUSES = [
  'PENDING',
  'GENERATING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const;
export const PACKET_PRIORITIES = ['LOW', 'NORMAL', 'URGENT'] as const;

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

/** Without `sections` and `html`, which are read only where they are selected. */
export const PACKET_COLUMNS = [
  'id',
  'clientId',
  'type',
  'status',
  'priority',
  'progress',
  'version',
  'attempts',
  'maxAttempts',
  'errorMessage',
  'nextAttemptAt',
  'title',
  'createdAt',
  'startedAt',
  'completedAt',
] as const;
export type PacketColumn = (typeof PACKET_COLUMNS)[number];
export type PacketRow = Pick<Selectable<TenantTables['packet']>, PacketColumn>;

/** Question key → value; what was not answered is not in it. */
export type Answers = Readonly<Record<string, unknown>>;

export interface ProgressRow {
  clientId: string;
  pathId: string;
  answers: Answers;
  lastSavedAt: Timestamp;
  completedAt: Timestamp | null;
}

export interface TemplateRow {
  id: string;
  packetType: PacketType;
  name: string;
  isDefault: boolean;
  isActive: boolean;
  sections: TemplateSection[];
  updatedAt: Timestamp;
}
