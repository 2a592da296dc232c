/**
 * One campaign, live: its figures and its state come by the subscription `campaignStats`, what else
 * there is of it by a query.
 */
import type { CombinedError } from '@urql/core';
import { useEffect, useEffectEvent } from 'react';
import { useQuery } from 'urql';
import { useKept } from '../shared/use-kept.ts';
import { type Live, useLive } from '../shared/use-live.ts';
import {
  CAMPAIGN_DETAIL,
  CAMPAIGN_STATS,
  type CampaignDetail,
  type CampaignStats,
} from './documents.ts';

export interface CampaignResult {
  /** Null where there is none; undefined until that is known. */
  campaign: CampaignDetail | null | undefined;
  /** Why there is nothing to show. */
  error: CombinedError | undefined;
  /** Asks the server again. */
  refresh: () => void;
}

export function useCampaign(id: string): CampaignResult {
  const [{ data, error }, reread] = useQuery({
    query: CAMPAIGN_DETAIL,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => reread({ requestPolicy: 'network-only' });
  const campaign = useKept(id, { value: data?.campaign, error });
  return { campaign, error: campaign === undefined ? error : undefined, refresh };
}

/** @example const { data: stats, error, retry } = useCampaignStats(id); */
export function useCampaignStats(id: string): Live<CampaignStats> {
  const { data, ...live } = useLive({ query: CAMPAIGN_STATS, variables: { id } });
  return { data: data?.campaignStats, ...live };
}

/**
 * Reads a campaign again once the subscription tells of another state than is shown: its moments
 * belong to that.
 */
export function useRereadAtState(
  told: CampaignStats['status'] | undefined,
  shown: CampaignDetail['status'],
  reread: () => void,
): void {
  const onTold = useEffectEvent(() => {
    if (told !== undefined && told !== shown) reread();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when another state is told, not when another one is shown.
  useEffect(() => onTold(), [told]);
}
