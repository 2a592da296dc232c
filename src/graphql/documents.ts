/**
 * Turns the text of a document into something that can be executed. Documents that signed-in users
 * ran are kept, bounded by the memory that they really take. What a stranger sends is never kept,
 * and costs next to nothing unless it turns out to be introspection.
 */
import { hash } from 'node:crypto';
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  specifiedRules,
  validate,
} from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Config } from '../platform/config.ts';
import { unauthenticated } from '../tenancy/index.ts';
import { costOf, type OperationCost } from './cost.ts';
import { asGraphQLError, codedError } from './errors.ts';
import { asksOnlyFor, noIntrospectionRule } from './introspection.ts';
import {
  FIXED_QUERY_LIMITS,
  parseWithLimits,
  type QueryLimits,
  structureErrors,
} from './limits.ts';
import { keptDocumentBytes, keptDocuments } from './metrics.ts';
import { withoutRepetitions } from './repetitions.ts';

/** For all documents of a process: about 1,000 of 650 characters, or 200 of them compiled. */
const MAX_KEPT_BYTES = 64 * 1_048_576;
/**
 * Bytes of the syntax tree for each character of the text: measured 50 to 100, most where names are
 * short.
 */
const BYTES_PER_CHARACTER = 100;
const BYTES_PER_DOCUMENT = 4_096;
/**
 * Bytes of compiled code for each selected field, fragments written out: measured 1,600 to 1,800
 * before it runs.
 */
const BYTES_PER_COMPILED_FIELD = 3_000;
const MAX_ERRORS = 5;

/**
 * What strangers may send where introspection is on: the largest introspection query in use has
 * 2,900 characters and 214 tokens.
 */
const STRANGER_WITH_INTROSPECTION = {
  characters: 8_000,
  tokens: 500,
  fields: new Set(['__typename', '__schema', '__type']),
};
const STRANGER = { characters: 200, tokens: 20, fields: new Set(['__typename']) };

/** A document that may be executed. */
export interface PreparedDocument {
  /** Tells it apart from all others of the process. */
  id: number;
  /** Its text. */
  source: string;
  /** The SHA-256 of its text, in hexadecimal digits. */
  hash: string;
  document: DocumentNode;
  cost: OperationCost;
  /** Compiled operations by form of the schema and name; null if it can't be compiled. */
  compiled: Map<string, CompiledQuery | null>;
  /** The fields that all of them select, with fragments written out. */
  compiledFields: number;
  executions: number;
  /** Whether it was kept once: then running it again has nothing to keep. */
  isKept: boolean;
}

/** A document, or why it is refused. */
export type Preparation =
  | { prepared: PreparedDocument; errors?: undefined }
  | { prepared?: undefined; errors: readonly GraphQLError[] };

/** The documents of a process, parsed, checked and with their cost; kept by text, within 64 MiB. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #limits: QueryLimits;
  readonly #introspection: boolean;
  #prepared = 0;
  readonly #kept = new LRUCache<string, PreparedDocument>({
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: bytesOf,
  });

  constructor(schema: GraphQLSchema, config: Config) {
    this.#schema = schema;
    this.#limits = {
      maxTokens: config.MAX_TOKENS,
      maxDepth: config.MAX_DEPTH,
      maxCost: config.MAX_COST,
      ...FIXED_QUERY_LIMITS,
    };
    this.#introspection = config.INTROSPECTION;
  }

  get limits(): QueryLimits {
    return this.#limits;
  }

  /** The kept document of a text, or a new one, which `keep` then keeps. Errors are not kept. */
  prepare(source: string): Preparation {
    const kept = this.kept(source);
    if (kept) return { prepared: kept };
    try {
      return this.#analyse(source, parseWithLimits(source, this.#limits));
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    }
  }

  /** Whether the text is that of a kept document. */
  isKept(source: string): boolean {
    return this.#kept.has(source);
  }

  /** The kept document of a text; undefined if none is kept. */
  kept(source: string): PreparedDocument | undefined {
    return this.#kept.get(source);
  }

  /** Keeps a document that a signed-in user runs. */
  keep(prepared: PreparedDocument): void {
    if (prepared.isKept) return;
    prepared.isKept = true;
    this.#keep(prepared);
  }

  /** Counts the memory by which a kept document has grown since it was compiled. */
  grew(prepared: PreparedDocument): void {
    if (this.#kept.peek(prepared.source) !== prepared) return;
    // Setting a value that the cache holds already would not update its size.
    this.#kept.delete(prepared.source);
    this.#keep(prepared);
  }

  #keep(prepared: PreparedDocument): void {
    this.#kept.set(prepared.source, prepared);
    keptDocuments.set(this.#kept.size);
    keptDocumentBytes.set(this.#kept.calculatedSize);
  }

  /**
   * The document of somebody who is not signed in: `__typename`, and introspection where it is on;
   * UNAUTHENTICATED for everything else, also for what is too long to be either. Errors of syntax
   * and limits reveal nothing about the schema, so they are reported.
   */
  prepareForStranger(source: string): Preparation {
    const allowed = this.#introspection ? STRANGER_WITH_INTROSPECTION : STRANGER;
    if (source.length > allowed.characters) return refused();
    try {
      const document = parseWithLimits(source, { maxTokens: allowed.tokens });
      if (!asksOnlyFor(document, allowed.fields)) return refused();
      const { prepared, errors } = this.#analyse(source, document);
      if (prepared) return { prepared };
      return isAbout(errors, 'GRAPHQL_VALIDATION_FAILED') ? refused() : { errors };
    } catch (error) {
      const errors = [asGraphQLError(error)];
      return isAbout(errors, 'QUERY_TOO_COMPLEX') ? refused() : { errors };
    }
  }

  /** "Did you mean" would reveal names of a schema that can't be queried. */
  withoutHints(message: string): string {
    if (this.#introspection || !message.endsWith('?')) return message;
    // The hint comes last. A regular expression is quadratic in a message that repeats what a
    // client sent.
    const hint = message.lastIndexOf('Did you mean');
    return hint === -1 ? message : message.slice(0, hint).trimEnd();
  }

  #nextId(): number {
    this.#prepared += 1;
    return this.#prepared;
  }

  #analyse(source: string, document: DocumentNode): Preparation {
    // Limits come first: a document that exceeds them could make validation itself slow.
    const structure = structureErrors(document, this.#limits);
    if (structure.length > 0) return { errors: structure };
    const cost = costOf(this.#schema, document);
    const merged = withoutRepetitions(document);
    const rules = this.#introspection ? specifiedRules : [...specifiedRules, noIntrospectionRule];
    const errors = validate(this.#schema, merged, rules, { maxErrors: MAX_ERRORS });
    if (errors.length > 0)
      return {
        errors: errors.map((error) =>
          codedError('GRAPHQL_VALIDATION_FAILED', this.withoutHints(error.message), error),
        ),
      };
    return {
      prepared: {
        id: this.#nextId(),
        source,
        hash: hash('sha256', source),
        document: merged,
        cost,
        compiled: new Map(),
        compiledFields: 0,
        executions: 0,
        isKept: false,
      },
    };
  }
}

function refused(): Preparation {
  return { errors: [asGraphQLError(unauthenticated('NO_TOKEN'))] };
}

function isAbout(errors: readonly GraphQLError[], code: string): boolean {
  return errors.some((error) => error.extensions['code'] === code);
}

function bytesOf({ source, compiledFields }: PreparedDocument): number {
  return (
    BYTES_PER_DOCUMENT +
    source.length * BYTES_PER_CHARACTER +
    compiledFields * BYTES_PER_COMPILED_FIELD
  );
}
