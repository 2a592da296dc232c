/** Work packages, phases, items and collateral as they are read. */

import { contactLoader, organizationLoader } from '../contacts/loaders.ts';
import { Contact, Organization } from '../contacts/schema.ts';
import { NEWEST_FIRST, parsePage } from '../platform/database/keyset.ts';
import { parseId } from '../platform/input.ts';
import { today } from '../platform/time.ts';
import { forClients } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import {
  connectionType,
  forwardArguments,
  OrderDirection,
  pageArguments,
} from '../schema-builder/connections.ts';
import type { Context } from '../schema-builder/context.ts';
import { selectsField } from '../schema-builder/lookahead.ts';
import { Node, registerNode } from '../schema-builder/nodes.ts';
import { searchText } from '../schema-builder/weights.ts';
import { artifactLoader, visibleArtifact } from './artifacts/loaders.ts';
import type { ArtifactNode } from './artifacts/nodes.ts';
import { Artifact, ArtifactType } from './artifacts/schema.ts';
import { TIMELINE_STATUSES, timelineStatus } from './figures/timeline.ts';
import {
  collateralLoader,
  collateralOfItemLoader,
  itemLoader,
  itemsLoader,
  loadTree,
  packageCountLoader,
  packagesOfContactLoader,
  peekTree,
  phaseLoader,
  phasesLoader,
  workPackageLoader,
} from './loaders.ts';
import {
  type CollateralNode,
  type ItemNode,
  type PackageNode,
  type PhaseNode,
  packageNode,
} from './nodes.ts';
import { listWorkPackages } from './package-list.ts';
import { PACKAGE_COLUMNS, type PackageColumn, type WorkPackageRow } from './rows.ts';

export const WorkPackageStatus = builder.enumType('WorkPackageStatus', {
  values: ['DRAFT', 'ACTIVE', 'COMPLETED', 'ARCHIVED'] as const,
});
const TimelineStatus = builder.enumType('TimelineStatus', { values: TIMELINE_STATUSES });
export const WorkItemStatus = builder.enumType('WorkItemStatus', {
  values: ['NOT_STARTED', 'IN_PROGRESS', 'IN_REVIEW', 'COMPLETED'] as const,
});

const CollateralType = builder.objectRef<CollateralNode>('Collateral').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    type: t.expose('type', { type: ArtifactType }),
    artifactId: t.exposeID('artifactId'),
    artifact: t.field({
      description: 'Null once the artifact is deleted.',
      type: Artifact,
      nullable: true,
      resolve: (collateral, _args, context) => artifactOf(context, collateral),
    }),
  }),
});

function artifactOf(
  context: Context,
  collateral: CollateralNode,
): ArtifactNode | null | Promise<ArtifactNode | null> {
  if (collateral.artifact !== undefined) return visibleArtifact(context, collateral.artifact);
  return artifactLoader(context).load({
    type: collateral.artifactType,
    id: collateral.artifactUuid,
  });
}

export const WorkPackageItem = builder.objectRef<ItemNode>('WorkPackageItem').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    phaseId: t.exposeID('phaseId'),
    label: t.exposeString('label'),
    position: t.exposeInt('position'),
    status: t.expose('status', { type: WorkItemStatus }),
    quantity: t.exposeInt('quantity'),
    estimatedHoursEach: t.exposeFloat('estimatedHoursEach'),
    progressCompleted: t.exposeInt('progressCompleted', { description: '0 to 100.' }),
    collateral: t.field({
      type: [CollateralType],
      resolve: (item, _args, context) =>
        item.collateral ?? collateralOfItemLoader(context).load(item.uuid),
    }),
    artifacts: t.field({
      description: "The artifacts of the item's collateral that still exist, in collateral order.",
      type: [Artifact],
      resolve: async (item, _args, context) => {
        const collateral =
          item.collateral ?? (await collateralOfItemLoader(context).load(item.uuid));
        const artifacts = await Promise.all(collateral.map((one) => artifactOf(context, one)));
        return artifacts.filter((artifact) => artifact !== null);
      },
    }),
  }),
});

export const WorkPackagePhase = builder.objectRef<PhaseNode>('WorkPackagePhase').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    workPackageId: t.exposeID('workPackageId'),
    name: t.exposeString('name'),
    description: t.exposeString('description', { nullable: true }),
    position: t.exposeInt('position'),
    items: t.field({
      type: [WorkPackageItem],
      resolve: (phase, _args, context) => phase.items ?? itemsLoader(context).load(phase.uuid),
    }),
    itemCount: t.exposeInt('itemCount'),
    startDate: t.expose('startDate', { type: 'Date', nullable: true }),
    expectedEndDate: t.expose('expectedEndDate', { type: 'Date', nullable: true }),
    totalEstimatedHours: t.exposeFloat('totalEstimatedHours'),
    timelineStatus: t.field({
      type: TimelineStatus,
      resolve: (phase) => timelineStatus(phase, today()),
    }),
    progress: t.exposeInt('progress'),
  }),
});

