/** The hooks against a client whose subscription the test feeds. */
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type Client, createClient, subscriptionExchange } from '@urql/core';
import type { ReactNode } from 'react';
import { Provider } from 'urql';
import { afterEach, expect, test, vi } from 'vitest';
import { useGenerationProgress, useIsGenerating, usePacketStatus } from './hooks.ts';
import type { LivePacket, PacketSummary, Progress } from './packet-progress.ts';

afterEach(cleanup);

type Status = LivePacket['status'];

/**
 * A state of packets `p0`, `p1` …; `version` tells a packet that failed twice from one that failed
 * once.
 */
function state(statuses: readonly Status[], version = 1): Progress {
  const count = (status: Status) => statuses.filter((one) => one === status).length;
  const open = count('PENDING') + count('GENERATING');
  const summary: PacketSummary = {
    total: statuses.length,
    pending: count('PENDING'),
    generating: count('GENERATING'),
    completed: count('COMPLETED'),
    failed: count('FAILED'),
    cancelled: count('CANCELLED'),
    progress:
      statuses.length > 0 ? Math.floor((100 * (statuses.length - open)) / statuses.length) : 0,
    done: statuses.length > 0 && open === 0,
  };
  const packets = statuses.map(
    (status, index) =>
      ({ id: `p${index}`, clientId: 'c', type: 'WELCOME', status, version }) as LivePacket,
  );
  return { clientId: 'c', version, packets, summary };
}

/** A server of one subscription at a time. */
function fakeServer() {
  const subscribers = new Set<(value: { data?: unknown; errors?: unknown[] }) => void>();
  const opened: string[] = [];
  const client: Client = createClient({
    url: 'http://unused.example',
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => {
            const next = (value: object) => sink.next(value as never);
            subscribers.add(next);
            opened.push(String((request.variables as { clientId: string }).clientId));
            return { unsubscribe: () => subscribers.delete(next) };
          },
        }),
      }),
    ],
  });
  const sendAll = (value: { data?: unknown; errors?: unknown[] }) =>
    act(async () => {
      // urql subscribes after the tick in which it is asked to.
      await new Promise((resolve) => setTimeout(resolve));
      for (const next of subscribers) next(value);
    });
  const send = (progress: Progress) => sendAll({ data: { packetProgress: progress } });
  const fail = (message: string) => sendAll({ errors: [{ message }] });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <Provider value={client}>{children}</Provider>
  );
  return { send, fail, opened, wrapper, openNow: () => subscribers.size };
}

/** The hook with callbacks that are new functions at each render, as they are in an app. */
function statusWithCallbacks(wrapper: ReturnType<typeof fakeServer>['wrapper']) {
  const onAllComplete = vi.fn<(summary: PacketSummary) => void>();
  const onPacketFailed = vi.fn<(packet: LivePacket) => void>();
  const hook = renderHook(
    () =>
      usePacketStatus({
        clientId: 'c',
        onAllComplete: (summary) => onAllComplete(summary),
        onPacketFailed: (packet) => onPacketFailed(packet),
      }),
    { wrapper },
  );
  return { ...hook, onAllComplete, onPacketFailed };
}

test('usePacketStatus is loading until the first state, then shows each one', async () => {
  const { send, wrapper } = fakeServer();
  const { result } = statusWithCallbacks(wrapper);
  expect(result.current).toMatchObject({ isLoading: true, summary: null, packets: [] });
  await send(state(['PENDING', 'GENERATING']));
  expect(result.current).toMatchObject({
    isLoading: false,
    summary: { pending: 1, generating: 1 },
  });
  await send(state(['COMPLETED', 'GENERATING'], 2));
  expect(result.current.packets.map(({ status }) => status)).toEqual(['COMPLETED', 'GENERATING']);
});

test('onAllComplete is called once, when the last packet has come to its end', async () => {
  const { send, wrapper } = fakeServer();
  const { onAllComplete, rerender } = statusWithCallbacks(wrapper);
  await send(state(['GENERATING', 'GENERATING']));
  await send(state(['COMPLETED', 'GENERATING'], 2));
  expect(onAllComplete).not.toHaveBeenCalled();
  await send(state(['COMPLETED', 'FAILED'], 3));
  rerender();
  expect(onAllComplete.mock.calls).toEqual([
    [expect.objectContaining({ completed: 1, failed: 1 })],
  ]);
});

