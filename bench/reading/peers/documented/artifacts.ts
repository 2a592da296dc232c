/** The five types of artifacts behind one interface. */
import { ArtifactStatus, ArtifactType } from '../../../../generated/prisma/enums.ts';
import { encodeGlobalId } from '../../../../src/platform/global-id.ts';
import { builder, type Context } from './builder.ts';

export const ArtifactTypeEnum = builder.enumType(ArtifactType, { name: 'ArtifactType' });
const StatusEnum = builder.enumType(ArtifactStatus, { name: 'ArtifactStatus' });

export const TYPE_NAMES = {
  BLOG: 'Blog',
  PERSONA: 'Persona',
  TEMPLATE: 'Template',
  DECK: 'Deck',
  PAGE: 'Page',
} as const;

interface ArtifactRow {
  title: string;
  status: ArtifactStatus;
  publishedAt: Date | null;
  updatedAt: Date;
}

/** The columns that the fields of the interface read; each object that implements it selects them. */
const ARTIFACT_COLUMNS = {
  id: true,
  title: true,
  status: true,
  publishedAt: true,
  updatedAt: true,
} as const;

export const Artifact = builder.interfaceRef<ArtifactRow>('Artifact').implement({
  fields: (t) => ({
    title: t.exposeString('title'),
    status: t.expose('status', { type: StatusEnum }),
    published: t.boolean({ resolve: ({ status }) => status === 'PUBLISHED' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', nullable: true }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

builder.prismaObject('Blog', {
  select: ARTIFACT_COLUMNS,
  interfaces: [Artifact],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('Blog', id) }),
    type: t.field({ type: ArtifactTypeEnum, resolve: () => ArtifactType.BLOG }),
    slug: t.exposeString('slug', { nullable: true }),
    subtitle: t.exposeString('subtitle', { nullable: true }),
    wordCount: t.exposeInt('wordCount'),
  }),
});

builder.prismaObject('Persona', {
  select: ARTIFACT_COLUMNS,
  interfaces: [Artifact],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('Persona', id) }),
    type: t.field({ type: ArtifactTypeEnum, resolve: () => ArtifactType.PERSONA }),
    role: t.exposeString('role', { nullable: true }),
    goals: t.exposeStringList('goals'),
    painPoints: t.exposeStringList('painPoints'),
  }),
});

builder.prismaObject('Template', {
  select: ARTIFACT_COLUMNS,
  interfaces: [Artifact],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('Template', id) }),
    type: t.field({ type: ArtifactTypeEnum, resolve: () => ArtifactType.TEMPLATE }),
    subject: t.exposeString('subject', { nullable: true }),
    placeholders: t.exposeStringList('placeholders'),
  }),
});

builder.prismaObject('Deck', {
  select: ARTIFACT_COLUMNS,
  interfaces: [Artifact],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('Deck', id) }),
    type: t.field({ type: ArtifactTypeEnum, resolve: () => ArtifactType.DECK }),
    slideCount: t.exposeInt('slideCount'),
  }),
});

builder.prismaObject('Page', {
  select: ARTIFACT_COLUMNS,
  interfaces: [Artifact],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('Page', id) }),
    type: t.field({ type: ArtifactTypeEnum, resolve: () => ArtifactType.PAGE }),
    path: t.exposeString('path', { nullable: true }),
  }),
});

/** Null where the artifact was deleted. */
export async function findArtifact(
  { prisma, tenantId }: Context,
  type: ArtifactType,
  { id, query }: { id: string; query: object },
): Promise<(ArtifactRow & { __typename: string }) | null> {
  const given = { ...query, where: { tenantId_id: { tenantId, id } } };
  const row = await {
    BLOG: () => prisma.blog.findUnique(given),
    PERSONA: () => prisma.persona.findUnique(given),
    TEMPLATE: () => prisma.template.findUnique(given),
    DECK: () => prisma.deck.findUnique(given),
    PAGE: () => prisma.page.findUnique(given),
  }[type]();
  return row && { ...row, __typename: TYPE_NAMES[type] };
}
