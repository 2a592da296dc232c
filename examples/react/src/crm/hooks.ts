/**
 * The CRM of the tenant and its syncs. The newest sync is live: its states come by a subscription,
 * from the first to the last, whoever started it. Nothing polls; that another sync has begun is
 * seen when the window is looked at again.
 */
import type { CombinedError } from '@urql/core';
import { useEffect, useEffectEvent, useState } from 'react';
import { useMutation, useQuery, useSubscription } from 'urql';
import { describeError } from '../shared/states.tsx';
import { useOnFocus } from '../shared/use-on-focus.ts';
import {
  type ConnectedCrm,
  CRM_PAGE,
  CRM_SYNC_PROGRESS,
  type CrmSync,
  START_CRM_SYNC,
} from './documents.ts';

/** An empty list of syncs names no type that a new one would change, so the cache is told. */
const CONTEXT = {
  additionalTypenames: ['CrmSync', 'ConnectedCrm'],
  requestPolicy: 'cache-and-network' as const,
};

export interface CrmState {
  /** Null where no CRM is connected; undefined until that is known. */
  crm: ConnectedCrm | null | undefined;
  /** Newest first; the first is live. */
  syncs: readonly CrmSync[];
  error: CombinedError | undefined;
  /** Asks the server again. */
  refresh: () => void;
}

/**
 * @example const { crm, syncs: [newest] } = useCrm({ onSyncEnd: (sync) =>
 *          notify(`${sync.created} new records`) });
 */
export function useCrm({ onSyncEnd }: { onSyncEnd: (sync: CrmSync) => void }): CrmState {
  const [{ data, error }, reread] = useQuery({ query: CRM_PAGE, context: CONTEXT });
  const refresh = () => reread({ requestPolicy: 'network-only' });
  const syncs = data?.crmSyncs.nodes ?? [];
  const live = useLiveSync(syncs[0], (ended) => {
    onSyncEnd(ended);
    refresh();
  });
  useOnFocus(refresh);
  return {
    crm: data?.connectedCrm,
    syncs: live ? [live, ...syncs.slice(1)] : syncs,
    error,
    refresh,
  };
}

/**
 * A sync as it is known latest. Tells its end once, unless it had ended before it was first seen.
 */
function useLiveSync(
  known: CrmSync | undefined,
  onEnd: (sync: CrmSync) => void,
): CrmSync | undefined {
  const [{ data }] = useSubscription({
    query: CRM_SYNC_PROGRESS,
    variables: { id: known?.id ?? '' },
    pause: known === undefined || !isActive(known),
  });
  const told = data?.crmSyncProgress;
  const live =
    told && known && told.id === known.id && told.version >= known.version ? told : known;
  const [underWay, setUnderWay] = useState<string | null>(null);
  const tellEnd = useEffectEvent(onEnd);
  useEffect(() => {
    if (!live) return;
    if (isActive(live)) setUnderWay(live.id);
    else if (underWay === live.id) {
      setUnderWay(null);
      tellEnd(live);
    }
  }, [live, underWay]);
  return live;
}

export interface StartSync {
  /** `full` reads everything, otherwise what changed since the last completed sync is read. */
  start: (full: boolean) => Promise<void>;
  isStarting: boolean;
  /** Somebody else's sync was first. */
  isTaken: boolean;
  /** Why it could not be started otherwise. */
  problem: string | undefined;
}

/**
 * Starts syncs. Where one is under way already, that one is shown: `refresh` is called to find it.
 */
export function useStartSync(refresh: () => void): StartSync {
  const [{ data, error, fetching }, startSync] = useMutation(START_CRM_SYNC);
  const errors = data?.startCrmSync.userErrors ?? [];
  const isTaken = errors.some(({ code }) => code === 'CONFLICT');
  const start = async (full: boolean) => {
    const answer = await startSync({ full });
    if (!answer.data?.startCrmSync.sync) refresh();
  };
  return {
    start,
    isStarting: fetching,
    isTaken,
    problem: error ? describeError(error) : isTaken ? undefined : errors[0]?.message,
  };
}

export function isActive({ status }: Pick<CrmSync, 'status'>): boolean {
  return status === 'QUEUED' || status === 'RUNNING';
}

export function changedNothing({ created, updated, failed }: CrmSync): boolean {
  return created + updated + failed === 0;
}

/**
 * How far a sync is, 0 to 100; null where nobody knows, since a CRM doesn't say how much there is
 * to come: a full sync goes by the last full one, and stays below 100 until it has ended.
 */
export function percentOf(sync: CrmSync, earlier: readonly CrmSync[]): number | null {
  if (sync.status === 'COMPLETED') return 100;
  const like = sync.full
    ? earlier.find((one) => one.full && one.status === 'COMPLETED' && one.fetched > 0)
    : undefined;
  if (like) return Math.min(99, Math.floor((100 * sync.fetched) / like.fetched));
  return isActive(sync) ? null : 0;
}
