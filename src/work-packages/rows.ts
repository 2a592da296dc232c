/** The rows of the domain as they are read: without what no reader needs (tenantId, searchText). */
import type { Selectable } from 'kysely';
import type { ArtifactStatus, ArtifactType, DB } from '../../generated/kysely.ts';
import type { TenantTables } from '../platform/database/tenant-scope.ts';
import type { Timestamp } from '../platform/time.ts';

type Stored<T extends keyof TenantTables> = Omit<
  Selectable<TenantTables[T]>,
  'tenantId' | 'searchText'
>;

export type WorkPackageRow = Stored<'work_package'>;
export type PhaseRow = Stored<'work_package_phase'>;
export type ItemRow = Stored<'work_package_item'>;
export type CollateralRow = Stored<'collateral'>;

export const PHASE_COLUMNS = [
  'id',
  'workPackageId',
  'name',
  'description',
  'position',
  'itemCount',
  'totalEstimatedHours',
  'progress',
  'startDate',
  'expectedEndDate',
] as const;
export const ITEM_COLUMNS = [
  'id',
  'workPackageId',
  'phaseId',
  'label',
  'position',
  'status',
  'quantity',
  'estimatedHoursEach',
  'progressCompleted',
] as const;
export const COLLATERAL_COLUMNS = [
  'id',
  'workPackageId',
  'itemId',
  'position',
  'artifactType',
  'artifactId',
] as const;
export const PACKAGE_COLUMNS = [
  'id',
  'title',
  'description',
  'status',
  'contactId',
  'companyId',
  'startDate',
  'expectedEndDate',
  'phaseCount',
  'itemCount',
  'totalEstimatedHours',
  'progress',
  'version',
  'createdAt',
  'updatedAt',
] as const;

/** An artifact without its large content; `detail` holds the small fields of its type. */
export interface ArtifactSummary {
  type: ArtifactType;
  id: string;
  title: string;
  status: ArtifactStatus;
  publishedAt: Timestamp | null;
  createdAt: Timestamp;
  updatedAt: Timestamp;
  detail: ArtifactDetail;
}

export interface ArtifactDetail {
  slug?: string | null;
  subtitle?: string | null;
  wordCount?: number;
  role?: string | null;
  goals?: string[];
  painPoints?: string[];
  subject?: string | null;
  placeholders?: string[];
  slideCount?: number;
  path?: string;
}

/** The GraphQL type of each artifact type. */
export const ARTIFACT_TYPE_NAMES: Record<ArtifactType, string> = {
  BLOG: 'Blog',
  PERSONA: 'Persona',
  TEMPLATE: 'Template',
  DECK: 'Deck',
  PAGE: 'Page',
};
/** The table of each artifact type. */
export const ARTIFACT_TABLES = {
  BLOG: 'blog',
  PERSONA: 'persona',
  TEMPLATE: 'template',
  DECK: 'deck',
  PAGE: 'page',
} as const satisfies Record<ArtifactType, keyof DB>;

/** The artifact type of a GraphQL type's name, or undefined. */
export function artifactTypeOf(typeName: string): ArtifactType | undefined {
  return (Object.keys(ARTIFACT_TYPE_NAMES) as ArtifactType[]).find(
    (type) => ARTIFACT_TYPE_NAMES[type] === typeName,
  );
}
