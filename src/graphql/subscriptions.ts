/** Subscriptions, the same for WebSocket and SSE: each event is executed anew, with loaders of its own, and masked. */
import { createSourceEventStream, type ExecutionResult, type FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Log } from '../platform/log.ts';
import type { Context } from '../schema-builder/context.ts';
import { maskErrors } from './errors.ts';
import type { Operations, ReadyOperation } from './operations.ts';

type Ready = Extract<ReadyOperation, { errors?: undefined }>;

export interface SubscriptionRequest {
  operations: Operations;
  ready: Ready;
  /** A context without anything loaded, for each event. */
  newContext: () => Context;
  log: Log;
}

/** The events of a subscription, or the one result that says why there are none. */
export async function subscribeTo(request: SubscriptionRequest): Promise<AsyncIterableIterator<FormattedExecutionResult> | FormattedExecutionResult> {
  const { operations, ready, newContext, log } = request;
  const context = newContext();
  const source = await createSourceEventStream({
    schema: operations.schemaFor(context),
    document: ready.prepared.document,
    contextValue: context,
    variableValues: ready.variables,
    operationName: ready.operation.name?.value,
  });
  return Symbol.asyncIterator in source ? new Events(request, source as AsyncIterable<unknown>) : masked(source, log);
}

/** An execution result as it is sent. */
export function masked(result: ExecutionResult, log: Log): FormattedExecutionResult {
  return result.errors ? { ...result, errors: maskErrors(result.errors, log) } : (result as FormattedExecutionResult);
}

class Events implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #request: SubscriptionRequest;
  readonly #source: AsyncIterator<unknown>;

  constructor(request: SubscriptionRequest, source: AsyncIterable<unknown>) {
    this.#request = request;
    this.#source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult>> {
    const { operations, ready, newContext, log } = this.#request;
    try {
      const event = await this.#source.next();
      if (event.done) return { value: undefined, done: true };
      return { value: masked(await operations.run(ready, newContext(), event.value), log), done: false };
    } catch (error) {
      await this.return();
      return { value: { errors: maskErrors([asGraphQLError(error)], log) }, done: false };
    }
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult>> {
    await this.#source.return?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Whatever was thrown, as a GraphQLError that keeps it as its original. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
