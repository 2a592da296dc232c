/**
 * What runs in a thread that checks schemas and inputs (input-schema.ts). The time of each check is
 * bounded: a pattern may backtrack for hours. Each schema is compiled by an instance of its own,
 * which knows no schema of anybody else and is dropped afterwards; that takes a few milliseconds.
 */
import type { ErrorObject } from 'ajv';
import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { UserError } from '../../platform/errors.ts';
import { TooSlowError, withinMs } from '../../platform/time-limit.ts';
import type { JsonObject } from './definition.ts';

/** A schema to check, or an input to check against it. */
export interface SchemaTask {
  schema: JsonObject;
  /** Null: the schema itself is checked. */
  input: JsonObject | null;
}

const LIMIT_MS = 500;
const MAX_ERRORS = 50;

const OPTIONS: Options = {
  // Unknown keywords are refused: most are misspelt ones, which would check nothing.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  allErrors: true,
  logger: false,
};

/** Knows the schema of schemas, and checks others against it without compiling them. */
const checker = new Ajv2020(OPTIONS);
// Compiles the schema of schemas, now and without a limit.
void checker.validateSchema({});

/** Returns what is wrong; nothing where the list is empty. */
export default function checkInThread({ schema, input }: SchemaTask): UserError[] {
  return input === null ? schemaProblems(schema) : inputProblems(schema, input);
}

function compile(schema: JsonObject) {
  const ajv = new Ajv2020({ ...OPTIONS, meta: false, validateSchema: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

/** What is wrong with a schema that is to be saved. */
function schemaProblems(schema: JsonObject): UserError[] {
  const problem = (message: string, path: readonly string[] = []): UserError => ({
    code: 'INVALID',
    field: ['inputSchema', ...path],
    message,
  });
  try {
    const isValid = withinMs(LIMIT_MS, () => checker.validateSchema(schema));
    if (!isValid)
      return (checker.errors ?? [])
        .slice(0, 1)
        .map((error) => problem(messageOf(error), pathOf(error.instancePath)));
    withinMs(LIMIT_MS, () => compile(schema));
    return [];
  } catch (error) {
    if (error instanceof TooSlowError) return [problem('Expected a schema that is simpler.')];
    const reason = error instanceof Error ? error.message : String(error);
    return [problem(`Expected a JSON Schema of draft 2020-12: ${reason.slice(0, 300)}.`)];
  }
}

function inputProblems(schema: JsonObject, input: JsonObject): UserError[] {
  try {
    return withinMs(LIMIT_MS, () => {
      const validate = compile(schema);
      return validate(input) ? [] : (validate.errors ?? []).slice(0, MAX_ERRORS).map(problemOf);
    });
  } catch (error) {
    if (!(error instanceof TooSlowError)) throw error;
    const message = "It takes too long to check the input against the workflow's inputSchema.";
    return [{ code: 'INVALID', field: ['input'], message }];
  }
}

function problemOf(error: ErrorObject): UserError {
  const { keyword, instancePath, params } = error;
  const path = ['input', ...pathOf(instancePath)];
  if (keyword === 'required')
    return {
      code: 'REQUIRED',
      field: [...path, String(params['missingProperty'])],
      message: 'Expected a value.',
    };
  const unknown: unknown = params['additionalProperty'] ?? params['unevaluatedProperty'];
  if (typeof unknown === 'string')
    return { code: 'INVALID', field: [...path, unknown], message: 'Expected no key of this name.' };
  return { code: 'INVALID', field: path, message: messageOf(error) };
}

/** Ajv's own words, such as "must be string", as a sentence. */
function messageOf({ keyword, message = 'must fit the schema', params }: ErrorObject): string {
  const details =
    keyword === 'enum' ? `: ${JSON.stringify(params['allowedValues']).slice(1, -1)}` : '';
  return `The value ${message}${details}.`.slice(0, 500);
}

/** A JSON Pointer as its parts. */
function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
