/** What is wrong with a template before anybody renders it. */
import {
  MAX_HEADING_LENGTH,
  MAX_SOURCE_LENGTH,
  MAX_TAGS,
  parseTemplate,
  type TemplateField,
} from './engine.ts';

export interface TemplateProblem {
  /** Index of the section. */
  section: number;
  field: TemplateField;
  /** From 1, in the source of that field. */
  line: number;
  column: number;
  message: string;
}

/**
 * The first problem of each heading and body: it does not parse, or names a filter or tag that does
 * not exist.
 */
export function checkTemplate(
  sections: readonly { heading: string; body: string }[],
): TemplateProblem[] {
  const tooLong = problemOfLength(sections);
  if (tooLong !== null) return [tooLong];
  return sections.flatMap((section, index) =>
    (['heading', 'body'] as const).flatMap((field) => {
      const problem = problemOf(field, section[field]);
      return problem === null ? [] : [{ section: index, field, ...problem }];
    }),
  );
}

/** At the section with which the template becomes too long, or has too much in it. */
function problemOfLength(
  sections: readonly { heading: string; body: string }[],
): TemplateProblem | null {
  let length = 0;
  let tags = 0;
  for (const [section, { heading, body }] of sections.entries()) {
    const place = { section, field: 'body', line: 1, column: 1 } as const;
    length += heading.length + body.length;
    if (length > MAX_SOURCE_LENGTH)
      return {
        ...place,
        message: `all sections together are longer than ${MAX_SOURCE_LENGTH} characters`,
      };
    tags += tagsOf(heading) + tagsOf(body);
    if (tags > MAX_TAGS)
      return {
        ...place,
        message: `all sections together have more than ${MAX_TAGS} tags and outputs`,
      };
  }
  return null;
}

function tagsOf(source: string): number {
  return source.match(/\{[{%]/g)?.length ?? 0;
}

function problemOf(
  field: TemplateField,
  source: string,
): Pick<TemplateProblem, 'line' | 'column' | 'message'> | null {
  if (field === 'heading' && source.length > MAX_HEADING_LENGTH)
    return { line: 1, column: 1, message: `is longer than ${MAX_HEADING_LENGTH} characters` };
  try {
    parseTemplate(field, source);
    return null;
  } catch (error) {
    const { line, column, reason } = liquidProblem(error);
    return { line: line ?? 1, column: column ?? 1, message: reason };
  }
}

/** Where and what, from an error of Liquid's. */
export function liquidProblem(error: unknown): {
  line: number | null;
  column: number | null;
  reason: string;
} {
  const { message, token } = error as {
    message?: string;
    token?: { getPosition?: () => [number, number] };
  };
  const [line, column] = token?.getPosition?.() ?? [null, null];
  const reason = String(message ?? 'does not parse').replace(/, line:\d+, col:\d+$/, '');
  return {
    line,
    column,
    reason: reason.startsWith('Maximum call stack') ? 'is nested too deeply' : reason,
  };
}