export const WorkPackage = builder.objectRef<PackageNode>('WorkPackage').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    title: t.exposeString('title'),
    description: t.exposeString('description', { nullable: true }),
    status: t.expose('status', { type: WorkPackageStatus }),
    contactId: t.exposeID('contactId', { nullable: true }),
    contact: t.field({
      type: Contact,
      nullable: true,
      resolve: ({ contactUuid }, _args, context) =>
        contactUuid === null ? null : contactLoader(context).load(contactUuid),
    }),
    companyId: t.exposeID('companyId', {
      nullable: true,
      description: "The client's organization.",
    }),
    company: t.field({
      type: Organization,
      nullable: true,
      resolve: ({ companyUuid }, _args, context) =>
        companyUuid === null ? null : organizationLoader(context).load(companyUuid),
    }),
    startDate: t.expose('startDate', { type: 'Date', nullable: true }),
    phaseCount: t.exposeInt('phaseCount'),
    itemCount: t.exposeInt('itemCount'),
    progress: t.exposeInt('progress', { description: '0 to 100, weighted by estimated hours.' }),
    totalEstimatedHours: t.exposeFloat('totalEstimatedHours'),
    expectedEndDate: t.expose('expectedEndDate', { type: 'Date', nullable: true }),
    timelineStatus: t.field({
      type: TimelineStatus,
      resolve: (row) => timelineStatus(row, today()),
    }),
    phases: t.field({
      type: [WorkPackagePhase],
      resolve: (row, _args, context, info) => {
        const version = { id: row.uuid, version: row.version };
        const cached = peekTree(context, version);
        if (cached) return cached.phases;
        return selectsField(info, 'items')
          ? loadTree(context, version).then((tree) => tree?.phases ?? [])
          : phasesLoader(context).load(row.uuid);
      },
    }),
    version: t.exposeInt('version'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

registerNode('WorkPackage', (context, id) => workPackageLoader(context).load(id));
registerNode('WorkPackagePhase', (context, id) => phaseLoader(context).load(id));
registerNode('WorkPackageItem', (context, id) => itemLoader(context).load(id));
registerNode('Collateral', (context, id) => collateralLoader(context).load(id));

const WorkPackageConnection = connectionType<WorkPackageRow, PackageNode>(
  'WorkPackage',
  WorkPackage,
  packageNode,
);

/** What the fields of WorkPackage are made of. */
const PACKAGE_NEEDS: ColumnNeeds<PackageColumn> = {
  all: PACKAGE_COLUMNS,
  always: ['id'],
  fields: {
    contact: ['contactId'],
    company: ['companyId'],
    timelineStatus: ['status', 'progress', 'startDate', 'expectedEndDate'],
    phases: ['version'],
  },
};

const WorkPackageFilter = builder.inputType('WorkPackageFilter', {
  fields: (t) => ({
    status: t.field({ type: [WorkPackageStatus] }),
    timelineStatus: t.field({ type: [TimelineStatus] }),
    contactId: t.id(),
    companyId: t.id(),
    search: t.string({ ...searchText() }),
  }),
});
const WorkPackageOrderField = builder.enumType('WorkPackageOrderField', {
  values: ['CREATED_AT', 'UPDATED_AT', 'TITLE', 'EXPECTED_END_DATE', 'PROGRESS'] as const,
});
const WorkPackageOrder = builder.inputType('WorkPackageOrder', {
  fields: (t) => ({
    field: t.field({ type: WorkPackageOrderField, required: true }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC' }),
  }),
});

builder.queryFields((t) => ({
  workPackage: t.field({
    ...forClients,
    type: WorkPackage,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) =>
      workPackageLoader(context).load(parseId(['WorkPackage'], 'id', id)),
  }),
  workPackages: t.field({
    ...forClients,
    type: WorkPackageConnection,
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({ type: WorkPackageFilter }),
      orderBy: t.arg({ type: WorkPackageOrder }),
    },
    resolve: (_root, args, context, info) =>
      listWorkPackages(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, PACKAGE_NEEDS),
      }),
  }),
}));

builder.objectField(Contact, 'workPackages', (t) =>
  t.field({
    type: WorkPackageConnection,
    args: forwardArguments(t.arg),
    resolve: async (contact, args, context) => ({
      ...(await packagesOfContactLoader(context).load({
        contactId: contact.uuid,
        page: parsePage(args, NEWEST_FIRST),
      })),
      count: async () => (await packageCountLoader(context).load(contact.uuid))[0]?.count ?? 0,
    }),
  }),
);
