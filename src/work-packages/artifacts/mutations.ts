/** Mutations of artifacts. */
import { inputOf } from '../../schema-builder/inputs.ts';
import { deletion, mutation, payloadOf } from '../../schema-builder/mutations.ts';
import {
  artifactId,
  CreateArtifact,
  createArtifact,
  deleteArtifact,
  UpdateArtifact,
  updateArtifact,
} from './artifacts.ts';
import {
  ArtifactBody,
  BlogBody,
  DeckBody,
  PageBody,
  PersonaBody,
  SlideBody,
  TemplateBody,
} from './bodies.ts';
import { Artifact } from './schema.ts';

inputOf('BlogInput', BlogBody);
inputOf('PersonaInput', PersonaBody);
inputOf('TemplateInput', TemplateBody);
inputOf('SlideInput', SlideBody);
inputOf('DeckInput', DeckBody);
inputOf('PageInput', PageBody);
inputOf('ArtifactBodyInput', ArtifactBody, { isOneOf: true });

const ArtifactPayload = payloadOf('ArtifactPayload', { artifact: Artifact });

mutation('createArtifact', {
  description: 'Creates an artifact of the type whose body is given.',
  input: CreateArtifact,
  payload: ArtifactPayload,
  rule: createArtifact,
});
mutation('updateArtifact', {
  description: 'Changes an artifact; all items that it is attached to show the change.',
  input: UpdateArtifact,
  payload: ArtifactPayload,
  rule: updateArtifact,
});
deletion('deleteArtifact', {
  description:
    'Deletes an artifact. Collateral stays where it was attached, with a null `artifact`.',
  id: artifactId,
  rule: deleteArtifact,
});