test('what was there before the component is no event', async () => {
  const { send, wrapper } = fakeServer();
  const { onAllComplete, onPacketFailed } = statusWithCallbacks(wrapper);
  await send(state(['COMPLETED', 'FAILED']));
  expect(onAllComplete).not.toHaveBeenCalled();
  expect(onPacketFailed).not.toHaveBeenCalled();
});

test('a state that comes again, as after a reconnect, calls nothing again', async () => {
  const { send, wrapper } = fakeServer();
  const { onAllComplete, onPacketFailed } = statusWithCallbacks(wrapper);
  await send(state(['GENERATING', 'COMPLETED']));
  await send(state(['FAILED', 'COMPLETED'], 2));
  await send(state(['FAILED', 'COMPLETED'], 2));
  expect(onPacketFailed).toHaveBeenCalledTimes(1);
  expect(onAllComplete).toHaveBeenCalledTimes(1);
});

test('what happened between two states that came is told, however much was missed', async () => {
  const { send, wrapper } = fakeServer();
  const { onAllComplete, onPacketFailed } = statusWithCallbacks(wrapper);
  await send(state([]));
  await send(state(['FAILED', 'COMPLETED', 'FAILED'], 9));
  expect(onPacketFailed.mock.calls.map(([{ id }]) => id)).toEqual(['p0', 'p2']);
  expect(onAllComplete).toHaveBeenCalledTimes(1);
});

test('a packet that is tried again and fails again is told again', async () => {
  const { send, wrapper } = fakeServer();
  const { onPacketFailed } = statusWithCallbacks(wrapper);
  await send(state(['GENERATING']));
  await send(state(['FAILED'], 2));
  await send(state(['FAILED'], 5));
  expect(onPacketFailed).toHaveBeenCalledTimes(2);
});

test('all hooks of a page share one subscription, and one that comes later starts with the present state', async () => {
  const { send, opened, openNow, wrapper } = fakeServer();
  const first = statusWithCallbacks(wrapper);
  await send(state(['GENERATING', 'COMPLETED']));
  const generating = renderHook(() => useIsGenerating('c'), { wrapper });
  const progress = renderHook(() => useGenerationProgress('c'), { wrapper });
  expect(generating.result.current).toBe(true);
  expect(progress.result.current).toMatchObject({ progress: 50, completed: 1 });
  expect(opened).toEqual(['c']);
  for (const hook of [first, generating, progress]) hook.unmount();
  expect(openNow()).toBe(0);
});

test('after a pause, in which nobody looked, what has happened is no event', async () => {
  const { send, wrapper } = fakeServer();
  const first = statusWithCallbacks(wrapper);
  await send(state(['GENERATING']));
  first.unmount();
  const second = statusWithCallbacks(wrapper);
  expect(second.result.current.summary).toMatchObject({ generating: 1 });
  await send(state(['COMPLETED'], 2));
  expect(second.onAllComplete).not.toHaveBeenCalled();
});

test('useIsGenerating renders again only when its answer changes', async () => {
  const { send, wrapper: Wrapper } = fakeServer();
  const answers: boolean[] = [];
  function Watcher() {
    answers.push(useIsGenerating('c'));
    return null;
  }
  render(<Watcher />, { wrapper: Wrapper });
  await send(state(['GENERATING', 'PENDING']));
  await send(state(['COMPLETED', 'PENDING'], 2));
  await send(state(['COMPLETED', 'GENERATING'], 3));
  await send(state(['COMPLETED', 'COMPLETED'], 4));
  expect(answers).toEqual([false, true, false]);
});

test('an error of the subscription is shown, and retry subscribes again', async () => {
  const { send, fail, opened, wrapper } = fakeServer();
  const { result } = statusWithCallbacks(wrapper);
  await fail('There is no such client.');
  expect(result.current.error?.graphQLErrors[0]?.message).toBe('There is no such client.');
  await act(async () => result.current.retry());
  await send(state(['COMPLETED']));
  expect(result.current).toMatchObject({ error: null, summary: { completed: 1 } });
  expect(opened).toEqual(['c', 'c']);
});
