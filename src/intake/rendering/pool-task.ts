/**
 * One task in the pool of rendering threads, as the process sees it: receives what the thread
 * reports, and stops it when its time is over or the caller aborts.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type Tinypool from 'tinypool';
import { SECOND } from '../../platform/time.ts';
import type { RenderBudget } from './budget.ts';
import { RenderError } from './render-error.ts';
import type {
  RenderOutcome,
  RenderReport,
  RenderResult,
  RenderTask,
  RenderWork,
} from './render-thread.ts';
import type { RenderedSection } from './sections.ts';

/**
 * Some tags cannot be interrupted: they may take this much longer, since a new thread costs more.
 */
const GRACE_MS = SECOND;

interface Progress {
  signal: AbortSignal | undefined;
  /** Charged with the time that the thread spends, not with the wait for a thread. */
  budget: RenderBudget;
  onSection?: (section: RenderedSection, index: number) => void;
}

/**
 * Resolves with what the thread rendered; rejects with a RenderError, with the signal's reason, or
 * with what `onSection` throws.
 */
export async function runTask(
  pool: Tinypool,
  work: RenderWork,
  { signal, budget, onSection }: Progress,
): Promise<Exclude<RenderOutcome, { failure: unknown }>> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const { port1, port2 } = new MessageChannel();
  let section = work.kind === 'page' ? null : 0;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const onAbort = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const onTime = () => {
    if (isOver) return;
    budget.spend(budget.leftMs);
    stop.abort(budget.failure({ section, line: null }));
  };
  port1.on('message', (report: RenderReport) => {
    if ('started' in report) timer = afterLimit(budget, onTime);
    else {
      section = report.section + 1;
      try {
        onSection?.(report.rendered, report.section);
      } catch (error) {
        stop.abort(error);
      }
    }
  });
  try {
    const task: RenderTask = { work, limitMs: budget.leftMs, port: port2 };
    const options = { transferList: [port2], signal: stop.signal };
    const result: RenderResult = await pool.run(task, options);
    stop.signal.throwIfAborted();
    return outcomeOf(result, budget);
  } catch (error) {
    stop.signal.throwIfAborted();
    throw error instanceof RenderError ? error : threadError(error, section);
  } finally {
    isOver = true;
    close(port1, timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * Liquid itself stops at the limit and says where; what it cannot interrupt is stopped a little
 * later. If this process was too busy to notice, a result that has arrived by then comes first.
 */
function afterLimit(budget: RenderBudget, onTime: () => void): NodeJS.Timeout {
  return setTimeout(() => setImmediate(onTime), budget.leftMs + GRACE_MS);
}

function outcomeOf({ spentMs, ...outcome }: RenderResult, budget: RenderBudget) {
  budget.spend(spentMs);
  if (!('failure' in outcome)) return outcome;
  throw outcome.failure.kind === 'time'
    ? budget.failure(outcome.failure)
    : new RenderError(outcome.failure);
}

function close(port: MessagePort, timer: NodeJS.Timeout | undefined): void {
  clearTimeout(timer);
  port.removeAllListeners();
  port.close();
}

/** Why a thread was lost, or threw. */
function threadError(error: unknown, section: number | null): RenderError {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new RenderError({
      kind: 'memory',
      reason: 'it needs too much memory',
      section,
      line: null,
    });
  }
  return new RenderError(
    { kind: 'worker', reason: 'the rendering thread failed', section, line: null },
    { cause: error },
  );
}
