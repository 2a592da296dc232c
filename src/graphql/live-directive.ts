/** `query … @live`: the answer now, and each newer one. */
import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  getDirectiveValues,
} from 'graphql';
import { RequestError } from '../platform/errors.ts';
import { MINUTE } from '../platform/time.ts';
import type { Ready } from './operations.ts';

const MIN_THROTTLE_MS = 50;
const DEFAULT_THROTTLE_MS = 200;

/** The directive, part of the schema. */
export const liveDirective = new GraphQLDirective({
  name: 'live',
  description:
    'Over WebSocket or /graphql/stream: sends the answer of the query now, and again each time it has changed, until the client ends it. The last state is always sent and states never go backwards; a client that reads slowly skips some. Answered once by POST and GET.',
  locations: [DirectiveLocation.QUERY],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'Whether the query is live; otherwise it is answered once.',
    },
    throttle: {
      type: new GraphQLNonNull(GraphQLInt),
      defaultValue: DEFAULT_THROTTLE_MS,
      description: `The least time between two answers, in milliseconds, from ${MIN_THROTTLE_MS} to ${MINUTE}.`,
    },
  },
});

/** Whether an operation is a query with the directive, and the client wants it to be live. */
export function asksToBeLive({ operation, variables }: Ready): boolean {
  if (operation.operation !== 'query') return false;
  return getDirectiveValues(liveDirective, operation, variables)?.['if'] === true;
}

/**
 * The least time between two answers of a live query, in milliseconds; null for an operation that is
 * not live. Throws BAD_USER_INPUT for a time out of range.
 */
export function liveThrottle(ready: Ready): number | null {
  if (!asksToBeLive(ready)) return null;
  const values = getDirectiveValues(liveDirective, ready.operation, ready.variables);
  const throttle = values?.['throttle'] as number;
  if (throttle >= MIN_THROTTLE_MS && throttle <= MINUTE) return throttle;
  throw new RequestError(
    'BAD_USER_INPUT',
    `Expected a throttle from ${MIN_THROTTLE_MS} to ${MINUTE} milliseconds.`,
  );
}
