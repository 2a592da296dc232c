/** Rows of campaigns and their messages as they are read. */
import type { Selectable } from 'kysely';
import type { TenantTables } from '../platform/database/tenant-scope.ts';
import type { Timestamp } from '../platform/time.ts';

/** The columns of a campaign that the API shows. */
export const CAMPAIGN_COLUMNS = [
  'id',
  'name',
  'status',
  'statusReason',
  'whatsAppNumberId',
  'scheduledAt',
  'startedAt',
  'completedAt',
  'contactCount',
  'createdAt',
] as const;
export type CampaignColumn = (typeof CAMPAIGN_COLUMNS)[number];
export type CampaignRow = Pick<Selectable<TenantTables['campaign']>, CampaignColumn>;

/** How far a message has got, in order. */
export const MESSAGE_STATUSES = ['QUEUED', 'SENT', 'DELIVERED', 'READ', 'FAILED'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** A message of a campaign: its row in send_queue, and what became of it after it was sent. */
export interface CampaignMessageRow {
  id: string;
  campaignId: string;
  position: number;
  contactId: string;
  phone: string | null;
  templateName: string;
  status: MessageStatus;
  errorMessage: string | null;
  sentAt: Timestamp | null;
  deliveredAt: Timestamp | null;
  readAt: Timestamp | null;
  repliedAt: Timestamp | null;
}
