/** Finds what is wrong with a template before it renders anything. */
import {
  MAX_HEADING_LENGTH,
  MAX_SOURCE_LENGTH,
  MAX_TAGS,
  parseTemplate,
  TEMPLATE_FIELDS,
  type TemplateField,
} from './engine.ts';

/** What is wrong with a template, and where; the message is a phrase without a full stop. */
export interface TemplateProblem {
  /** Index of the section. */
  section: number;
  field: TemplateField;
  /** From 1, in the source of that field. */
  line: number;
  /** From 1. */
  column: number;
  message: string;
}

type Sections = readonly Readonly<Record<TemplateField, string>>[];

/**
 * The first problem of each heading and body: it does not parse, or names a filter or tag that does
 * not exist. If the template is too large, that is the only problem. Empty if all is well.
 */
export function checkTemplate(sections: Sections): TemplateProblem[] {
  const tooLarge = sizeProblem(sections);
  if (tooLarge !== null) return [tooLarge];
  return sections.flatMap((section, index) =>
    TEMPLATE_FIELDS.flatMap((field) => {
      const problem = parseProblem(field, section[field]);
      return problem === null ? [] : [{ section: index, field, ...problem }];
    }),
  );
}

/** A problem at the section that makes the template too long, or exceeds the number of tags. */
function sizeProblem(sections: Sections): TemplateProblem | null {
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

function parseProblem(
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

/**
 * The place and the reason of an error that Liquid threw. Line and column count from 1, and are
 * null if the error has none.
 */
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
