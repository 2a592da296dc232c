/**
 * Apollo Server reads HTTP requests and writes the answers: media types, GET, persisted queries. Documents,
 * limits, execution and masking are our own `Operations`, which WebSocket and SSE share.
 */
import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestContext, type GraphQLRequestListener, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { type DocumentNode, type ExecutionResult, type FormattedExecutionResult, type GraphQLFormattedError, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { currentStatistics } from '../platform/database/statements.ts';
import { ERROR_CODES, RequestError } from '../platform/errors.ts';
import { sqlStatementsPerOperation } from '../platform/metrics.ts';
import type { Platform } from '../platform/platform.ts';
import { traced } from '../platform/tracing.ts';
import type { Context } from '../schema-builder/context.ts';
import { codedError, HTTP_STATUS, maskErrors, retryAfterSeconds } from './errors.ts';
import { wantsGraphQLResponse } from './media-types.ts';
import type { Operations } from './operations.ts';
import { asGraphQLError, masked } from './subscriptions.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** What the HTTP layer and a request's operation tell each other. */
export interface HttpContext extends Context {
  /** Whether the client asked for figures in `extensions.performance`. */
  measured: boolean;
  /** When the request came in, as performance.now(). */
  startedAt: number;
  /** The operation's name, for the log line. */
  operationName?: string | null;
}

/** Stands in for a document with errors until `responseForOperation` answers these. */
const NOTHING: DocumentNode = parse('{ __typename }');
const MAX_PERSISTED_CHARACTERS = 20_000_000;

/** An ApolloServer over the operations; call `start()` before it is used. */
export function createApollo(platform: Platform, operations: Operations, trusted: TrustedDocuments): ApolloServer<HttpContext> {
  const documents = new LRUCache<string, DocumentNode>({ max: 2_000 });
  return new ApolloServer<HttpContext>({
    schema: operations.schema,
    // Tokens come in a header that no foreign site can set, never in a cookie.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    logger: platform.log,
    persistedQueries: { cache: persistedQueries(platform, trusted) },
    documentStore: {
      get: async (key) => documents.get(key.slice(-64)),
      set: async () => undefined,
      delete: async () => undefined,
    },
    formatError: knownCode,
    // The default plugin wraps every field and costs 25–45 % of the CPU of a request.
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      operationsPlugin(platform, operations, { trusted, documents }),
    ],
  });
}

/** Errors of Apollo's own (media types, hashes) have codes that are not on our list. */
function knownCode(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  if ((ERROR_CODES as readonly unknown[]).includes(code) && code !== 'INTERNAL_SERVER_ERROR') return { message: formatted.message, extensions: { code } };
  return { message: formatted.message, extensions: { code: 'BAD_REQUEST' } };
}

/** Documents by their hash: the trusted ones, then those that clients registered, in memory. */
function persistedQueries(platform: Platform, trusted: TrustedDocuments) {
  const registered = new LRUCache<string, string>({ maxSize: MAX_PERSISTED_CHARACTERS, sizeCalculation: (text) => text.length + 100 });
  return {
    get: async (key: string) => trusted.find(key.slice(-64)) ?? registered.get(key),
    set: async (key: string, text: string) => {
      if (!platform.config.TRUSTED_DOCUMENTS_ONLY) registered.set(key, text);
    },
    delete: async (key: string) => registered.delete(key),
  };
}

interface Documents {
  trusted: TrustedDocuments;
  documents: LRUCache<string, DocumentNode>;
}

function operationsPlugin(platform: Platform, operations: Operations, { trusted, documents }: Documents): ApolloServerPlugin<HttpContext> {
  const listener: GraphQLRequestListener<HttpContext> = {
    async didResolveSource({ source = '', queryHash }) {
      if (queryHash) documents.set(queryHash, operations.prepare(source).prepared?.document ?? NOTHING);
    },
    async responseForOperation(request) {
      return answer(request, await execute(platform, operations, { request, trusted }));
    },
  };
  return { requestDidStart: async () => listener };
}

interface Execution {
  request: GraphQLRequestContext<HttpContext>;
  trusted: TrustedDocuments;
}

async function execute(platform: Platform, operations: Operations, { request, trusted }: Execution): Promise<FormattedExecutionResult> {
  const context = request.contextValue;
  try {
    const source = request.source ?? '';
    trusted.check(source);
    const ready = operations.ready(source, request.request.operationName, request.request.variables);
    if (ready.errors) return { errors: maskErrors(ready.errors, platform.log) };
    const { operation } = ready;
    context.operationName = operation.name?.value;
    if (operation.operation === 'subscription') return refused('Subscriptions run over the WebSocket /graphql or by POST to /graphql/stream.', platform);
    const work = async () => operations.run(ready, context);
    const attributes = { 'graphql.operation.name': context.operationName ?? '' };
    const result = masked(await traced(`graphql ${operation.operation}`, attributes, () => inTime(work, platform.config.REQUEST_TIMEOUT_MS)), platform.log);
    const statistics = currentStatistics();
    sqlStatementsPerOperation.observe(statistics?.statements ?? 0);
    return context.measured ? { ...result, extensions: { performance: performanceOf(context) } } : result;
  } catch (error) {
    return { errors: maskErrors([asGraphQLError(error)], platform.log) };
  }
}

function refused(message: string, platform: Platform): FormattedExecutionResult {
  return { errors: maskErrors([codedError('BAD_REQUEST', message)], platform.log) };
}

/** The result, or TIMEOUT when it takes longer than REQUEST_TIMEOUT_MS; a mutation may then still be carried out. */
function inTime(work: () => Promise<ExecutionResult>, limitMs: number): Promise<ExecutionResult> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new RequestError('TIMEOUT', `The request took longer than ${limitMs} ms.`)), limitMs);
    work()
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
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

/** Wraps a result for Apollo. A request that was refused as a whole has a status of its own where the client asked for that. */
function answer({ request }: GraphQLRequestContext<HttpContext>, result: FormattedExecutionResult) {
  const code = result.errors?.[0]?.extensions?.['code'] as keyof typeof HTTP_STATUS | undefined;
  const speaks = wantsGraphQLResponse(request.http?.headers.get('accept'));
  const status = result.errors && !('data' in result) && speaks ? ((code && HTTP_STATUS[code]) ?? 400) : 200;
  const seconds = retryAfterSeconds(result.errors);
  const headers = new HeaderMap(seconds === null ? [] : [['retry-after', String(seconds)]]);
  return { http: { status, headers }, body: { kind: 'single' as const, singleResult: result } };
}
