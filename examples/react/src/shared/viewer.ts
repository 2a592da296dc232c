import { useQuery } from 'urql';
import type { ViewerQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

/** Who is signed in, in which tenant, and where else the same person has a user. */
export const VIEWER = graphql(`
  query Viewer {
    viewer {
      role
      user {
        id
        name
      }
      tenant {
        id
        name
      }
      memberships {
        role
        tenant {
          id
          name
        }
      }
    }
  }
`);

export type Viewer = ViewerQuery['viewer'];

/** The signed-in user; undefined until it is known. */
export function useViewer() {
  const [{ data }] = useQuery({ query: VIEWER });
  return data?.viewer;
}

/** Whether somebody of the agency is signed in; false for portal users, and until it is known. */
export function useIsAgency(): boolean {
  const viewer = useViewer();
  return viewer !== undefined && viewer.role !== 'CLIENT';
}
