/** Work packages with their phases, items and collateral. */
import { queryFromInfo } from '@pothos/plugin-prisma';
import { WorkItemStatus, WorkPackageStatus } from '../../../../generated/prisma/enums.ts';
import { decodeIdOf, encodeGlobalId } from '../../../../src/platform/global-id.ts';
import { Artifact, ArtifactTypeEnum, findArtifact, TYPE_NAMES } from './artifacts.ts';
import { builder, type ListArguments, NEWEST_FIRST } from './builder.ts';

const PackageStatus = builder.enumType(WorkPackageStatus, { name: 'WorkPackageStatus' });
const ItemStatus = builder.enumType(WorkItemStatus, { name: 'WorkItemStatus' });

const BY_POSITION = { orderBy: { position: 'asc' } } as const;

function optionalId(type: string, uuid: string | null): string | null {
  return uuid === null ? null : encodeGlobalId(type, uuid);
}

builder.prismaObject('WorkPackage', {
  select: { id: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('WorkPackage', id) }),
    title: t.exposeString('title'),
    description: t.exposeString('description', { nullable: true }),
    status: t.expose('status', { type: PackageStatus }),
    contactId: t.id({
      nullable: true,
      select: { contactId: true },
      resolve: ({ contactId }) => optionalId('Contact', contactId),
    }),
    companyId: t.id({
      nullable: true,
      select: { companyId: true },
      resolve: ({ companyId }) => optionalId('Organization', companyId),
    }),
    startDate: t.expose('startDate', { type: 'Date', nullable: true }),
    expectedEndDate: t.expose('expectedEndDate', { type: 'Date', nullable: true }),
    phaseCount: t.exposeInt('phaseCount'),
    itemCount: t.exposeInt('itemCount'),
    progress: t.exposeInt('progress'),
    totalEstimatedHours: t.float({
      select: { totalEstimatedHours: true },
      resolve: ({ totalEstimatedHours }) => totalEstimatedHours.toNumber(),
    }),
    version: t.exposeInt('version'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    phases: t.relation('phases', { query: BY_POSITION }),
  }),
});

builder.prismaObject('WorkPackagePhase', {
  select: { id: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('WorkPackagePhase', id) }),
    workPackageId: t.id({
      select: { workPackageId: true },
      resolve: ({ workPackageId }) => encodeGlobalId('WorkPackage', workPackageId),
    }),
    name: t.exposeString('name'),
    description: t.exposeString('description', { nullable: true }),
    position: t.exposeInt('position'),
    itemCount: t.exposeInt('itemCount'),
    startDate: t.expose('startDate', { type: 'Date', nullable: true }),
    expectedEndDate: t.expose('expectedEndDate', { type: 'Date', nullable: true }),
    totalEstimatedHours: t.float({
      select: { totalEstimatedHours: true },
      resolve: ({ totalEstimatedHours }) => totalEstimatedHours.toNumber(),
    }),
    progress: t.exposeInt('progress'),
    items: t.relation('items', { query: BY_POSITION }),
  }),
});

builder.prismaObject('WorkPackageItem', {
  select: { id: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('WorkPackageItem', id) }),
    phaseId: t.id({
      select: { phaseId: true },
      resolve: ({ phaseId }) => encodeGlobalId('WorkPackagePhase', phaseId),
    }),
    label: t.exposeString('label'),
    position: t.exposeInt('position'),
    status: t.expose('status', { type: ItemStatus }),
    quantity: t.exposeInt('quantity'),
    estimatedHoursEach: t.float({
      select: { estimatedHoursEach: true },
      resolve: ({ estimatedHoursEach }) => estimatedHoursEach.toNumber(),
    }),
    progressCompleted: t.exposeInt('progressCompleted'),
    collateral: t.relation('collateral', { query: BY_POSITION }),
  }),
});

builder.prismaObject('Collateral', {
  select: { id: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('Collateral', id) }),
    type: t.expose('artifactType', { type: ArtifactTypeEnum }),
    artifactId: t.id({
      select: { artifactType: true, artifactId: true },
      resolve: ({ artifactType, artifactId }) =>
        encodeGlobalId(TYPE_NAMES[artifactType], artifactId),
    }),
    artifact: t.field({
      type: Artifact,
      nullable: true,
      select: { artifactType: true, artifactId: true },
      resolve: ({ artifactType, artifactId }, _args, context, info) => {
        const query = queryFromInfo({ context, info, typeName: TYPE_NAMES[artifactType] });
        return findArtifact(context, artifactType, { id: artifactId, query });
      },
    }),
  }),
});

builder.queryField('workPackage', (t) =>
  t.prismaField({
    type: 'WorkPackage',
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _root, { id }, { prisma, tenantId }) => {
      const uuid = decodeIdOf(['WorkPackage'], String(id));
      if (uuid === null) return null;
      return prisma.workPackage.findUnique({
        ...query,
        where: { tenantId_id: { tenantId, id: uuid } },
      });
    },
  }),
);

const WorkPackageList = builder.objectRef<ListArguments>('WorkPackageConnection').implement({
  fields: (t) => ({
    nodes: t.prismaField({
      type: ['WorkPackage'],
      resolve: (query, { first }, _args, { prisma, tenantId }) =>
        prisma.workPackage.findMany({
          ...query,
          where: { tenantId },
          orderBy: NEWEST_FIRST,
          take: first,
        }),
    }),
  }),
});

builder.queryField('workPackages', (t) =>
  t.field({
    type: WorkPackageList,
    args: { first: t.arg.int({ required: true }) },
    resolve: (_root, { first }) => ({ first }),
  }),
);
