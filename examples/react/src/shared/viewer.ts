import { useQuery } from 'urql';
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

/** The signed-in user; undefined until it is known. */
export function useViewer() {
  const [{ data }] = useQuery({ query: VIEWER });
  return data?.viewer;
}
