/** Artifacts as they are read: the interface, its five types and their list. */
import {
  ArtifactStatus as ArtifactStatusName,
  ArtifactType as ArtifactTypeName,
} from '../../../generated/kysely.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { Node, nodeType, presented } from '../../schema-builder/nodes.ts';
import { ArtifactFilter, listArtifacts } from './list.ts';
import { artifactOfType, loadContent } from './loaders.ts';
import { type ArtifactNode, type ArtifactNodeOf, artifactNode } from './nodes.ts';
import { ARTIFACTS } from './types.ts';

/** The enum of the database. */
export const ArtifactType = enumOf('ArtifactType', ArtifactTypeName, {
  description: 'What kind of thing an artifact is; each is an object type of its own.',
  values: {
    BLOG: 'A blog post, of the type Blog.',
    PERSONA: 'A portrait of a typical customer, of the type Persona.',
    TEMPLATE: 'A text with placeholders, of the type Template.',
    DECK: 'A presentation in slides, of the type Deck.',
    PAGE: 'A web page, of the type Page.',
  },
});
const ArtifactStatus = enumOf('ArtifactStatus', ArtifactStatusName, {
  description: 'The status of an artifact. Users set it; any status may follow any other.',
  values: {
    DRAFT: 'It is being written. For portal users it does not exist.',
    IN_REVIEW: 'It is written and awaits approval. Portal users see it.',
    APPROVED: 'It is approved but not published yet.',
    PUBLISHED: 'It has gone live.',
  },
});

/** The interface of all five types, whose rows are summaries; content is loaded on selection. */
export const Artifact = presented(
  builder.interfaceRef<ArtifactNode>('Artifact').implement({
    description:
      'Something that was made for a client. It may be attached to many items of work. Portal users find artifacts of the packages that they see, without drafts. Fields other than the content cost one statement for all artifacts; content is read only when it is selected.',
    interfaces: [Node],
    resolveType: (artifact) => ARTIFACTS[artifact.type].typeName,
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Its global id, unique among all objects.' }),
      type: t.expose('type', { type: ArtifactType, description: 'What kind of artifact it is.' }),
      title: t.exposeString('title', { description: 'The title that lists show.' }),
      status: t.expose('status', {
        type: ArtifactStatus,
        description: 'The status, as a user has set it.',
      }),
      published: t.exposeBoolean('published', {
        description: 'Whether its status is PUBLISHED now.',
      }),
      publishedAt: t.expose('publishedAt', {
        type: 'DateTime',
        nullable: true,
        description:
          'When it was first PUBLISHED, whatever its status is now. Null if it never was.',
      }),
      updatedAt: t.expose('updatedAt', {
        type: 'DateTime',
        description: 'When it last changed; the time of creation before that.',
      }),
    }),
  }),
  artifactNode,
);

nodeType<'Blog', ArtifactNodeOf<'BLOG'>>('Blog', {
  description: 'A blog post.',
  interfaces: [Artifact],
  load: artifactOfType('BLOG'),
  fields: (t) => ({
    slug: t.exposeString('slug', {
      nullable: true,
      description: 'The last part of its address on the web; null for none.',
    }),
    subtitle: t.exposeString('subtitle', {
      nullable: true,
      description: 'The line below the title; null for none.',
    }),
    content: t.string({
      description: 'The text, such as Markdown; at most 1 MB.',
      resolve: (blog, _args, context) => loadContent<string>(context, blog),
    }),
    wordCount: t.exposeInt('wordCount', {
      description: 'How many words the content has: runs of characters with a letter or digit.',
    }),
  }),
});

nodeType<'Persona', ArtifactNodeOf<'PERSONA'>>('Persona', {
  description: 'A portrait of a typical customer.',
  interfaces: [Artifact],
  load: artifactOfType('PERSONA'),
  fields: (t) => ({
    role: t.exposeString('role', {
      nullable: true,
      description: 'The job of such a person; null for none.',
    }),
    goals: t.exposeStringList('goals', { description: 'What such a person wants to achieve.' }),
    painPoints: t.exposeStringList('painPoints', {
      description: 'What such a person struggles with.',
    }),
    narrative: t.string({
      description: 'The portrait as a text, such as Markdown; at most 1 MB.',
      resolve: (persona, _args, context) => loadContent<string>(context, persona),
    }),
  }),
});

nodeType<'Template', ArtifactNodeOf<'TEMPLATE'>>('Template', {
  description: 'A text with placeholders, such as an e-mail.',
  interfaces: [Artifact],
  load: artifactOfType('TEMPLATE'),
  fields: (t) => ({
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'The subject line of the e-mail that it makes; null for none.',
    }),
    body: t.string({
      description: 'The text, with placeholders such as {{ name }}; at most 1 MB.',
      resolve: (template, _args, context) => loadContent<string>(context, template),
    }),
    placeholders: t.exposeStringList('placeholders', {
      description: 'The names in {{ … }} of the body, without filters, each once, sorted.',
    }),
  }),
});

interface SlideShape {
  heading: string;
  body: string;
  notes?: string | null;
}

const Slide = builder.objectRef<SlideShape>('Slide').implement({
  description: 'One slide of a deck.',
  fields: (t) => ({
    heading: t.exposeString('heading', { description: 'The title of the slide.' }),
    body: t.exposeString('body', { description: 'What the slide shows, such as Markdown.' }),
    notes: t.exposeString('notes', {
      nullable: true,
      description: 'Notes for the speaker; null for none.',
    }),
  }),
});

nodeType<'Deck', ArtifactNodeOf<'DECK'>>('Deck', {
  description: 'A presentation in slides.',
  interfaces: [Artifact],
  load: artifactOfType('DECK'),
  fields: (t) => ({
    slides: t.field({
      description: 'The slides, in order; at most 1 MB in all.',
      type: [Slide],
      extensions: { storedWhole: true },
      resolve: (deck, _args, context) => loadContent<SlideShape[]>(context, deck),
    }),
    slideCount: t.exposeInt('slideCount', { description: 'How many slides the deck has.' }),
  }),
});

nodeType<'Page', ArtifactNodeOf<'PAGE'>>('Page', {
  description: 'A web page.',
  interfaces: [Artifact],
  load: artifactOfType('PAGE'),
  fields: (t) => ({
    path: t.exposeString('path', {
      description: 'The path of the page on its site, such as /about.',
    }),
    content: t.string({
      description: 'The text, such as Markdown; at most 1 MB.',
      resolve: (page, _args, context) => loadContent<string>(context, page),
    }),
  }),
});

const Filter = inputOf('ArtifactFilter', ArtifactFilter);

builder.queryField('artifacts', (t) =>
  t.field({
    description: 'The artifacts of all types, newest first, whether they are attached or not.',
    type: connectionOf(Artifact),
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({ type: Filter, description: 'Which artifacts to list; all by default.' }),
    },
    resolve: (_root, args, context) => listArtifacts(context.platform, context.viewer, args),
  }),
);
