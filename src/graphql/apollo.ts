/**
 * Apollo Server reads HTTP requests and writes responses: media types, GET, persisted queries.
 * Documents, limits, execution and masking are our own `Operations`, which WebSocket and SSE share.
 */
import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLRequestListener,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import {
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  parse,
} from 'graphql';
import { currentStatistics } from '../platform/database/statements.ts';
import { isErrorCode, RequestError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { Spending } from '../platform/rate-limits/cost-budget.ts';
import { traced } from '../platform/tracing.ts';
import { AnswerTexts } from './answer-texts.ts';
import {
  asGraphQLError,
  codedError,
  codeOf,
  HTTP_STATUS,
  maskErrors,
  retryAfterSeconds,
} from './errors.ts';
import type { HttpContext } from './http-context.ts';
import { type Attempt, KeptAnswers } from './kept-answers.ts';
import { passKnownText, restoreKnownText, textInKey } from './known-texts.ts';
import { knownMediaType, wantsGraphQLResponse } from './media-types.ts';
import { sqlStatementsPerOperation } from './metrics.ts';
import type { Operations, ReadyOperation } from './operations.ts';
import { outcome } from './outcome.ts';
import { PersistedDocuments } from './persisted-documents.ts';
import { type CostReport, checkingCost, reportIn, reportOf, spend } from './spending.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** The texts besides the operations' own, and plugins that run before those of this file. */
export interface ApolloOptions {
  trusted: TrustedDocuments;
  plugins?: readonly ApolloServerPlugin<HttpContext>[];
}

/** As GraphQL spells a name. */
const NAME = /^[_A-Za-z]\w{0,99}$/;
/** Stands in for every document: Apollo requires one, and ours stay inside `Operations`. */
const NOTHING: DocumentNode = parse('{ __typename }');
const NO_QUERY_BY_GET: FormattedExecutionResult = {
  errors: [
    {
      message: 'GET requests run queries only: send mutations by POST.',
      extensions: { code: 'BAD_REQUEST' },
    },
  ],
};

/** An ApolloServer over the operations; call `start()` before it is used. */
export function createApollo(
  platform: Platform,
  operations: Operations,
  { trusted, plugins = [] }: ApolloOptions,
): ApolloServer<HttpContext> {
  const persisted = new PersistedDocuments(trusted, platform.config);
  const answers = new KeptAnswers(platform);
  const texts = new AnswerTexts(answers, { readable: plugins.length > 0 });
  return new ApolloServer<HttpContext>({
    schema: operations.schema,
    // Tokens come in a header that no foreign site can set, never in a cookie.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    logger: platform.log,
    persistedQueries: {
      cache: {
        get: async (key) => textInKey(key) ?? persisted.find(key.slice(-64)),
        set: nothing,
        delete: nothing,
      },
    },
    documentStore: { get: async () => NOTHING, set: nothing, delete: nothing },
    formatError: knownCode,
    stringifyResult: (result) => texts.of(result),
    // The default plugin wraps every field and takes 25–45 % of the CPU time of a request.
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      restoreKnownText,
      ...plugins,
      operationsPlugin(platform, operations, { trusted, persisted, answers, texts }),
    ],
  });
}

