/**
 * One way for an operation to be parsed, limited, validated and executed, for HTTP, WebSocket and SSE alike.
 * Documents are kept with all that was found out about them; the second execution of one is compiled
 * (graphql-jit), which takes 0.4–7 ms and then halves the CPU time of a request.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
} from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Config } from '../platform/config.ts';
import { type Context, isClient } from '../schema-builder/context.ts';
import { isCompilable } from './compilable.ts';
import { costOf, type OperationCost } from './cost.ts';
import { CostlyOperations } from './costly-operations.ts';
import { codedError } from './errors.ts';
import { noIntrospectionRule } from './introspection.ts';
import { costError, FIXED_QUERY_LIMITS, parseWithLimits, type QueryLimits, structureErrors } from './limits.ts';
import type { Schemas } from './schema.ts';

const MAX_DOCUMENTS = 2_000;
const MAX_DOCUMENT_CHARACTERS = 20_000_000;
const MAX_ERRORS = 5;
/** From this cost on operations take turns: a whole package costs 2,100, 500 contacts with their activities 3,500. */
const COSTLY = 2_500;

/** A document that may be executed. */
export interface PreparedDocument {
  document: DocumentNode;
  cost: OperationCost;
  /** Compiled operations by form of the schema and name; null where the compiler can't. */
  compiled: Map<string, CompiledQuery | null>;
  executions: number;
}

/** An operation of a document with its variables, ready to run; or why it is refused. */
export type ReadyOperation =
  | { errors: readonly GraphQLError[] }
  | {
      errors?: undefined;
      prepared: PreparedDocument;
      operation: OperationDefinitionNode;
      variables: Record<string, unknown>;
      coerced: Record<string, unknown>;
      cost: number;
    };

type Ready = Extract<ReadyOperation, { errors?: undefined }>;

export type Variables = Readonly<Record<string, unknown>> | null | undefined;

export class Operations {
  /** For everything but execution: both forms of the schema have the same types. */
  readonly schema: GraphQLSchema;
  readonly #clientSchema: GraphQLSchema;
  readonly #limits: QueryLimits;
  readonly #introspection: boolean;
  readonly #jit: boolean;
  readonly #costly = new CostlyOperations();
  readonly #documents: LRUCache<string, { prepared?: PreparedDocument; errors?: readonly GraphQLError[] }>;

  constructor(schemas: Schemas, config: Config, options: { jit?: boolean } = {}) {
    this.schema = schemas.members;
    this.#clientSchema = schemas.clients;
    this.#limits = { maxTokens: config.MAX_TOKENS, maxDepth: config.MAX_DEPTH, maxCost: config.MAX_COST, ...FIXED_QUERY_LIMITS };
    this.#introspection = config.INTROSPECTION;
    this.#jit = options.jit ?? true;
    this.#documents = new LRUCache({ max: MAX_DOCUMENTS, maxSize: MAX_DOCUMENT_CHARACTERS, sizeCalculation: (_value, source) => source.length + 100 });
  }

  /** The document of a source text, or its errors. */
  prepare(source: string): { prepared?: PreparedDocument; errors?: readonly GraphQLError[] } {
    let known = this.#documents.get(source);
    if (known === undefined) {
      known = this.#analyse(source);
      this.#documents.set(source, known);
    }
    return known;
  }

  /** Everything that can be refused without executing: syntax, limits, validity, the operation's name, its cost, its variables. */
  ready(source: string, operationName: string | null | undefined, variables: Variables): ReadyOperation {
    const { prepared, errors } = this.prepare(source);
    if (!prepared) return { errors: errors ?? [] };
    const operation = getOperationAST(prepared.document, operationName || undefined);
    if (!operation)
      return {
        errors: [
          codedError(
            'BAD_REQUEST',
            operationName ? `The document has no operation named "${operationName}".` : 'Name one of the operations of the document in operationName.',
          ),
        ],
      };
    const cost = prepared.cost(variables ?? {}, operation.name?.value);
    const tooDear = costError(cost, this.#limits);
    if (tooDear) return { errors: [tooDear] };
    const coerced = getVariableValues(this.schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: MAX_ERRORS });
    if (coerced.errors) return { errors: coerced.errors.map((error) => codedError('BAD_USER_INPUT', this.#withoutHints(error.message), error)) };
    return { prepared, operation, variables: { ...variables }, coerced: coerced.coerced, cost };
  }

  /** Runs a query or mutation, or one event of a subscription (whose payload is the root value). Errors are not masked yet. */
  run(ready: Ready, context: Context, rootValue: unknown = {}): ExecutionResult | Promise<ExecutionResult> {
    const execution = () => this.#execute(ready, context, rootValue);
    return ready.cost < COSTLY ? execution() : this.#costly.run(execution, { tenantId: context.viewer.tenantId, signal: context.signal });
  }

  #execute(ready: Ready, context: Context, rootValue: unknown): ExecutionResult | Promise<ExecutionResult> {
    const { prepared, operation, variables, coerced } = ready;
    const schema = this.schemaFor(context);
    const compiled = this.#compiled(prepared, operation, schema);
    // The compiler's own coercion leaves out the defaults of input fields; coercing twice changes nothing.
    if (compiled) return compiled.query(rootValue, context, coerced) as ExecutionResult | Promise<ExecutionResult>;
    const operationName = operation.name?.value;
    return execute({ schema, document: prepared.document, rootValue, contextValue: context, variableValues: variables, operationName });
  }

  /** The form of the schema that a viewer's operations are executed on. */
  schemaFor({ viewer }: Context): GraphQLSchema {
    return isClient(viewer) ? this.#clientSchema : this.schema;
  }

  #analyse(source: string): { prepared?: PreparedDocument; errors?: readonly GraphQLError[] } {
    let document: DocumentNode;
    try {
      document = parseWithLimits(source, this.#limits);
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
    // Limits come first: validation itself can be made slow with a document that is over them.
    const structure = structureErrors(document, this.#limits);
    if (structure.length > 0) return { errors: structure };
    const cost = costOf(this.schema, document);
    const rules = this.#introspection ? specifiedRules : [...specifiedRules, noIntrospectionRule];
    const errors = validate(this.schema, document, rules, { maxErrors: MAX_ERRORS });
    if (errors.length > 0) return { errors: errors.map((error) => codedError('GRAPHQL_VALIDATION_FAILED', this.#withoutHints(error.message), error)) };
    return { prepared: { document, cost, compiled: new Map(), executions: 0 } };
  }

  /** "Did you mean" would tell names of a schema that can't be queried. */
  #withoutHints(message: string): string {
    return this.#introspection ? message : message.replace(/ ?Did you mean(.+?)\?$/, '');
  }

  #compiled(prepared: PreparedDocument, operation: OperationDefinitionNode, schema: GraphQLSchema): CompiledQuery | null {
    prepared.executions += 1;
    if (!this.#jit || prepared.executions < 2 || operation.operation !== 'query') return null;
    const key = `${schema === this.#clientSchema ? 'client' : 'member'} ${operation.name?.value ?? ''}`;
    let compiled = prepared.compiled.get(key);
    if (compiled === undefined) {
      compiled = this.#compile(prepared.document, operation, schema);
      prepared.compiled.set(key, compiled);
    }
    return compiled;
  }

  #compile(document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema): CompiledQuery | null {
    if (!isCompilable(schema, document, operation)) return null;
    try {
      const compiled = compileQuery(schema, document, operation.name?.value ?? '');
      return isCompiledQuery(compiled) ? compiled : null;
    } catch {
      // What the compiler does not support is executed by graphql-js.
      return null;
    }
  }
}
