/** The five types of artifacts, their list and their mutations. */

import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionType, pageArguments } from '../../schema-builder/connections.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import {
  DeleteInput,
  DeletePayload,
  payload,
  payloadType,
} from '../../schema-builder/mutations.ts';
import { Node, registerNode } from '../../schema-builder/nodes.ts';
import { searchText } from '../../schema-builder/weights.ts';
import { createArtifact, deleteArtifact, updateArtifact } from './artifacts.ts';
import {
  CONTENT_BYTES,
  ENTRY_LENGTH,
  HEADING_LENGTH,
  LIST_LENGTH,
  MAX_SLIDES,
  PATH_LENGTH,
} from './bodies.ts';
import { listArtifacts } from './list.ts';
import { artifactByIdLoader, loadContent } from './loaders.ts';
import { type ArtifactNode, type ArtifactNodeOf, artifactNode } from './nodes.ts';
import { ARTIFACT_TYPES, ARTIFACTS, type ArtifactSummary } from './types.ts';

export const ArtifactType = builder.enumType('ArtifactType', {
  values: ['BLOG', 'PERSONA', 'TEMPLATE', 'DECK', 'PAGE'] as const,
});
const ArtifactStatus = builder.enumType('ArtifactStatus', {
  values: ['DRAFT', 'IN_REVIEW', 'APPROVED', 'PUBLISHED'] as const,
});

