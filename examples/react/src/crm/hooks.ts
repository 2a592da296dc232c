/**
 * The CRM of the tenant and its syncs, live: whoever connects it or starts a sync, in whatever
 * window, what is shown follows.
 */
import type { CombinedError } from '@urql/core';
import { useEffect, useEffectEvent, useState } from 'react';
import { useMutation } from 'urql';
import { describeError } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import { type ConnectedCrm, CRM_PAGE, type CrmSync, START_CRM_SYNC } from './documents.ts';

export interface CrmState {
  /** Null where no CRM is connected; undefined until that is known. */
  crm: ConnectedCrm | null | undefined;
  /** Newest first. */
  syncs: readonly CrmSync[];
  error: CombinedError | undefined;
  /** Asks again after an error. */
  retry: () => void;
}

/**
 * @example const { crm, syncs: [newest] } = useCrm({ onSyncEnd: (sync) =>
 *          notify(`${sync.created} new records`) });
 */
export function useCrm({ onSyncEnd }: { onSyncEnd: (sync: CrmSync) => void }): CrmState {
  const { data, error, retry } = useLiveQuery({ query: CRM_PAGE, variables: {} });
  const page = useKept('', { value: data, error });
  const syncs = page?.crmSyncs.nodes ?? [];
  useSyncEnd(syncs[0], onSyncEnd);
  return { crm: page?.connectedCrm, syncs, error, retry };
}

/** Tells the end of a sync once, unless it had ended before it was first seen. */
function useSyncEnd(newest: CrmSync | undefined, onEnd: (sync: CrmSync) => void): void {
  const [underWay, setUnderWay] = useState<string | null>(null);
  const tellEnd = useEffectEvent(onEnd);
  useEffect(() => {
    if (!newest) return;
    if (isActive(newest)) setUnderWay(newest.id);
    else if (underWay === newest.id) {
      setUnderWay(null);
      tellEnd(newest);
    }
  }, [newest, underWay]);
}

export interface StartSync {
  /** `full` reads everything, otherwise what changed since the last completed sync is read. */
  start: (full: boolean) => void;
  isStarting: boolean;
  /** Somebody else's sync was first. */
  isTaken: boolean;
  /** Why it could not be started otherwise. */
  problem: string | undefined;
}

/** Starts syncs. Where one is under way already, that one is shown. */
export function useStartSync(): StartSync {
  const [{ data, error, fetching }, startSync] = useMutation(START_CRM_SYNC);
  const errors = data?.startCrmSync.userErrors ?? [];
  const isTaken = errors.some(({ code }) => code === 'CONFLICT');
  return {
    start: (full) => void startSync({ full }),
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
