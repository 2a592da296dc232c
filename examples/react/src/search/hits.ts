import { campaignPath } from '../campaigns/campaign-path.ts';
import { clientPath } from '../clients/client-path.ts';
import { contactSearchPath, organizationPath } from '../contacts/contact-path.ts';
import type { SearchEverythingQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { packagePath } from '../work-packages/package-path.ts';

/** Portal users find what is theirs; the lists that are closed to them are empty. */
export const SEARCH = graphql(`
  query SearchEverything($text: String!) {
    search(text: $text, first: 4) {
      workPackages {
        id
        title
      }
      contacts {
        id
        name
        organization {
          id
          name
        }
      }
      organizations {
        id
        name
      }
      campaigns {
        id
        name
      }
    }
    clients(first: 4, filter: { search: $text }) {
      nodes {
        id
        name
      }
    }
  }
`);

/** Something that was found, and where it is. */
export interface Hit {
  id: string;
  kind: string;
  name: string;
  detail?: string | undefined;
  path: string;
}

export function hitsOf({ search, clients }: SearchEverythingQuery): Hit[] {
  return [
    ...search.workPackages.map(({ id, title }) => ({
      id,
      kind: 'Package',
      name: title,
      path: packagePath(id),
    })),
    ...clients.nodes.map(({ id, name }) => ({ id, kind: 'Client', name, path: clientPath(id) })),
    ...search.contacts.map(({ id, name, organization }) => ({
      id,
      kind: 'Contact',
      name,
      detail: organization?.name,
      path: contactSearchPath(name),
    })),
    ...search.organizations.map(({ id, name }) => ({
      id,
      kind: 'Organization',
      name,
      path: organizationPath(id),
    })),
    ...search.campaigns.map(({ id, name }) => ({
      id,
      kind: 'Campaign',
      name,
      path: campaignPath(id),
    })),
  ];
}
