import type { CampaignStatus, StatsSource } from '../generated/graphql.ts';
import type { Tone } from '../shared/progress-bar.tsx';

export const CAMPAIGN_LABEL: Record<CampaignStatus, string> = {
  DRAFT: 'Draft',
  SCHEDULED: 'Scheduled',
  RUNNING: 'Sending',
  PAUSED: 'Paused',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

export const CAMPAIGN_TONE: Record<CampaignStatus, Tone> = {
  DRAFT: 'muted',
  SCHEDULED: 'muted',
  RUNNING: 'accent',
  PAUSED: 'muted',
  COMPLETED: 'good',
  FAILED: 'bad',
  CANCELLED: 'muted',
};

export const SOURCE_LABEL: Record<StatsSource, string> = {
  KEPT: 'Up to date',
  FROZEN: 'Final',
  LIVE: 'Counted now',
};

export const SOURCE_MEANING: Record<StatsSource, string> = {
  KEPT: 'The figures change as messages are delivered, read and answered.',
  FROZEN: 'The campaign is over. The figures change only if somebody reads or answers late.',
  LIVE: 'Counted message by message just now.',
};

/** From the queue to the answer; each is part of the one before. */
export const FUNNEL = ['total', 'sent', 'delivered', 'read', 'replied'] as const;

export const FIGURE_LABEL: Record<(typeof FUNNEL)[number] | 'failed', string> = {
  total: 'Total',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  replied: 'Replied',
  failed: 'Failed',
};

const PERCENT = new Intl.NumberFormat(undefined, {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** A rate of the API, from 0 to 1; null is a share of nothing. */
export function formatRate(rate: number | null): string {
  return rate === null ? '–' : PERCENT.format(rate);
}
