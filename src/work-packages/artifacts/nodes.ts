/** Artifacts as GraphQL reads them, without their content. */
import type { ArtifactType } from '../../../generated/kysely.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { nodeMaker } from '../../schema-builder/node-maker.ts';
import type { NodeOf } from '../../schema-builder/nodes.ts';
import {
  ARTIFACT_TYPES,
  ARTIFACTS,
  type ArtifactDetail,
  type ArtifactSummary,
  type DetailOf,
  SUMMARY_COLUMNS,
} from './types.ts';

/**
 * `id` is a global id. The columns of `detail` are properties; those of other types are undefined.
 */
export interface ArtifactNode extends Omit<NodeOf<ArtifactSummary>, 'detail'>, ArtifactDetail {
  published: boolean;
}

/** An artifact of one type, which has the fields of its detail. */
export type ArtifactNodeOf<Type extends ArtifactType> = ArtifactNode & DetailOf[Type];

/** Presents a summary, with the properties of `detail` on the node itself. */
export const artifactNode = nodeMaker<ArtifactSummary, ArtifactNode, 'detail'>({
  columns: ['type', ...SUMMARY_COLUMNS],
  within: { detail: ARTIFACT_TYPES.flatMap((type) => ARTIFACTS[type].detail) },
  own: {
    id: ({ type, id }) => encodeGlobalId(ARTIFACTS[type].typeName, id),
    published: ({ status }) => status === 'PUBLISHED',
  },
});
