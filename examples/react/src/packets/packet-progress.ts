/**
 * What is known of one client's packets, live: one subscription for all components that look at it,
 * opened by the first and closed after the last. It is the ground of the hooks beside it, and
 * independent of React.
 *
 * States and events. The server sends states: the present one first, also after a lost connection,
 * then each newer one. Events are what differs between two states that were both seen, so each is
 * told once: a state that comes again after a reconnect differs in nothing, and what happened while
 * the connection was lost differs in the first state after it.
 */
import type { Client, CombinedError } from '@urql/core';
import type { PacketProgressSubscription } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

const PACKET_PROGRESS = graphql(`
  subscription PacketProgress($clientId: ID!) {
    packetProgress(clientId: $clientId) {
      clientId
      version
      packets {
        id
        clientId
        type
        status
        priority
        progress
        version
        attempts
        maxAttempts
        errorMessage
        nextAttemptAt
        title
        createdAt
        completedAt
      }
      summary {
        total
        pending
        generating
        completed
        failed
        cancelled
        progress
        done
      }
    }
  }
`);

export type Progress = PacketProgressSubscription['packetProgress'];
export type LivePacket = Progress['packets'][number];
export type PacketSummary = Progress['summary'];

export interface ProgressState {
  /** Null until the first state has come. */
  progress: Progress | null;
  /** Why no state comes any more; a lost connection is none, it mends itself. */
  error: CombinedError | null;
}

/**
 * `allComplete`: nothing is left to generate; the summary says how many packets are completed,
 * failed and cancelled.
 */
export type PacketEvent =
  | { type: 'failed'; packet: LivePacket }
  | { type: 'allComplete'; summary: PacketSummary };

export interface PacketProgressStore {
  getState: () => ProgressState;
  /** Calls back after each new state; the subscription is open while anybody listens. */
  subscribe: (onChange: () => void) => () => void;
  /** Calls back for each event from now on; does not open the subscription. */
  listen: (onEvent: (event: PacketEvent) => void) => () => void;
  /** Subscribes again after an error. */
  retry: () => void;
}

const stores = new WeakMap<Client, Map<string, PacketProgressStore>>();

/**
 * The one store of a client's packets, whoever asks. It keeps its last state, so a page that is
 * opened again shows something at once.
 */
export function packetProgressOf(client: Client, clientId: string): PacketProgressStore {
  const ofClient = stores.get(client) ?? new Map<string, PacketProgressStore>();
  stores.set(client, ofClient);
  const store = ofClient.get(clientId) ?? createStore(client, clientId);
  ofClient.set(clientId, store);
  return store;
}

function createStore(client: Client, clientId: string): PacketProgressStore {
  let state: ProgressState = { progress: null, error: null };
  /**
   * What events are told against; null after a pause, when nobody looked and the next state is news
   * of no certain age.
   */
  let lastSeen: Progress | null = null;
  let close: (() => void) | null = null;
  const changeListeners = new Set<() => void>();
  const eventListeners = new Set<(event: PacketEvent) => void>();

  const set = (next: ProgressState) => {
    state = next;
    for (const onChange of [...changeListeners]) onChange();
  };
  const receive = (progress: Progress) => {
    const events = lastSeen ? eventsBetween(lastSeen, progress) : [];
    lastSeen = progress;
    set({ progress, error: null });
    for (const event of events) for (const onEvent of [...eventListeners]) onEvent(event);
  };
  const open = () => {
    const { unsubscribe } = client
      .subscription(PACKET_PROGRESS, { clientId })
      .subscribe(({ data, error }) => {
        if (data?.packetProgress) receive(data.packetProgress);
        else if (error) set({ ...state, error });
      });
    close = unsubscribe;
  };
  const stop = () => {
    close?.();
    close = null;
  };

  return {
    getState: () => state,
    subscribe: (onChange) => {
      changeListeners.add(onChange);
      if (!close) open();
      return () => {
        changeListeners.delete(onChange);
        if (changeListeners.size > 0) return;
        stop();
        lastSeen = null;
      };
    },
    listen: (onEvent) => {
      eventListeners.add(onEvent);
      return () => eventListeners.delete(onEvent);
    },
    retry: () => {
      stop();
      set({ ...state, error: null });
      if (changeListeners.size > 0) open();
    },
  };
}

/** What happened from one state to a later one, packets first. */
export function eventsBetween(before: Progress, after: Progress): PacketEvent[] {
  const known = new Map(before.packets.map((packet) => [packet.id, packet]));
  const failed = after.packets.filter(
    (packet) => packet.status === 'FAILED' && !wasFailed(packet, known.get(packet.id)),
  );
  const events: PacketEvent[] = failed.map((packet) => ({ type: 'failed', packet }));
  if (after.summary.done && !before.summary.done)
    events.push({ type: 'allComplete', summary: after.summary });
  return events;
}

/**
 * A failed packet changes only by being tried again: with a higher version it has failed once more.
 */
function wasFailed(packet: LivePacket, before: LivePacket | undefined): boolean {
  return before?.status === 'FAILED' && before.version === packet.version;
}
