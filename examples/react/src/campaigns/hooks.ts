/**
 * One campaign, live. Its figures come by the subscription `campaignStats`. Its state is no part of that, and may change where no
 * figure does, for instance at a pause of the server's own; so while it can change by itself it is read again every 2 s.
 */
import type { CombinedError } from '@urql/core';
import { useEffect, useEffectEvent } from 'react';
import { useQuery } from 'urql';
import { useKept } from '../shared/use-kept.ts';
import { type Live, useLive } from '../shared/use-live.ts';
import { CAMPAIGN_DETAIL, CAMPAIGN_STATS, type CampaignDetail, type CampaignStats } from './documents.ts';

const REREAD_EVERY_MS = 2_000;

export interface CampaignResult {
  /** Null where there is none; undefined until that is known. */
  campaign: CampaignDetail | null | undefined;
  /** Why there is nothing to show. */
  error: CombinedError | undefined;
  /** Asks the server again. */
  refresh: () => void;
}

export function useCampaign(id: string): CampaignResult {
  const [{ data, error }, reread] = useQuery({ query: CAMPAIGN_DETAIL, variables: { id }, requestPolicy: 'cache-and-network' });
  const refresh = () => reread({ requestPolicy: 'network-only' });
  const campaign = useKept(id, { value: data?.campaign, error });
  const status = campaign?.status;
  const onTick = useEffectEvent(refresh);
  useEffect(() => {
    if (status !== 'RUNNING' && status !== 'SCHEDULED') return;
    const timer = setInterval(() => onTick(), REREAD_EVERY_MS);
    return () => clearInterval(timer);
  }, [status]);
  return { campaign, error: campaign === undefined ? error : undefined, refresh };
}

/** @example const { data: stats, error, retry } = useCampaignStats(id); */
export function useCampaignStats(id: string): Live<CampaignStats> {
  const { data, ...live } = useLive({ query: CAMPAIGN_STATS, variables: { id } });
  return { data: data?.campaignStats, ...live };
}
