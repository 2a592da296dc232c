/**
 * The one path on which operations are parsed, limited, validated and executed, for HTTP, WebSocket
 * and SSE alike. Documents are kept with what is known about them; the second execution of one is
 * compiled (graphql-jit), which takes 0.4–7 ms, at most about 50 (compilable.ts), and then halves
 * the CPU time of a request.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Config } from '../platform/config.ts';
import { type Context, isClient } from '../schema-builder/context.ts';
import { isCompilable, selectedFieldCount } from './compilable.ts';
import { CostlyOperations } from './costly-operations.ts';
import { Documents, type Preparation, type PreparedDocument } from './documents.ts';
import { codedError } from './errors.ts';
import { costError } from './limits.ts';
import type { Schemas } from './schema.ts';
import { variablesProblem } from './variables.ts';

const MAX_ERRORS = 5;
/**
 * The fullest introspection query costs 3,490; three of them in one request blocked the process for
 * 300 ms.
 */
const MAX_COST_OF_STRANGER = 5_000;
/**
 * Operations take turns from this cost on: a whole package costs 2,100, 500 contacts with their
 * activities 3,500.
 */
const COSTLY = 2_500;

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

/** An operation that may run. */
export type Ready = Extract<ReadyOperation, { errors?: undefined }>;

/** The variables of a request, as the client sent them. */
export type Variables = Readonly<Record<string, unknown>> | null | undefined;

/** Checks and runs operations. One instance serves a whole process and all its transports. */
export class Operations {
  /** For everything but execution: both forms of the schema have the same types. */
  readonly schema: GraphQLSchema;
  readonly #clientSchema: GraphQLSchema;
  readonly #jit: boolean;
  readonly #costly = new CostlyOperations();
  readonly #documents: Documents;

  constructor(schemas: Schemas, config: Config, options: { jit?: boolean } = {}) {
    this.schema = schemas.members;
    this.#clientSchema = schemas.clients;
    this.#jit = options.jit ?? true;
    this.#documents = new Documents(this.schema, config);
  }

  /** Whether a document is known already: an unknown one takes time to be checked. */
  isKnown(source: string): boolean {
    return this.#documents.isKept(source);
  }

  /** The document of a text, if it is known. */
  known(source: string): PreparedDocument | undefined {
    return this.#documents.kept(source);
  }

  /**
   * The operation of a signed-in user, from a text or its known document, or why it is refused
   * without executing it: syntax, limits, validity, the operation's name, its cost, its variables.
   * Its document is kept if it may run.
   */
  ready(
    text: string | PreparedDocument,
    operationName: string | null | undefined,
    variables: Variables,
  ): ReadyOperation {
    const preparation =
      typeof text === 'string' ? this.#documents.prepare(text) : { prepared: text };
    const ready = this.#ready(preparation, operationName, variables);
    if (!ready.errors) this.#documents.keep(ready.prepared);
    return ready;
  }

