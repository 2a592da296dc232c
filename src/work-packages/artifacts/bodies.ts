/** The content of each type of artifact: how it is checked, and which columns follow from it. */
import { z } from 'zod';
import type { ArtifactType } from '../../../generated/kysely.ts';
import { name, text } from '../../platform/input.ts';
import { searchText } from '../../platform/text.ts';
import { ARTIFACT_TYPES, ARTIFACTS } from './types.ts';

/** 1 MB, in bytes of UTF-8. */
const CONTENT_BYTES = 1_000_000;
const LIST_LENGTH = 100;
const ENTRY_LENGTH = 1_000;
const MAX_SLIDES = 500;
const HEADING_LENGTH = 500;
const PATH_LENGTH = 2_000;

/**
 * Text with more characters than allowed bytes already fails the check of `text`, and one error is
 * enough.
 */
const content = () =>
  text(CONTENT_BYTES).refine(
    (value) => value.length > CONTENT_BYTES || Buffer.byteLength(value) <= CONTENT_BYTES,
    'Expected at most 1 MB of text.',
  );
const list = () =>
  z.array(name(ENTRY_LENGTH)).max(LIST_LENGTH, `Expected at most ${LIST_LENGTH} entries.`);

/** Parses to the columns of the table blog that a user writes. */
export const BlogBody = z
  .object({
    slug: name().nullish().describe('The last part of its address on the web; null for none.'),
    subtitle: name(HEADING_LENGTH).nullish().describe('The line below the title; null for none.'),
    content: content().describe('The text, such as Markdown: at most 1 MB in UTF-8.'),
  })
  .describe('The content of a blog post, besides its title.');

/** Parses to the columns of the table persona that a user writes. */
export const PersonaBody = z
  .object({
    role: name().nullish().describe('The job of such a person; null for none.'),
    goals: list().default([]).describe('What such a person wants to achieve, in order.'),
    painPoints: list().default([]).describe('What such a person struggles with, in order.'),
    narrative: content().describe(
      'The portrait as a text, such as Markdown: at most 1 MB in UTF-8.',
    ),
  })
  .describe('The content of a persona, besides its title.');

/** Parses to the columns of the table template that a user writes. */
export const TemplateBody = z
  .object({
    subject: name(HEADING_LENGTH)
      .nullish()
      .describe('The subject line of the e-mail that it makes; null for none.'),
    body: content().describe(
      'The text, with placeholders such as {{ name }}: at most 1 MB in UTF-8.',
    ),
  })
  .describe('The content of a template, besides its title.');

/** One slide, as the JSON of a deck holds it. */
export const SlideBody = z
  .object({
    heading: name(HEADING_LENGTH).describe('The title of the slide.'),
    body: content().describe('What the slide shows, such as Markdown.'),
    notes: content().nullish().describe('Notes for the speaker; null for none.'),
  })
  .describe('One slide of a deck.');

/** Parses to the columns of the table deck that a user writes; the slides are not yet JSON text. */
export const DeckBody = z
  .object({
    slides: z
      .array(SlideBody)
      .max(MAX_SLIDES, `Expected at most ${MAX_SLIDES} slides.`)
      .refine(
        (all) => Buffer.byteLength(JSON.stringify(all)) <= CONTENT_BYTES,
        'Expected at most 1 MB of slides.',
      )
      .describe('The slides, in order. At most 1 MB in all.'),
  })
  .describe('The content of a deck, besides its title.');
type Slide = z.output<typeof SlideBody>;

/** Parses to the columns of the table page that a user writes. */
export const PageBody = z
  .object({
    path: name(PATH_LENGTH).describe('The path of the page on its site, such as /about.'),
    content: content().describe('The text, such as Markdown: at most 1 MB in UTF-8.'),
  })
  .describe('The content of a web page, besides its title.');

/** The body of an artifact, by the table of its type; @oneOf ensures that exactly one is given. */
export const ArtifactBody = z
  .object({
    blog: BlogBody.nullish().describe('Makes a Blog: a post with its text.'),
    persona: PersonaBody.nullish().describe('Makes a Persona: a portrait of a typical customer.'),
    template: TemplateBody.nullish().describe('Makes a Template: a text with placeholders.'),
    deck: DeckBody.nullish().describe('Makes a Deck: a presentation in slides.'),
    page: PageBody.nullish().describe('Makes a Page: a web page with its text.'),
  })
  .describe('The content of an artifact; the field that is given decides its type.');
/** A body once checked: exactly one of its properties is set. */
export type ArtifactBody = z.output<typeof ArtifactBody>;

/**
 * The given body: its key in the input, its type and its columns. Throws if the input is empty,
 * which @oneOf rules out.
 */
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

/**
 * The columns that follow from an artifact's title and content, such as the word count; `row` must
 * hold all columns of the type that they depend on.
 */
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

/** Counts runs of characters without white space that contain a letter or a digit. */
export function countWords(content: string): number {
  let words = 0;
  for (const [run] of content.matchAll(/\S+/g)) if (/[\p{L}\p{N}]/u.test(run)) words += 1;
  return words;
}

/** The names in {{ … }}, without filters, sorted and without repetitions. */
export function findPlaceholders(body: string): string[] {
  const names = [
    ...body.matchAll(/\{\{-?\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*(?:\|[^{}]*)?-?\}\}/gu),
  ].map((match) => (match[1] ?? '').replace(/-$/, ''));
  return [...new Set(names)].sort();
}
