import type { Step } from './documents.ts';

const IN_TEMPLATES = /\{\{-?\s*input\.([\p{L}\p{N}_-]+)/gu;
const IN_CONDITIONS = /\binput\.([\p{L}\p{N}_-]+)/gu;

/** What the steps read of an execution's input, in the order in which they do. */
export function inputNames(steps: readonly Pick<Step, 'input' | 'when'>[]): string[] {
  const names = steps.flatMap(({ input, when }) => [
    ...JSON.stringify(input ?? null).matchAll(IN_TEMPLATES),
    ...(when ?? '').matchAll(IN_CONDITIONS),
  ]);
  return [...new Set(names.map(([, name]) => name ?? ''))];
}

/** JSON to fill in. */
export function inputToFillIn(steps: readonly Pick<Step, 'input' | 'when'>[]): string {
  return JSON.stringify(Object.fromEntries(inputNames(steps).map((name) => [name, ''])), null, 2);
}

/** What was typed as an object, or why it is none. */
export function parseJsonObject(text: string): { input: object } | { problem: string } {
  try {
    const input: unknown = JSON.parse(text.trim() || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { input };
    return { problem: 'Expected an object, such as { "name": "Ada" }.' };
  } catch (error) {
    return {
      problem: `This is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
