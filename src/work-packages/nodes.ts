/**
 * Rows of packages' content as GraphQL reads them: every field a property, ids global, the
 * database's own ids beside them.
 */
import { encodeGlobalId } from '../platform/global-id.ts';
import type { NodeOf } from '../schema-builder/nodes.ts';
import {
  ARTIFACT_TYPE_NAMES,
  type ArtifactDetail,
  type ArtifactSummary,
  type CollateralRow,
  type ItemRow,
  type PhaseRow,
  type WorkPackageRow,
} from './rows.ts';

/** `contactId` and `companyId` are global ids. */
export interface PackageNode extends NodeOf<WorkPackageRow> {
  contactUuid: string | null;
  companyUuid: string | null;
}

/** What may hang on a node is there when all of its package was read at once. */
export interface PhaseNode extends NodeOf<PhaseRow> {
  items?: ItemNode[];
}
export interface ItemNode extends NodeOf<ItemRow> {
  collateral?: CollateralNode[];
}
export interface CollateralNode extends NodeOf<CollateralRow> {
  type: CollateralRow['artifactType'];
  artifactUuid: string;
  artifact?: ArtifactNode | null;
}
export interface ArtifactNode extends Omit<NodeOf<ArtifactSummary>, 'detail'>, ArtifactDetail {
  published: boolean;
}

/** An artifact of a type that has these fields. */
export type ArtifactNodeWith<Fields extends keyof ArtifactDetail> = ArtifactNode &
  Required<Pick<ArtifactDetail, Fields>>;

// Written out, for spreading takes three times as long, and objects of one shape are read faster.

/** Columns that were not read stay undefined. */
export function packageNode(row: WorkPackageRow): PackageNode {
  return {
    id: encodeGlobalId('WorkPackage', row.id),
    uuid: row.id,
    title: row.title,
    description: row.description,
    status: row.status,
    contactId: row.contactId && encodeGlobalId('Contact', row.contactId),
    contactUuid: row.contactId,
    companyId: row.companyId && encodeGlobalId('Organization', row.companyId),
    companyUuid: row.companyId,
    startDate: row.startDate,
    expectedEndDate: row.expectedEndDate,
    phaseCount: row.phaseCount,
    itemCount: row.itemCount,
    totalEstimatedHours: row.totalEstimatedHours,
    progress: row.progress,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

export function phaseNode(row: PhaseRow, items?: ItemNode[]): PhaseNode {
  return {
    id: encodeGlobalId('WorkPackagePhase', row.id),
    uuid: row.id,
    workPackageId: encodeGlobalId('WorkPackage', row.workPackageId),
    name: row.name,
    description: row.description,
    position: row.position,
    itemCount: row.itemCount,
    totalEstimatedHours: row.totalEstimatedHours,
    progress: row.progress,
    startDate: row.startDate,
    expectedEndDate: row.expectedEndDate,
    items,
  };
}

export function itemNode(row: ItemRow, collateral?: CollateralNode[]): ItemNode {
  return {
    id: encodeGlobalId('WorkPackageItem', row.id),
    uuid: row.id,
    workPackageId: row.workPackageId,
    phaseId: encodeGlobalId('WorkPackagePhase', row.phaseId),
    label: row.label,
    position: row.position,
    status: row.status,
    quantity: row.quantity,
    estimatedHoursEach: row.estimatedHoursEach,
    progressCompleted: row.progressCompleted,
    collateral,
  };
}

/** Without `artifact` it is loaded when it is asked for. */
export function collateralNode(row: CollateralRow, artifact?: ArtifactNode | null): CollateralNode {
  return {
    id: encodeGlobalId('Collateral', row.id),
    uuid: row.id,
    workPackageId: row.workPackageId,
    itemId: row.itemId,
    position: row.position,
    artifactType: row.artifactType,
    type: row.artifactType,
    artifactId: encodeGlobalId(ARTIFACT_TYPE_NAMES[row.artifactType], row.artifactId),
    artifactUuid: row.artifactId,
    artifact,
  };
}

export function artifactNode(row: ArtifactSummary): ArtifactNode {
  const { detail } = row;
  return {
    type: row.type,
    id: encodeGlobalId(ARTIFACT_TYPE_NAMES[row.type], row.id),
    uuid: row.id,
    title: row.title,
    status: row.status,
    published: row.status === 'PUBLISHED',
    publishedAt: row.publishedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    slug: detail.slug,
    subtitle: detail.subtitle,
    wordCount: detail.wordCount,
    role: detail.role,
    goals: detail.goals,
    painPoints: detail.painPoints,
    subject: detail.subject,
    placeholders: detail.placeholders,
    slideCount: detail.slideCount,
    path: detail.path,
  };
}
