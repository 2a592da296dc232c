/** Rows of campaigns and their messages as they are read. */
import type { MessageStatus } from '../contacts/index.ts';
import { columnsOf, type RowOf } from '../platform/database/columns.ts';
import type { Timestamp } from '../platform/time.ts';

/** The columns of a campaign that the API shows. */
export const CAMPAIGN_COLUMNS = columnsOf('campaign', ['updatedAt']);
/** A campaign as it is read for the API. */
export type CampaignRow = RowOf<'campaign', 'updatedAt'>;
/** One of CAMPAIGN_COLUMNS. */
export type CampaignColumn = keyof CampaignRow;

/** A message of a campaign: its row in send_queue, and what became of it after it was sent. */
export interface CampaignMessageRow {
  id: string;
  campaignId: string;
  position: number;
  /** Null once the person was erased. */
  contactId: string | null;
  phone: string | null;
  templateName: string;
  status: MessageStatus;
  errorMessage: string | null;
  sentAt: Timestamp | null;
  deliveredAt: Timestamp | null;
  readAt: Timestamp | null;
  repliedAt: Timestamp | null;
}