/** Apollo's own errors (media types, hashes) have codes that are not on our list. */
function knownCode(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  if (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR')
    return { message: formatted.message, extensions: { code } };
  return { message: formatted.message, extensions: { code: 'BAD_REQUEST' } };
}

/**
 * Replaces Apollo's own store, which would keep a text before it is checked and its sender known.
 */
async function nothing(): Promise<undefined> {}

interface Parts {
  trusted: TrustedDocuments;
  persisted: PersistedDocuments;
  answers: KeptAnswers;
  texts: AnswerTexts;
}

function operationsPlugin(
  platform: Platform,
  operations: Operations,
  parts: Parts,
): ApolloServerPlugin<HttpContext> {
  const listener: GraphQLRequestListener<HttpContext> = {
    async responseForOperation(request) {
      return answer(request, await execute(platform, operations, { request, parts }));
    },
  };
  return {
    requestDidStart: async (request) => {
      passKnownText(request, operations);
      return listener;
    },
  };
}

interface Execution {
  request: GraphQLRequestContext<HttpContext>;
  parts: Parts;
}

async function execute(
  platform: Platform,
  operations: Operations,
  execution: Execution,
): Promise<FormattedExecutionResult> {
  const context = execution.request.contextValue;
  try {
    const { ready, spending } = await readyToRun(operations, execution);
    const told = () => spending && reportOf(spending);
    if (ready.errors)
      return reported({ errors: maskErrors(ready.errors, platform.log) }, context, told);
    const { operation } = ready;
    context.operationName = operation.name?.value;
    if (operation.operation !== 'query' && execution.request.request.http?.method === 'GET')
      return NO_QUERY_BY_GET;
    if (operation.operation === 'subscription')
      return refused(
        'Subscriptions run over the WebSocket /graphql or by POST to /graphql/stream.',
        platform,
      );
    const { answers, texts } = execution.parts;
    const found = await answers.find(ready, context, { keeps: !context.measured });
    if (found?.kept) {
      if (context.measured) return reported(JSON.parse(found.kept.body.toString()), context, told);
      return texts.standIn(found.kept, context);
    }
    const attempt = found?.attempt;
    const running = attempt ? watched(context, attempt) : context;
    const attributes = { 'graphql.operation.name': context.operationName ?? '' };
    const run = async () =>
      inTime(operations.run(ready, running), platform.config.REQUEST_TIMEOUT_MS);
    const result = await traced(`graphql ${operation.operation}`, attributes, run).catch(
      (error: unknown) => {
        attempt?.making?.end(null);
        throw error;
      },
    );
    const statistics = currentStatistics();
    sqlStatementsPerOperation.observe(statistics?.statements ?? 0);
    const sent = outcome(result, { platform, ready, refusal: statistics?.refusal });
    if (attempt) texts.keep(sent, { attempt, context });
    return reported(sent, context, told);
  } catch (error) {
    return reported({ errors: maskErrors([asGraphQLError(error)], platform.log) }, context, () =>
      reportIn(error),
    );
  }
}

/** The context of an execution that notes what the answer is made of. */
function watched(context: HttpContext, { reads, viewer }: Attempt): HttpContext {
  const statistics = currentStatistics();
  if (statistics) statistics.reads = reads;
  return Object.create(context, { viewer: { value: viewer, enumerable: true } });
}

/**
 * The operation, and what its user was charged: for checking the document if it is new, and for
 * what the operation asks for, at least 1.
 */
async function readyToRun(
  operations: Operations,
  { request, parts }: Execution,
): Promise<{ ready: ReadyOperation; spending?: Spending }> {
  const { contextValue: context, source = '', request: sent } = request;
  if (context.viewer.role === 'ANONYMOUS') {
    const ready = operations.readyForStranger(source, sent.operationName, sent.variables);
    if (!ready.errors) parts.trusted.check(source);
    return { ready };
  }
  // For the log line of one that is refused; of one that runs, the document says the name.
  if (NAME.test(sent.operationName ?? '')) context.operationName = sent.operationName;
  parts.trusted.check(source);
  const known = context.known?.document ?? operations.known(source);
  const checked = known ? null : await spend(context, checkingCost(source));
  const ready = operations.ready(known ?? source, sent.operationName, sent.variables);
  if (ready.errors && checked) return { ready, spending: checked };
  const spending = await spend(context, ready.errors ? 1 : ready.cost);
  if (!ready.errors && request.metrics.persistedQueryRegister && request.queryHash)
    parts.persisted.register(request.queryHash, source);
  return {
    ready,
    spending: checked
      ? { ...spending, requested: spending.requested + checked.requested }
      : spending,
  };
}

/**
 * The result with `extensions`: the figures where the client asked for them, the budget also when a
 * limit refused something.
 */
function reported(
  result: FormattedExecutionResult,
  context: HttpContext,
  told: () => CostReport | undefined,
): FormattedExecutionResult {
  const limited =
    result.errors?.some((error) => error.extensions?.['code'] === 'RATE_LIMITED') ?? false;
  if (!context.measured && !limited) return result;
  const performance =
    context.measured && 'data' in result ? { performance: performanceOf(context) } : {};
  const cost = told();
  const extensions = { ...performance, ...(cost ? { cost } : {}) };
  return { ...result, extensions };
}

function refused(message: string, platform: Platform): FormattedExecutionResult {
  return { errors: maskErrors([codedError('BAD_REQUEST', message)], platform.log) };
}

/**
 * The result, or TIMEOUT when it takes longer than REQUEST_TIMEOUT_MS; a mutation may still
 * complete after that.
 */
function inTime(
  result: ExecutionResult | Promise<ExecutionResult>,
  limitMs: number,
): ExecutionResult | Promise<ExecutionResult> {
  if (!(result instanceof Promise)) return result;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new RequestError('TIMEOUT', `The request took longer than ${limitMs} ms.`)),
      limitMs,
    );
    result.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

function performanceOf(context: HttpContext) {
  const statistics = currentStatistics();
  return {
    queryTime: rounded(statistics?.milliseconds ?? 0),
    totalTime: rounded(performance.now() - context.startedAt),
    sqlStatements: statistics?.statements ?? 0,
    cacheHit: (statistics?.cacheHits ?? 0) > 0,
  };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}

/**
 * Wraps a result for Apollo. A request that was refused as a whole gets an error status if the
 * client asked for one.
 */
function answer({ request }: GraphQLRequestContext<HttpContext>, result: FormattedExecutionResult) {
  const body = { kind: 'single' as const, singleResult: result };
  const accept = request.http?.headers.get('accept');
  const headers = new HeaderMap();
  const type = knownMediaType(accept);
  if (type !== undefined) headers.set('content-type', type);
  if (result === NO_QUERY_BY_GET) {
    headers.set('allow', 'POST');
    return { http: { status: 405, headers }, body };
  }
  if (!result.errors) return { http: { status: 200, headers }, body };
  const code = codeOf(result.errors);
  // A missing token is 401 for every client.
  const speaks = code === 'UNAUTHENTICATED' || wantsGraphQLResponse(accept);
  const status = !('data' in result) && speaks ? ((code && HTTP_STATUS[code]) ?? 400) : 200;
  const seconds = retryAfterSeconds(result.errors);
  if (seconds !== null) headers.set('retry-after', String(seconds));
  return { http: { status, headers }, body };
}
