/**
 * A client's packets, live, for any component. All three hooks share one subscription a client
 * (packet-progress.ts): use them wherever they are handy, in as many components as you like. None
 * of them polls. A lost connection mends itself (shared/api-client.ts); the newest state then
 * arrives by itself.
 */
import type { CombinedError } from '@urql/core';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { useClient } from 'urql';
import {
  type LivePacket,
  type PacketProgressStore,
  type PacketSummary,
  packetProgressOf,
} from './packet-progress.ts';

export interface PacketStatusOptions {
  /** The global id of the client. */
  clientId: string;
  /**
   * The last packet that was pending or generating has come to its end. Not every packet need have
   * succeeded: the summary says how many are completed, failed and cancelled.
   */
  onAllComplete?: (summary: PacketSummary) => void;
  /**
   * A packet used up its attempts; `packet.errorMessage` says why. A failed attempt that will be
   * repeated is not told.
   */
  onPacketFailed?: (packet: LivePacket) => void;
}

export interface PacketStatus {
  packets: readonly LivePacket[];
  /** Null until the first state has come. */
  summary: PacketSummary | null;
  isLoading: boolean;
  /**
   * Why no more states come, for example because there is no such client; a lost connection is
   * none.
   */
  error: CombinedError | null;
  /** Subscribes again after an error. */
  retry: () => void;
}

const NO_PACKETS: readonly LivePacket[] = [];

/**
 * A client's packets with their states, and callbacks for what happens to them.
 *
 * The callbacks tell what happens while the component is there, each event once: not what had
 * happened before (a page that is opened on finished packets calls nothing), not again after a
 * re-render or a reconnect. What happens while the connection is lost is told, once, when it is
 * back. A packet that is retried and fails again is a new event. They need not be memoized; the
 * newest ones are called.
 *
 * @example const { packets, summary } = usePacketStatus({ clientId, onAllComplete: ({ completed })
 * => notify(`${completed} packets are ready`), onPacketFailed: (packet) => notify(`${packet.type}
 * failed: ${packet.errorMessage}`), });
 */
export function usePacketStatus({
  clientId,
  onAllComplete,
  onPacketFailed,
}: PacketStatusOptions): PacketStatus {
  const store = useStore(clientId);
  const { progress, error } = useSyncExternalStore(store.subscribe, store.getState);

  const tellAllComplete = useEffectEvent((summary: PacketSummary) => onAllComplete?.(summary));
  const tellFailed = useEffectEvent((packet: LivePacket) => onPacketFailed?.(packet));
  useEffect(
    () =>
      store.listen((event) => {
        if (event.type === 'failed') tellFailed(event.packet);
        else tellAllComplete(event.summary);
      }),
    [store],
  );

  return {
    packets: progress?.packets ?? NO_PACKETS,
    summary: progress?.summary ?? null,
    isLoading: !progress && !error,
    error,
    retry: store.retry,
  };
}

/**
 * Whether a packet of the client is pending or being generated; false until that is known. Renders
 * again only when the answer changes, not with each step of the progress.
 */
export function useIsGenerating(clientId: string): boolean {
  const store = useStore(clientId);
  return useSyncExternalStore(store.subscribe, () => {
    const summary = store.getState().progress?.summary;
    return summary !== undefined && summary.pending + summary.generating > 0;
  });
}

/**
 * The figures of a progress bar over all packets of the client: `progress` from 0 to 100, the count
 * of packets in each state, and `done`. Null until they are known.
 */
export function useGenerationProgress(clientId: string): PacketSummary | null {
  const store = useStore(clientId);
  return useSyncExternalStore(store.subscribe, () => store.getState().progress?.summary ?? null);
}

function useStore(clientId: string): PacketProgressStore {
  return packetProgressOf(useClient(), clientId);
}
