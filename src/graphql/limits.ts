/**
 * The limits on a GraphQL document that are checked before anything runs: its tokens and bracket
 * nesting while parsing, then depth, aliases, directives and root fields of its operations. What an
 * operation may cost is in cost.ts. Each violation is one GraphQLError with the code
 * QUERY_TOO_COMPLEX that names the limit and the value.
 *
 * Words: a level is one selection set with its inline fragments and fragment spreads expanded; the
 * root field is at depth 1. A fragment is visited once and its numbers are reused at each spread,
 * so the work is linear in the document although the expanded query may be exponential.
 */
import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql';
import { type Fragments, fragmentsOf } from './fragments.ts';

/** The limits of one document; every count is inclusive (a depth of `maxDepth` is allowed). */
export interface QueryLimits {
  /** Lexical tokens, comments not counted. */
  maxTokens: number;
  /** Levels of fields; what is under `__schema` and `__type` has a limit of its own. */
  maxDepth: number;
  /** Levels of fields from `__schema` or `__type` on. */
  maxIntrospectionDepth: number;
  /** Objects that an operation may load, as `costOf` counts them. */
  maxCost: number;
  maxAliasesPerLevel: number;
  /** Aliases of one operation, each spread of a fragment counted. */
  maxAliases: number;
  /** Directives of one operation, each spread of a fragment counted. */
  maxDirectives: number;
  maxRootFields: number;
}

/** The limits that no deployment has a reason to change; the others come from the configuration. */
export const FIXED_QUERY_LIMITS = {
  // GraphiQL's own query is 13 deep; code generators ask for a few more ofType.
  maxIntrospectionDepth: 20,
  maxAliasesPerLevel: 30,
  maxAliases: 200,
  maxDirectives: 50,
  maxRootFields: 20,
} as const;

/**
 * The nesting of braces, brackets and parentheses. graphql-js parses, visits and coerces by
 * recursion: 1,990 list brackets are within 2,000 tokens and overflow the stack of its parser.
 * GraphiQL's introspection query, the deepest in wide use, nests 15.
 */
const MAX_NESTING = 100;

/**
 * Parses a document whose tokens and nesting are checked first, so that no source can overflow the
 * stack. Throws a GraphQLError: QUERY_TOO_COMPLEX over a limit, GRAPHQL_PARSE_FAILED on bad syntax.
 */
export function parseWithLimits(
  source: string,
  limits: Pick<QueryLimits, 'maxTokens'>,
): DocumentNode {
  try {
    checkTokens(source, limits.maxTokens);
    return parse(source);
  } catch (error) {
    if (!(error instanceof GraphQLError) || error.extensions.code !== undefined) throw error;
    throw new GraphQLError(error.message, {
      source: error.source,
      positions: error.positions,
      originalError: error,
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
  }
}

/** One error for each structural limit that some operation of the document exceeds. */
export function structureErrors(document: DocumentNode, limits: QueryLimits): GraphQLError[] {
  const survey: Survey = { fragments: fragmentsOf(document), shapes: new Map() };
  const worst = emptyShape();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      takeLarger(worst, operationShape(survey, definition));
  }
  return [
    overLimit('depth', worst.depth, limits.maxDepth),
    overLimit('introspection depth', worst.introspectionDepth, limits.maxIntrospectionDepth),
    overLimit('alias count on one level', worst.widestLevel, limits.maxAliasesPerLevel),
    overLimit('alias count', worst.aliases, limits.maxAliases),
    overLimit('directive count', worst.directives, limits.maxDirectives),
    overLimit('root field count', worst.levelFields, limits.maxRootFields),
  ].filter((error) => error !== null);
}

/** The error of an operation whose cost, as `costOf` counts it, is over the limit. */
export function costError(cost: number, limits: Pick<QueryLimits, 'maxCost'>): GraphQLError | null {
  return overLimit('cost', cost, limits.maxCost);
}

function overLimit(name: string, value: number, limit: number): GraphQLError | null {
  if (value <= limit) return null;
  const shown = value >= Number.MAX_SAFE_INTEGER ? `${value} or more` : value;
  return tooComplex(`Query ${name} ${shown} is over the limit of ${limit}.`);
}

function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX' } });
}

// The lexer alone takes 40 % of the time of parsing (1 µs for 200 bytes); only new documents are
// parsed.
function checkTokens(source: string, maxTokens: number): void {
  const lexer = new Lexer(new Source(source));
  let nesting = 0;
  for (let count = 1; lexer.advance().kind !== TokenKind.EOF; count++) {
    if (count > maxTokens)
      throw tooComplex(
        `Query token count is over the limit of ${maxTokens}: token ${count} was reached.`,
      );
    nesting += nestingStep(lexer.token.kind);
    if (nesting > MAX_NESTING)
      throw tooComplex(`Query bracket nesting ${nesting} is over the limit of ${MAX_NESTING}.`);
  }
}