  /**
   * The operation of somebody who is not signed in: `__typename` and introspection, UNAUTHENTICATED
   * for everything else. Nothing is kept.
   */
  readyForStranger(
    source: string,
    operationName: string | null | undefined,
    variables: Variables,
  ): ReadyOperation {
    const ready = this.#ready(this.#documents.prepareForStranger(source), operationName, variables);
    const tooDear = ready.errors
      ? null
      : costError(ready.cost, {
          maxCost: Math.min(MAX_COST_OF_STRANGER, this.#documents.limits.maxCost),
        });
    return tooDear ? { errors: [tooDear] } : ready;
  }

  #ready(
    { prepared, errors }: Preparation,
    operationName: string | null | undefined,
    variables: Variables,
  ): ReadyOperation {
    if (!prepared) return { errors };
    const operation = getOperationAST(prepared.document, operationName || undefined);
    if (!operation) return { errors: [noOperation(operationName)] };
    const unreadable = variablesProblem(variables ?? {});
    if (unreadable !== null) return { errors: [codedError('BAD_USER_INPUT', unreadable)] };
    const cost = prepared.cost(variables ?? {}, operation.name?.value);
    const tooDear = costError(cost, this.#documents.limits);
    if (tooDear) return { errors: [tooDear] };
    const coerced = getVariableValues(
      this.schema,
      operation.variableDefinitions ?? [],
      variables ?? {},
      { maxErrors: MAX_ERRORS },
    );
    if (coerced.errors)
      return {
        errors: coerced.errors.map((error) =>
          codedError('BAD_USER_INPUT', this.#documents.withoutHints(error.message), error),
        ),
      };
    return { prepared, operation, variables: { ...variables }, coerced: coerced.coerced, cost };
  }

  /**
   * Runs a query or mutation, or one event of a subscription (whose payload is the root value).
   * Errors are not masked. Costly operations wait for their turn first.
   */
  run(
    ready: Ready,
    context: Context,
    rootValue: unknown = {},
  ): ExecutionResult | Promise<ExecutionResult> {
    const execution = () => this.#execute(ready, context, rootValue);
    return ready.cost < COSTLY
      ? execution()
      : this.#costly.run(execution, { tenantId: context.viewer.tenantId, signal: context.signal });
  }

  #execute(
    ready: Ready,
    context: Context,
    rootValue: unknown,
  ): ExecutionResult | Promise<ExecutionResult> {
    const { prepared, operation, variables, coerced } = ready;
    const schema = this.schemaFor(context);
    const compiled = this.#compiled(prepared, operation, schema);
    // The compiler's own coercion leaves out the defaults of input fields; coercing twice changes
    // nothing.
    if (compiled)
      return compiled.query(rootValue, context, coerced) as
        | ExecutionResult
        | Promise<ExecutionResult>;
    const operationName = operation.name?.value;
    return execute({
      schema,
      document: prepared.document,
      rootValue,
      contextValue: context,
      variableValues: variables,
      operationName,
    });
  }

  /** The form of the schema that a viewer's operations are executed on. */
  schemaFor({ viewer }: Context): GraphQLSchema {
    return isClient(viewer) ? this.#clientSchema : this.schema;
  }

  #compiled(
    prepared: PreparedDocument,
    operation: OperationDefinitionNode,
    schema: GraphQLSchema,
  ): CompiledQuery | null {
    prepared.executions += 1;
    if (!this.#jit || prepared.executions < 2 || operation.operation !== 'query') return null;
    const key = `${schema === this.#clientSchema ? 'client' : 'member'} ${operation.name?.value ?? ''}`;
    let compiled = prepared.compiled.get(key);
    if (compiled === undefined) {
      const fields = selectedFieldCount(schema, prepared.document, operation);
      compiled = isCompilable(schema, { document: prepared.document, operation, fields })
        ? compile(schema, prepared.document, operation)
        : null;
      prepared.compiled.set(key, compiled);
      if (compiled !== null) {
        prepared.compiledFields += fields;
        this.#documents.grew(prepared);
      }
    }
    return compiled;
  }
}

/**
 * Strings, numbers, booleans, ids and enum values come from resolvers as the schema has them: their
 * types say so, and every enum's values are its names (checked at start, schema.ts). Compiled code
 * therefore only looks whether they are null or errors. Checking each once more made an array and
 * an object a field for the error that it might find: 37 instead of 9 µs for 50 rows of 7 fields.
 */
function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledQuery | null {
  try {
    const compiled = compileQuery(schema, document, operation.name?.value ?? '', {
      disableLeafSerialization: true,
    });
    return isCompiledQuery(compiled) ? compiled : null;
  } catch {
    // What the compiler does not support is executed by graphql-js.
    return null;
  }
}

function noOperation(operationName: string | null | undefined): GraphQLError {
  return codedError(
    'BAD_REQUEST',
    operationName
      ? `The document has no operation named "${operationName}".`
      : 'Name one of the operations of the document in operationName.',
  );
}
