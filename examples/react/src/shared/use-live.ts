import type { AnyVariables, CombinedError } from '@urql/core';
import { type UseQueryArgs, type UseSubscriptionArgs, useQuery, useSubscription } from 'urql';

export interface Live<Data> {
  /** Undefined until the first state has come. */
  data: Data | undefined;
  /** Why no more states come; a lost connection is none, it mends itself. */
  error: CombinedError | undefined;
  /** Subscribes again after an error. */
  retry: () => void;
}

/**
 * The newest state of a subscription that sends the present state first, then each newer one, also
 * after a lost connection.
 */
export function useLive<Data, Variables extends AnyVariables>(
  args: UseSubscriptionArgs<Variables, Data>,
): Live<Data> {
  const [{ data, error }, subscribeAgain] = useSubscription(args);
  return { data, error, retry: () => subscribeAgain({}) };
}

/** The newest answer of a query with `@live`, likewise. */
export function useLiveQuery<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data>,
): Live<Data> {
  const [{ data, error }, askAgain] = useQuery(args);
  return { data, error, retry: () => askAgain({ requestPolicy: 'network-only' }) };
}
