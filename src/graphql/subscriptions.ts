/**
 * Subscriptions and live queries, the same for WebSocket and SSE: each event is executed separately, with its own
 * loaders, count of statements and response, and its errors are masked. The start costs 1, each
 * event what the operation costs; a subscription whose user has used up the budget ends.
 */
import { createSourceEventStream, type FormattedExecutionResult } from 'graphql';
import { countingStatements, newStatistics } from '../platform/database/statements.ts';
import type { Log } from '../platform/log.ts';
import type { Context } from '../schema-builder/context.ts';
import { asGraphQLError, maskErrors, masked } from './errors.ts';
import { liveOptions } from './live-directive.ts';
import type { LiveQueries } from './live-queries.ts';
import type { Operations, Ready } from './operations.ts';
import { outcome } from './outcome.ts';
import { reportIn, spend } from './spending.ts';

/** A subscription or live query that may start, and what its events are executed with. */
export interface SubscriptionRequest {
  operations: Operations;
  live: LiveQueries;
  ready: Ready;
  /** Makes the context of an event, with nothing loaded yet. */
  newContext: () => Context;
  log: Log;
}

/** The events of a subscription or live query, or a single result that says why there are none. */
export async function subscribeTo(
  request: SubscriptionRequest,
): Promise<AsyncIterableIterator<FormattedExecutionResult> | FormattedExecutionResult> {
  const { operations, live, ready, newContext, log } = request;
  const context = newContext();
  try {
    const options = liveOptions(ready);
    if (options !== null) return await live.watch({ ready, context, options });
    await spend(context, 1);
  } catch (error) {
    return refusal(error, log);
  }
  const source = await createSourceEventStream({
    schema: operations.schemaFor(context),
    document: ready.prepared.document,
    contextValue: context,
    variableValues: ready.variables,
    operationName: ready.operation.name?.value,
  });
  return Symbol.asyncIterator in source
    ? new Events(request, source as AsyncIterable<unknown>)
    : masked(source, log);
}

class Events implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #request: SubscriptionRequest;
  readonly #source: AsyncIterator<unknown>;

  constructor(request: SubscriptionRequest, source: AsyncIterable<unknown>) {
    this.#request = request;
    this.#source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult>> {
    const { newContext, log } = this.#request;
    try {
      const event = await this.#source.next();
      if (event.done) return { value: undefined, done: true };
      return { value: await this.#executed(newContext(), event.value), done: false };
    } catch (error) {
      await this.return();
      return { value: refusal(error, log), done: false };
    }
  }

  async #executed(context: Context, event: unknown): Promise<FormattedExecutionResult> {
    const { operations, ready } = this.#request;
    const { platform } = context;
    await spend(context, ready.cost);
    const statistics = newStatistics(platform.config);
    const result = await countingStatements(statistics, async () =>
      operations.run(ready, context, event),
    );
    return outcome(result, { platform, ready, refusal: statistics.refusal });
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult>> {
    await this.#source.return?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function refusal(error: unknown, log: Log): FormattedExecutionResult {
  const cost = reportIn(error);
  return {
    errors: maskErrors([asGraphQLError(error)], log),
    ...(cost ? { extensions: { cost } } : {}),
  };
}
