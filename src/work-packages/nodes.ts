/**
 * Packages and their content as GraphQL reads them: every field is a property and ids are global.
 * The database's own ids are in properties whose names end in `uuid`.
 */
import { encodeGlobalId } from '../platform/global-id.ts';
import { nodeMaker } from '../schema-builder/node-maker.ts';
import type { NodeOf } from '../schema-builder/nodes.ts';
import type { ArtifactNode } from './artifacts/nodes.ts';
import { ARTIFACTS } from './artifacts/types.ts';
import {
  COLLATERAL_COLUMNS,
  type CollateralRow,
  ITEM_COLUMNS,
  type ItemRow,
  PACKAGE_COLUMNS,
  PHASE_COLUMNS,
  type PhaseRow,
  type WorkPackageRow,
} from './rows.ts';

/** `contactId` and `companyId` are global ids. */
export interface PackageNode extends NodeOf<WorkPackageRow> {
  contactUuid: string | null;
  companyUuid: string | null;
}

/** `items` is set only if the whole package was read at once. */
export interface PhaseNode extends NodeOf<PhaseRow> {
  items?: ItemNode[];
}
/** `phaseId` is a global id. `collateral` is set only if the whole package was read at once. */
export interface ItemNode extends NodeOf<ItemRow> {
  collateral?: CollateralNode[];
}
/**
 * `artifactId` is a global id. `artifact` is undefined unless the whole package was read at once,
 * and null if the artifact is deleted.
 */
export interface CollateralNode extends NodeOf<CollateralRow> {
  type: CollateralRow['artifactType'];
  artifactUuid: string;
  artifact?: ArtifactNode | null;
}

/** Presents a package; columns that were not read stay undefined. */
export const packageNode = nodeMaker<WorkPackageRow, PackageNode>({
  type: 'WorkPackage',
  columns: PACKAGE_COLUMNS,
  own: {
    contactId: ({ contactId }) => contactId && encodeGlobalId('Contact', contactId),
    contactUuid: ({ contactId }) => contactId,
    companyId: ({ companyId }) => companyId && encodeGlobalId('Organization', companyId),
    companyUuid: ({ companyId }) => companyId,
  },
});

const barePhase = nodeMaker<PhaseRow, PhaseNode>({
  type: 'WorkPackagePhase',
  columns: PHASE_COLUMNS,
  own: {
    workPackageId: ({ workPackageId }) => encodeGlobalId('WorkPackage', workPackageId),
    items: () => undefined,
  },
});

/** Presents a phase; without `items`, they are loaded when they are selected. */
export function phaseNode(row: PhaseRow, items?: ItemNode[]): PhaseNode {
  const node = barePhase(row);
  node.items = items;
  return node;
}

const bareItem = nodeMaker<ItemRow, ItemNode>({
  type: 'WorkPackageItem',
  columns: ITEM_COLUMNS,
  own: {
    phaseId: ({ phaseId }) => encodeGlobalId('WorkPackagePhase', phaseId),
    collateral: () => undefined,
  },
});

/** Presents an item; without `collateral`, it is loaded when it is selected. */
export function itemNode(row: ItemRow, collateral?: CollateralNode[]): ItemNode {
  const node = bareItem(row);
  node.collateral = collateral;
  return node;
}

const bareCollateral = nodeMaker<CollateralRow, CollateralNode>({
  type: 'Collateral',
  columns: COLLATERAL_COLUMNS,
  own: {
    type: ({ artifactType }) => artifactType,
    artifactId: ({ artifactType, artifactId }) =>
      encodeGlobalId(ARTIFACTS[artifactType].typeName, artifactId),
    artifactUuid: ({ artifactId }) => artifactId,
    artifact: () => undefined,
  },
});

/** Presents collateral; without `artifact`, it is loaded when it is selected. */
export function collateralNode(row: CollateralRow, artifact?: ArtifactNode | null): CollateralNode {
  const node = bareCollateral(row);
  node.artifact = artifact;
  return node;
}
