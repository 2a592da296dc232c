/** What an artifact of each type holds, how it is checked, and which columns follow from it. */
import { z } from 'zod';
import type { ArtifactType } from '../../../generated/kysely.ts';
import { name, text } from '../../platform/input.ts';
import { searchText } from '../../platform/text.ts';
import { ARTIFACT_TYPES, ARTIFACTS } from './types.ts';

/** 1 MB, in bytes of UTF-8. */
export const CONTENT_BYTES = 1_000_000;
export const LIST_LENGTH = 100;
export const ENTRY_LENGTH = 1_000;
export const MAX_SLIDES = 500;
export const HEADING_LENGTH = 500;
export const PATH_LENGTH = 2_000;

/** Text with more characters than the allowed bytes fails `text` already: one error is enough. */
const content = () =>
  text(CONTENT_BYTES).refine(
    (value) => value.length > CONTENT_BYTES || Buffer.byteLength(value) <= CONTENT_BYTES,
    'Expected at most 1 MB of text.',
  );
const list = () =>
  z.array(name(ENTRY_LENGTH)).max(LIST_LENGTH, `Expected at most ${LIST_LENGTH} entries.`);
const slides = () =>
  z
    .array(z.object({ heading: name(HEADING_LENGTH), body: content(), notes: content().nullish() }))
    .max(MAX_SLIDES, `Expected at most ${MAX_SLIDES} slides.`)
    .refine(
      (all) => Buffer.byteLength(JSON.stringify(all)) <= CONTENT_BYTES,
      'Expected at most 1 MB of slides.',
    );

const Blog = z.object({
  slug: name().nullish(),
  subtitle: name(HEADING_LENGTH).nullish(),
  content: content(),
});
const Persona = z.object({
  role: name().nullish(),
  goals: list().nullish(),
  painPoints: list().nullish(),
  narrative: content(),
});
const Template = z.object({ subject: name(HEADING_LENGTH).nullish(), body: content() });
const Deck = z.object({ slides: slides() });
type Slide = z.output<typeof Deck>['slides'][number];
const Page = z.object({ path: name(PATH_LENGTH), content: content() });

/** The body of an artifact, by the table of its type; @oneOf makes sure that one is given. */
export const ArtifactBody = z.object({
  blog: Blog.nullish(),
  persona: Persona.nullish(),
  template: Template.nullish(),
  deck: Deck.nullish(),
  page: Page.nullish(),
});
export type ArtifactBody = z.output<typeof ArtifactBody>;

/** The body that was given: its key in the input, its type and its columns. */
export function givenBody(body: ArtifactBody): {
  key: keyof ArtifactBody;
  type: ArtifactType;
  columns: Record<string, unknown>;
} {
  for (const type of ARTIFACT_TYPES) {
    const key = ARTIFACTS[type].table;
    const columns = body[key];
    if (columns != null) return { key, type, columns };
  }
  throw new Error('The artifact body is empty.');
}

/** The columns that follow from an artifact's title and content. */
export function derivedColumns(
  type: ArtifactType,
  row: Record<string, unknown>,
): Record<string, unknown> {
  const search = (...columns: string[]) => ({
    searchText: searchText(...['title', ...columns].map((column) => row[column] as string | null)),
  });
  switch (type) {
    case 'BLOG':
      return { wordCount: countWords(String(row['content'])), ...search('subtitle', 'slug') };
    case 'PERSONA':
      return { goals: row['goals'] ?? [], painPoints: row['painPoints'] ?? [], ...search('role') };
    case 'TEMPLATE':
      return { placeholders: findPlaceholders(String(row['body'])), ...search('subject') };
    case 'DECK':
      return {
        slides: slidesJson(row['slides'] as Slide[]),
        slideCount: (row['slides'] as Slide[]).length,
        ...search(),
      };
    case 'PAGE':
      return search('path');
  }
}

/** The same slides give the same text, in whatever order their keys were given or stored. */
function slidesJson(all: readonly Slide[]): string {
  return JSON.stringify(
    all.map(({ heading, body, notes }) => ({ heading, body, notes: notes ?? null })),
  );
}

/** Words are runs without white space that hold a letter or a digit. */
export function countWords(content: string): number {
  let words = 0;
  for (const [run] of content.matchAll(/\S+/g)) if (/[\p{L}\p{N}]/u.test(run)) words += 1;
  return words;
}

/** The names in {{ … }}, without filters, sorted, each once. */
export function findPlaceholders(body: string): string[] {
  const names = [
    ...body.matchAll(/\{\{-?\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*(?:\|[^{}]*)?-?\}\}/gu),
  ].map((match) => (match[1] ?? '').replace(/-$/, ''));
  return [...new Set(names)].sort();
}
