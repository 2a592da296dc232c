/**
 * Describes how the schema of the code differs from the one in a file, in a few lines for people.
 */
import {
  buildASTSchema,
  type DocumentNode,
  findBreakingChanges,
  type GraphQLSchema,
  lexicographicSortSchema,
  parse,
  print,
  printSchema,
} from 'graphql';

const MAX_LINES = 40;

/** The text of a schema, sorted by name, so that moving code does not move its lines. */
export function printSorted(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

/**
 * The lines that only one of the schemas has, by definition, at most 40; then the changes that
 * break clients of the committed one. If that is missing or not a schema, says so.
 */
export function compareSchemas(committed: string, current: GraphQLSchema): string {
  if (committed.trim() === '') return 'The file is missing or empty.';
  const before = parseOrNull(committed);
  if (before === null) return 'The file is not a GraphQL schema.';
  const after = parse(printSorted(current));
  const lines = differences(definitionsOf(before), definitionsOf(after));
  const shown =
    lines.length > MAX_LINES
      ? [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more lines`]
      : lines;
  const difference =
    shown.length > 0 ? shown : ['Only the order or the layout of the file is different.'];
  return [...difference, ...breakingChanges(before, current)].join('\n');
}

function parseOrNull(text: string): DocumentNode | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

/** The lines of each definition, by its kind and name. */
function definitionsOf(document: DocumentNode): Map<string, string[]> {
  return new Map(
    document.definitions.map((definition) => {
      const name =
        'name' in definition && definition.name ? definition.name.value : definition.kind;
      return [`${definition.kind} ${name}`, print(definition).split('\n')];
    }),
  );
}

function differences(before: Map<string, string[]>, after: Map<string, string[]>): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, next] = [before.get(name) ?? [], after.get(name)];
    // 'ObjectTypeDefinition Contact' is shown as 'object Contact'.
    const title = name.replace(
      /^(\w+?)(TypeDefinition|Definition)? /,
      (_match, kind: string) => `${kind.toLowerCase()} `,
    );
    if (next === undefined) return [`${title}: removed`];
    const removed = old.filter((line) => !next.includes(line)).map((line) => `  - ${line}`);
    const added = next.filter((line) => !old.includes(line)).map((line) => `  + ${line}`);
    return removed.length + added.length > 0 ? [`${title}:`, ...removed, ...added] : [];
  });
}

function breakingChanges(before: DocumentNode, current: GraphQLSchema): string[] {
  const changes = findBreakingChanges(buildASTSchema(before, { assumeValidSDL: true }), current);
  if (changes.length === 0) return ['None of this breaks clients.'];
  return ['This breaks clients:', ...changes.map((change) => `  ! ${change.description}`)];
}