export const Artifact = builder.interfaceRef<ArtifactNode>('Artifact').implement({
  description:
    'Summary fields come in one batch for all types; content is read only when selected.',
  interfaces: [Node],
  resolveType: (artifact) => ARTIFACTS[artifact.type].typeName,
  fields: (t) => ({
    id: t.exposeID('id'),
    type: t.expose('type', { type: ArtifactType }),
    title: t.exposeString('title'),
    status: t.expose('status', { type: ArtifactStatus }),
    published: t.exposeBoolean('published'),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', nullable: true }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

for (const type of ARTIFACT_TYPES)
  registerNode(ARTIFACTS[type].typeName, (context, id) =>
    artifactByIdLoader(context).load({ type, id }),
  );

builder.objectRef<ArtifactNodeOf<'BLOG'>>('Blog').implement({
  interfaces: [Node, Artifact],
  fields: (t) => ({
    slug: t.exposeString('slug', { nullable: true }),
    subtitle: t.exposeString('subtitle', { nullable: true }),
    content: t.string({ resolve: (blog, _args, context) => loadContent<string>(context, blog) }),
    wordCount: t.exposeInt('wordCount'),
  }),
});

builder.objectRef<ArtifactNodeOf<'PERSONA'>>('Persona').implement({
  interfaces: [Node, Artifact],
  fields: (t) => ({
    role: t.exposeString('role', { nullable: true }),
    goals: t.exposeStringList('goals'),
    painPoints: t.exposeStringList('painPoints'),
    narrative: t.string({
      resolve: (persona, _args, context) => loadContent<string>(context, persona),
    }),
  }),
});

builder.objectRef<ArtifactNodeOf<'TEMPLATE'>>('Template').implement({
  interfaces: [Node, Artifact],
  fields: (t) => ({
    subject: t.exposeString('subject', { nullable: true }),
    body: t.string({
      resolve: (template, _args, context) => loadContent<string>(context, template),
    }),
    placeholders: t.exposeStringList('placeholders'),
  }),
});

interface SlideShape {
  heading: string;
  body: string;
  notes?: string | null;
}

const Slide = builder.objectRef<SlideShape>('Slide').implement({
  fields: (t) => ({
    heading: t.exposeString('heading'),
    body: t.exposeString('body'),
    notes: t.exposeString('notes', { nullable: true }),
  }),
});

builder.objectRef<ArtifactNodeOf<'DECK'>>('Deck').implement({
  interfaces: [Node, Artifact],
  fields: (t) => ({
    slides: t.field({
      type: [Slide],
      extensions: { storedWhole: true },
      resolve: (deck, _args, context) => loadContent<SlideShape[]>(context, deck),
    }),
    slideCount: t.exposeInt('slideCount'),
  }),
});

builder.objectRef<ArtifactNodeOf<'PAGE'>>('Page').implement({
  interfaces: [Node, Artifact],
  fields: (t) => ({
    path: t.exposeString('path'),
    content: t.string({ resolve: (page, _args, context) => loadContent<string>(context, page) }),
  }),
});

const ArtifactFilter = builder.inputType('ArtifactFilter', {
  fields: (t) => ({
    types: t.field({ type: [ArtifactType] }),
    status: t.field({ type: [ArtifactStatus] }),
    search: t.string({ ...searchText() }),
  }),
});
const ArtifactConnection = connectionType<ArtifactSummary, ArtifactNode>(
  'Artifact',
  Artifact,
  artifactNode,
);

builder.queryField('artifacts', (t) =>
  t.field({
    type: ArtifactConnection,
    args: { ...pageArguments(t.arg), filter: t.arg({ type: ArtifactFilter }) },
    resolve: (_root, args, context) => listArtifacts(context.platform, context.viewer, args),
  }),
);

const BlogInput = builder.inputType('BlogInput', {
  fields: (t) => ({
    slug: t.string({ ...maxLength(NAME_LENGTH) }),
    subtitle: t.string({ ...maxLength(HEADING_LENGTH) }),
    content: t.string({ required: true, ...maxLength(CONTENT_BYTES) }),
  }),
});
const PersonaInput = builder.inputType('PersonaInput', {
  fields: (t) => ({
    role: t.string({ ...maxLength(NAME_LENGTH) }),
    goals: t.stringList({
      required: true,
      defaultValue: [],
      ...maxItems(LIST_LENGTH, { maxLength: ENTRY_LENGTH }),
    }),
    painPoints: t.stringList({
      required: true,
      defaultValue: [],
      ...maxItems(LIST_LENGTH, { maxLength: ENTRY_LENGTH }),
    }),
    narrative: t.string({ required: true, ...maxLength(CONTENT_BYTES) }),
  }),
});
const TemplateInput = builder.inputType('TemplateInput', {
  fields: (t) => ({
    subject: t.string({ ...maxLength(HEADING_LENGTH) }),
    body: t.string({ required: true, ...maxLength(CONTENT_BYTES) }),
  }),
});
const SlideInput = builder.inputType('SlideInput', {
  fields: (t) => ({
    heading: t.string({ required: true, ...maxLength(HEADING_LENGTH) }),
    body: t.string({ required: true, ...maxLength(CONTENT_BYTES) }),
    notes: t.string({ ...maxLength(CONTENT_BYTES) }),
  }),
});
const DeckInput = builder.inputType('DeckInput', {
  fields: (t) => ({
    slides: t.field({
      type: [SlideInput],
      required: true,
      description: 'At most 1 MB in all.',
      ...maxItems(MAX_SLIDES),
    }),
  }),
});
const PageInput = builder.inputType('PageInput', {
  fields: (t) => ({
    path: t.string({ required: true, ...maxLength(PATH_LENGTH) }),
    content: t.string({ required: true, ...maxLength(CONTENT_BYTES) }),
  }),
});
const ArtifactBodyInput = builder.inputType('ArtifactBodyInput', {
  isOneOf: true,
  fields: (t) => ({
    blog: t.field({ type: BlogInput }),
    persona: t.field({ type: PersonaInput }),
    template: t.field({ type: TemplateInput }),
    deck: t.field({ type: DeckInput }),
    page: t.field({ type: PageInput }),
  }),
});
const CreateArtifactInput = builder.inputType('CreateArtifactInput', {
  fields: (t) => ({
    title: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    status: t.field({ type: ArtifactStatus, defaultValue: 'DRAFT' }),
    body: t.field({ type: ArtifactBodyInput, required: true }),
  }),
});
const UpdateArtifactInput = builder.inputType('UpdateArtifactInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    title: t.string({ ...maxLength(NAME_LENGTH) }),
    status: t.field({ type: ArtifactStatus }),
    body: t.field({ type: ArtifactBodyInput }),
  }),
});

const ArtifactPayload = payloadType<{ artifact: ArtifactSummary }>('ArtifactPayload', (t) => ({
  artifact: t.field({
    type: Artifact,
    nullable: true,
    resolve: ({ artifact }) => artifact && artifactNode(artifact),
  }),
}));

builder.mutationFields((t) => ({
  createArtifact: t.field({
    type: ArtifactPayload,
    args: { input: t.arg({ type: CreateArtifactInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createArtifact(context.platform, context.viewer, input)),
  }),
  updateArtifact: t.field({
    type: ArtifactPayload,
    args: { input: t.arg({ type: UpdateArtifactInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateArtifact(context.platform, context.viewer, input)),
  }),
  deleteArtifact: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        deleteArtifact(context.platform, context.viewer, input).then(() => ({
          deletedId: input.id,
        })),
      ),
  }),
}));
