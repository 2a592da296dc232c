/** What is wrong with a template before anybody renders it. */
import { MAX_SOURCE_LENGTH, parseTemplate, type TemplateField } from './engine.ts';

/** Characters of a heading's source: it is one line. */
const MAX_HEADING_LENGTH = 500;

export interface TemplateProblem {
  /** Index of the section. */
  section: number;
  field: TemplateField;
  /** From 1, in the source of that field. */
  line: number;
  column: number;
  message: string;
}

/** The first problem of each heading and body: it does not parse, or names a filter or tag that does not exist. */
export function checkTemplate(sections: readonly { heading: string; body: string }[]): TemplateProblem[] {
  return sections.flatMap((section, index) =>
    (['heading', 'body'] as const).flatMap((field) => {
      const problem = problemOf(field, section[field]);
      return problem === null ? [] : [{ section: index, field, ...problem }];
    }),
  );
}

function problemOf(field: TemplateField, source: string): Pick<TemplateProblem, 'line' | 'column' | 'message'> | null {
  const limit = field === 'heading' ? MAX_HEADING_LENGTH : MAX_SOURCE_LENGTH;
  if (source.length > limit) return { line: 1, column: 1, message: `is longer than ${limit} characters` };
  try {
    parseTemplate(field, source);
    return null;
  } catch (error) {
    const { line, column, reason } = liquidProblem(error);
    return { line: line ?? 1, column: column ?? 1, message: reason };
  }
}

/** Where and what, from an error of Liquid's. */
export function liquidProblem(error: unknown): { line: number | null; column: number | null; reason: string } {
  const { message, token } = error as { message?: string; token?: { getPosition?: () => [number, number] } };
  const [line, column] = token?.getPosition?.() ?? [null, null];
  return { line, column, reason: String(message ?? 'does not parse').replace(/, (file:.*, )?line:\d+, col:\d+$/s, '') };
}
