/** `query … @live`: the answer now, and each newer one. */
import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  getDirectiveValues,
  type OperationDefinitionNode,
} from 'graphql';
import { RequestError } from '../platform/errors.ts';
import { MINUTE } from '../platform/time.ts';

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
    patches: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: false,
      description:
        'Whether to send only what differs from the answer before, where that is shorter: a JSON Patch (RFC 6902) of `data`, in `extensions.live.patch`. `extensions.live.revision` counts the answers; a result with `data` replaces what came before.',
    },
    throttle: {
      type: new GraphQLNonNull(GraphQLInt),
      defaultValue: DEFAULT_THROTTLE_MS,
      description: `The least time between two answers, in milliseconds, from ${MIN_THROTTLE_MS} to ${MINUTE}.`,
    },
  },
});

/** An operation with its variables, defaults included. */
interface Asked {
  readonly operation: OperationDefinitionNode;
  readonly coerced: Record<string, unknown>;
}

/** Whether an operation is a query with the directive, and the client wants it to be live. */
export function asksToBeLive({ operation, coerced }: Asked): boolean {
  if (operation.operation !== 'query') return false;
  return getDirectiveValues(liveDirective, operation, coerced)?.['if'] === true;
}

/** How a client wants its answers. */
export interface LiveOptions {
  /** The least time between two of them, in milliseconds. */
  readonly throttleMs: number;
  /** Whether as patches of the one before, where these are shorter. */
  readonly patches: boolean;
}

/**
 * How the answers of a live query are wanted; null for an operation that is not live. Throws
 * BAD_USER_INPUT for a throttle out of range.
 */
export function liveOptions(asked: Asked): LiveOptions | null {
  if (!asksToBeLive(asked)) return null;
  const values = getDirectiveValues(liveDirective, asked.operation, asked.coerced);
  const throttleMs = values?.['throttle'] as number;
  if (throttleMs >= MIN_THROTTLE_MS && throttleMs <= MINUTE)
    return { throttleMs, patches: values?.['patches'] === true };
  throw new RequestError(
    'BAD_USER_INPUT',
    `Expected a throttle from ${MIN_THROTTLE_MS} to ${MINUTE} milliseconds.`,
  );
}
