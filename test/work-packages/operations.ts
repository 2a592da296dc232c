/**
 * What the tests of work packages have in common: mutations by name, and objects made in one line.
 */
import { randomUUID } from 'node:crypto';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { GraphQLAnswer, TestUser } from '../support/server.ts';

const INPUT_TYPES = {
  createWorkPackage: 'CreateWorkPackageInput',
  updateWorkPackage: 'UpdateWorkPackageInput',
  deleteWorkPackage: 'DeleteInput',
  addWorkPackagePhase: 'AddWorkPackagePhaseInput',
  updateWorkPackagePhase: 'UpdateWorkPackagePhaseInput',
  removeWorkPackagePhase: 'DeleteInput',
  addWorkPackageItem: 'AddWorkPackageItemInput',
  updateWorkPackageItem: 'UpdateWorkPackageItemInput',
  removeWorkPackageItem: 'DeleteInput',
  attachCollateral: 'AttachCollateralInput',
  detachCollateral: 'DeleteInput',
  createArtifact: 'CreateArtifactInput',
  updateArtifact: 'UpdateArtifactInput',
  deleteArtifact: 'DeleteInput',
} as const;
export type MutationName = keyof typeof INPUT_TYPES;

type Mutation = (name: MutationName, input: object, selection?: string) => Promise<any>;

/** Runs mutations as a user, and answers all of their answers. */
export function attempt(
  user: TestUser,
): (...mutation: Parameters<Mutation>) => Promise<GraphQLAnswer> {
  return (name, input, selection = '') =>
    user.run(
      `mutation ($input: ${INPUT_TYPES[name]}!) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`,
      { input },
    );
}

/** Runs mutations and answers their payloads; fails when one is answered by a GraphQL error. */
export function mutate(user: TestUser): Mutation {
  return async (name, input, selection) => {
    const { data, errors } = await attempt(user)(name, input, selection);
    if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
    return data[name];
  };
}

/** Runs mutations that have to succeed. */
export function change(user: TestUser): Mutation {
  return async (name, input, selection) => {
    const payload = await mutate(user)(name, input, selection);
    if (payload.userErrors.length > 0)
      throw new Error(`${name}: ${JSON.stringify(payload.userErrors)}`);
    return payload;
  };
}

/** What mutations are refused for, each as 'CODE path.of.the.field'; without a refusal nothing. */
export function refusals(user: TestUser): (name: MutationName, input: object) => Promise<string[]> {
  return async (name, input) => {
    const { userErrors } = await mutate(user)(name, input);
    return userErrors.map(
      (error: { code: string; field: string[] }) => `${error.code} ${error.field.join('.')}`,
    );
  };
}

/** Answers the data of a query; fails when there are errors. */
export async function read(user: TestUser, query: string, variables?: object): Promise<any> {
  const answer = await user.run(query, variables);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

/** The code of the one error of an operation; null when it has none. */
export async function errorCode(
  user: TestUser,
  query: string,
  variables?: object,
): Promise<string | null> {
  const { errors } = await user.run(query, variables);
  return errors?.[0]?.extensions.code ?? null;
}

export interface CreatedPackage {
  id: string;
  version: number;
  phases: { id: string; items: { id: string; collateral: { id: string }[] }[] }[];
}

/** Creates a package; answers the ids of all that is in it. */
export async function createPackage(user: TestUser, input: object = {}): Promise<CreatedPackage> {
  const selection = 'workPackage { id version phases { id items { id collateral { id } } } }';
  return (await change(user)('createWorkPackage', { title: 'Website', ...input }, selection))
    .workPackage;
}

/** One phase with items of these hours. */
export function phaseOf(...hours: number[]) {
  return {
    name: 'Phase',
    items: hours.map((estimatedHoursEach, index) => ({
      label: `Item ${index}`,
      estimatedHoursEach,
    })),
  };
}

export const BODIES = {
  Blog: { blog: { slug: 'a-blog', subtitle: 'Of words', content: 'Four words of content.' } },
  Persona: {
    persona: {
      role: 'Buyer',
      goals: ['Save time'],
      painPoints: ['Too slow'],
      narrative: 'Once upon a time',
    },
  },
  Template: { template: { subject: 'Hello', body: 'Dear {{ name }}, from {{ sender }}' } },
  Deck: {
    deck: {
      slides: [
        { heading: 'One', body: 'First' },
        { heading: 'Two', body: 'Second', notes: 'Slowly' },
      ],
    },
  },
  Page: { page: { path: '/about', content: 'About us' } },
} as const;
export type ArtifactTypeName = keyof typeof BODIES;
export const ARTIFACT_TYPE_NAMES = Object.keys(BODIES) as ArtifactTypeName[];

/** Creates an artifact; answers its id. */
export async function createArtifact(
  user: TestUser,
  type: ArtifactTypeName = 'Blog',
  input: object = {},
): Promise<string> {
  return (
    await change(user)(
      'createArtifact',
      { title: `A ${type}`, body: BODIES[type], ...input },
      'artifact { id }',
    )
  ).artifact.id;
}

/** An id that looks right and means nothing. */
export function absentId(type: string): string {
  return encodeGlobalId(type, randomUUID());
}

export async function versionOf(user: TestUser, id: string): Promise<number> {
  return (await read(user, 'query ($id: ID!) { workPackage(id: $id) { version } }', { id }))
    .workPackage.version;
}
