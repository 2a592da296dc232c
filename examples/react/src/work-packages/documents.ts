import type { PackageDetailQuery, PackageListQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

/** What a row shows of a package, wherever it is listed. */
export const PACKAGE_ROW = graphql(`
  fragment PackageRow on WorkPackage {
    id
    title
    status
    progress
    timelineStatus
    expectedEndDate
    company {
      id
      name
    }
    contact {
      id
      name
    }
  }
`);

export const PACKAGE_LIST = graphql(`
  query PackageList($after: String, $filter: WorkPackageFilter, $orderBy: WorkPackageOrder) @live {
    workPackages(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...PackageRow
      }
    }
  }
`);

export const PACKAGE_DETAIL = graphql(`
  query PackageDetail($id: ID!) @live {
    workPackage(id: $id) {
      ...PackageRow
      description
      startDate
      totalEstimatedHours
      phases {
        id
        name
        description
        progress
        timelineStatus
        startDate
        expectedEndDate
        items {
          id
          label
          status
          quantity
          progressCompleted
        }
      }
    }
  }
`);

export type ListedPackage = PackageListQuery['workPackages']['nodes'][number];
export type PackageDetail = NonNullable<PackageDetailQuery['workPackage']>;
export type Phase = PackageDetail['phases'][number];
