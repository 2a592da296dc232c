/** Properties, technicians and requests that tests make. */
import type { TestUser } from '../support/server.ts';
import { mutate } from './operations.ts';

export const BERLIN = { latitude: 52.52, longitude: 13.405 };

export async function property(
  user: TestUser,
  place: { latitude: number; longitude: number } = BERLIN,
): Promise<string> {
  return (
    await mutate(
      user,
      'createProperty',
      { name: 'Mill Street 4', address: 'Mill Street 4, Berlin', ...place },
      'property { id }',
    )
  ).property.id;
}

export async function asset(user: TestUser, propertyId: string, category: string): Promise<string> {
  return (
    await mutate(
      user,
      'createAsset',
      { propertyId, name: 'The one in the cellar', category },
      'asset { id }',
    )
  ).asset.id;
}

export async function technician(
  user: TestUser,
  name: string,
  { skills, ...place }: { skills: string[]; latitude: number; longitude: number },
): Promise<string> {
  return (await mutate(user, 'createTechnician', { name, skills, ...place }, 'technician { id }'))
    .technician.id;
}

/** A workflow step that makes a request from the execution's input. */
export const CREATE = {
  id: 'create',
  type: 'CREATE_MAINTENANCE_REQUEST',
  input: {
    propertyId: '{{ input.propertyId }}',
    assetId: '{{ input.assetId }}',
    title: '{{ input.title }}',
    description: '',
  },
};

export async function requestOf(user: TestUser, id: string) {
  const { data } = await user.run(
    'query ($id: ID!) { node(id: $id) { ... on MaintenanceRequest { id title status priority priorityReason property { id } asset { id category } technician { id openRequests } } } }',
    { id },
  );
  return data.node;
}
