/**
 * The one form in which answers are compared: Sheaf's shape, ids as Type:uuid, dates as toISOString
 * gives them, keys sorted.
 */
import { createHash } from 'node:crypto';
import type { Dialect } from './operations.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** The types of what the id columns of PostGraphile's rows identify, by their keys. */
const ID_TYPES: Record<string, string> = {
  workPackageId: 'WorkPackage',
  phaseId: 'WorkPackagePhase',
  contactId: 'Contact',
  companyId: 'Organization',
};
const CHILD_TYPES: Record<string, string> = {
  workPackage: 'WorkPackage',
  workPackages: 'WorkPackage',
  phases: 'WorkPackagePhase',
  items: 'WorkPackageItem',
  collateral: 'Collateral',
  contacts: 'Contact',
  organization: 'Organization',
};
const ARTIFACT_TYPES: Record<string, string> = {
  blog: 'Blog',
  persona: 'Persona',
  template: 'Template',
  deck: 'Deck',
  page: 'Page',
};
const NUMERIC = new Set(['totalEstimatedHours', 'estimatedHoursEach']);
const INSTANTS = new Set(['createdAt', 'updatedAt', 'publishedAt']);

/** The canonical form of a response body; throws where it has errors or no data. */
export function canonicalAnswer(dialect: Dialect, body: string): Json {
  const parsed: unknown = JSON.parse(body);
  if (!isObject(parsed) || parsed.errors !== undefined || !isObject(parsed.data))
    throw new Error(`Expected data without errors, found ${body.slice(0, 500)}`);
  return normalise(dialect === 'postgraphile' ? fromPostgraphile(parsed.data) : parsed.data);
}

/** The sha256 of an answer, in hex. */
export function hashOf(answer: Json): string {
  return createHash('sha256').update(JSON.stringify(answer)).digest('hex');
}

/** The first place where two answers differ, for a sentence; null when they are the same. */
export function firstDifference(
  expected: Json | undefined,
  found: Json | undefined,
  path = '$',
): string | null {
  if (expected === found) return null;
  if (Array.isArray(expected) && Array.isArray(found)) {
    const length = Math.max(expected.length, found.length);
    return firstOf(length, (index) =>
      firstDifference(expected[index], found[index], `${path}[${index}]`),
    );
  }
  if (isObject(expected) && isObject(found)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return firstOf(keys.length, (index) => {
      const key = keys[index] ?? '';
      return firstDifference(expected[key], found[key], `${path}.${key}`);
    });
  }
  return `at ${path}: expected ${excerpt(expected)}, found ${excerpt(found)}`;
}

function firstOf(length: number, differenceAt: (index: number) => string | null): string | null {
  for (let index = 0; index < length; index++) {
    const difference = differenceAt(index);
    if (difference) return difference;
  }
  return null;
}

function excerpt(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function normalise(value: Json, key = ''): Json {
  if (Array.isArray(value)) return value.map((element) => normalise(element));
  if (isObject(value)) {
    const sorted = Object.keys(value).sort();
    return Object.fromEntries(sorted.map((name) => [name, normalise(value[name] ?? null, name)]));
  }
  if (typeof value !== 'string') return value;
  if (INSTANTS.has(key)) return new Date(value).toISOString();
  return key === 'id' || key.endsWith('Id') ? decodedId(value) : value;
}

function decodedId(value: string): string {
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  return /^[A-Za-z]+:[0-9a-f-]{36}$/.test(decoded) ? decoded : value;
}

/** At the root PostGraphile has lists where all others have connections. */
function fromPostgraphile(data: JsonObject): Json {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Array.isArray(value) ? { nodes: childrenOf(key, value) } : rowOf(key, value),
    ]),
  );
}

function childrenOf(key: string, value: Json): Json {
  return Array.isArray(value) ? value.map((row) => rowOf(key, row)) : rowOf(key, value);
}

function rowOf(key: string, row: Json): Json {
  if (!isObject(row)) return row;
  const fields = Object.entries(row).flatMap(([name, value]) =>
    fieldOf(CHILD_TYPES[key] ?? '', name, value),
  );
  return key === 'collateral'
    ? collateralOf(Object.fromEntries(fields), row)
    : Object.fromEntries(fields);
}

function fieldOf(type: string, name: string, value: Json): [string, Json][] {
  if (name in ARTIFACT_TYPES) return [];
  if (name === 'id') return [[name, `${type}:${value}`]];
  if (typeof value === 'string' && name in ID_TYPES) return [[name, `${ID_TYPES[name]}:${value}`]];
  if (NUMERIC.has(name)) return [[name, Number(value)]];
  return [[name, name in CHILD_TYPES ? childrenOf(name, value) : value]];
}

/** One of the five joined tables has the artifact. */
function collateralOf(fields: JsonObject, row: JsonObject): Json {
  const table = String(row.type).toLowerCase();
  const type = ARTIFACT_TYPES[table] ?? '';
  const artifact = row[table] ?? null;
  if (!isObject(artifact))
    return { ...fields, artifactId: `${type}:${row.artifactId}`, artifact: null };
  const derived = {
    id: `${type}:${artifact.id}`,
    type: row.type ?? null,
    published: artifact.status === 'PUBLISHED',
  };
  return {
    ...fields,
    artifactId: `${type}:${row.artifactId}`,
    artifact: { ...artifact, ...derived },
  };
}