function nestingStep(kind: TokenKind): number {
  switch (kind) {
    case TokenKind.BRACE_L:
    case TokenKind.BRACKET_L:
    case TokenKind.PAREN_L:
      return 1;
    case TokenKind.BRACE_R:
    case TokenKind.BRACKET_R:
    case TokenKind.PAREN_R:
      return -1;
    default:
      return 0;
  }
}

/** The numbers of one selection set with everything under it, capped at Number.MAX_SAFE_INTEGER. */
interface Shape {
  depth: number;
  /** The depth from a `__schema` or `__type` on, which itself counts. */
  introspectionDepth: number;
  /** Fields and aliases of this level itself. */
  levelFields: number;
  levelAliases: number;
  /** Most aliases on one level, this one or below. */
  widestLevel: number;
  /** Aliases and directives of this level and all below. */
  aliases: number;
  directives: number;
}

interface Survey {
  fragments: Fragments;
  /**
   * By fragment name. A fragment that is being counted has zeros, which ends cycles (validation
   * refuses them).
   */
  shapes: Map<string, Shape>;
}

function emptyShape(): Shape {
  return {
    depth: 0,
    introspectionDepth: 0,
    levelFields: 0,
    levelAliases: 0,
    widestLevel: 0,
    aliases: 0,
    directives: 0,
  };
}

function operationShape(survey: Survey, operation: OperationDefinitionNode): Shape {
  const shape = selectionShape(survey, operation.selectionSet);
  for (const variable of operation.variableDefinitions ?? [])
    shape.directives += directivesOf(variable);
  shape.directives += directivesOf(operation);
  return shape;
}

function selectionShape(survey: Survey, set: SelectionSetNode): Shape {
  const shape = emptyShape();
  for (const selection of set.selections) addSelection(survey, shape, selection);
  shape.widestLevel = Math.max(shape.widestLevel, shape.levelAliases);
  return shape;
}

function addSelection(survey: Survey, shape: Shape, selection: SelectionNode): void {
  shape.directives = add(shape.directives, directivesOf(selection));
  if (selection.kind === Kind.FIELD) {
    const below = selection.selectionSet
      ? selectionShape(survey, selection.selectionSet)
      : emptyShape();
    const alias = selection.alias ? 1 : 0;
    shape.levelFields = add(shape.levelFields, 1);
    shape.levelAliases = add(shape.levelAliases, alias);
    shape.aliases = add(shape.aliases, alias);
    below.depth += 1;
    if (isIntrospection(selection.name.value))
      Object.assign(below, { depth: 0, introspectionDepth: below.depth });
    addBelow(shape, below);
  } else {
    const part =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selectionShape(survey, selection.selectionSet)
        : fragmentShape(survey, selection.name.value);
    shape.levelFields = add(shape.levelFields, part.levelFields);
    shape.levelAliases = add(shape.levelAliases, part.levelAliases);
    addBelow(shape, part);
  }
}

function fragmentShape(survey: Survey, name: string): Shape {
  const known = survey.shapes.get(name);
  if (known) return known;
  const fragment = survey.fragments.get(name);
  survey.shapes.set(name, emptyShape());
  if (!fragment) return emptyShape();
  const shape = selectionShape(survey, fragment.selectionSet);
  shape.directives = add(shape.directives, directivesOf(fragment));
  survey.shapes.set(name, shape);
  return shape;
}

function addBelow(shape: Shape, below: Shape): void {
  shape.depth = Math.max(shape.depth, below.depth);
  shape.introspectionDepth = Math.max(shape.introspectionDepth, below.introspectionDepth);
  shape.widestLevel = Math.max(shape.widestLevel, below.widestLevel);
  shape.aliases = add(shape.aliases, below.aliases);
  shape.directives = add(shape.directives, below.directives);
}

function takeLarger(worst: Shape, other: Shape): void {
  worst.depth = Math.max(worst.depth, other.depth);
  worst.introspectionDepth = Math.max(worst.introspectionDepth, other.introspectionDepth);
  worst.levelFields = Math.max(worst.levelFields, other.levelFields);
  worst.widestLevel = Math.max(worst.widestLevel, other.widestLevel);
  worst.aliases = Math.max(worst.aliases, other.aliases);
  worst.directives = Math.max(worst.directives, other.directives);
}

// The usual introspection queries are deeper than operations need to be.
function isIntrospection(field: string): boolean {
  return field === '__schema' || field === '__type';
}

function directivesOf(node: Extract<ASTNode, { directives?: unknown }>): number {
  return node.directives?.length ?? 0;
}

function add(left: number, right: number): number {
  return Math.min(left + right, Number.MAX_SAFE_INTEGER);
}
