/** Rows of packages' content as GraphQL reads them: every field a property, ids global, the database's own ids beside them. */
import { encodeGlobalId } from '../platform/global-id.ts';
import { asNode, type NodeOf } from '../schema-builder/nodes.ts';
import { ARTIFACT_TYPE_NAMES, type ArtifactDetail, type ArtifactSummary, type CollateralRow, type ItemRow, type PhaseRow } from './rows.ts';

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
export type ArtifactNodeWith<Fields extends keyof ArtifactDetail> = ArtifactNode & Required<Pick<ArtifactDetail, Fields>>;

export function phaseNode(row: PhaseRow): PhaseNode {
  return { ...asNode('WorkPackagePhase', row), workPackageId: encodeGlobalId('WorkPackage', row.workPackageId) };
}

export function itemNode(row: ItemRow): ItemNode {
  return { ...asNode('WorkPackageItem', row), phaseId: encodeGlobalId('WorkPackagePhase', row.phaseId) };
}

export function collateralNode(row: CollateralRow): CollateralNode {
  const artifactId = encodeGlobalId(ARTIFACT_TYPE_NAMES[row.artifactType], row.artifactId);
  return { ...asNode('Collateral', row), type: row.artifactType, artifactId, artifactUuid: row.artifactId };
}

export function artifactNode({ detail, ...row }: ArtifactSummary): ArtifactNode {
  return { ...asNode(ARTIFACT_TYPE_NAMES[row.type], row), ...detail, published: row.status === 'PUBLISHED' };
}
