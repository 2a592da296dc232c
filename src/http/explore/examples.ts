/**
 * The operations that GraphiQL offers in its menu, by domain. Ids are not written down: a query
 * finds them in whatever data there is.
 */

/** An operation to try. */
export interface Example {
  domain: string;
  /** What it shows, in a few words. */
  title: string;
  query: string;
  /** Its variables, besides those that `find` finds. */
  variables?: Record<string, unknown>;
  /**
   * Variables that are read before the example opens: a query, and by the name of each variable the
   * path to its value in the data.
   */
  find?: { query: string; paths: Record<string, string> };
}

const ACTIVE_PACKAGE = {
  query: `{
  workPackages(first: 1, filter: { status: [ACTIVE] }) {
    nodes { id phases { items { id } } }
  }
}`,
  paths: { id: 'workPackages.nodes.0.id' },
};

/** What GraphiQL opens with and `npm start` prints. */
export const FIRST_QUERY = `query WorkPackages {
  workPackages(first: 5, filter: { status: [ACTIVE] }) {
    totalCount
    nodes {
      id
      title
      progress
      timelineStatus
      expectedEndDate
      company {
        name
      }
    }
  }
}`;

const WORK_PACKAGES: Omit<Example, 'domain'>[] = [
  { title: 'active packages', query: FIRST_QUERY },
  {
    title: 'a list that stays current (@live)',
    query: `query Board @live {
  workPackages(first: 5) {
    totalCount
    nodes {
      title
      progress
    }
  }
}`,
  },
  {
    title: 'follow a package (subscription)',
    query: `subscription WorkPackageChanged($id: ID!) {
  workPackageChanged(id: $id) {
    version
    workPackage {
      title
      progress
      timelineStatus
    }
  }
}`,
    find: ACTIVE_PACKAGE,
  },
  {
    title: 'change one of its items (mutation)',
    query: `mutation UpdateItem($id: ID!) {
  updateWorkPackageItem(input: { id: $id, progressCompleted: 60 }) {
    workPackage {
      title
      progress
      version
    }
    userErrors {
      message
    }
  }
}`,
    find: { ...ACTIVE_PACKAGE, paths: { id: 'workPackages.nodes.0.phases.0.items.0.id' } },
  },
];

const CONTACTS: Omit<Example, 'domain'>[] = [
  {
    title: 'search',
    query: `query Contacts($search: String) {
  contacts(first: 10, filter: { search: $search }) {
    totalCount
    nodes {
      name
      email
      warmnessScore
      organization {
        name
      }
    }
  }
}`,
    variables: { search: 'ann' },
  },
  {
    title: 'syncs with the CRM',
    query: `query CrmSyncs {
  crmSyncs(first: 5) {
    nodes {
      id
      status
      fetched
      created
      updated
      failed
    }
  }
}`,
  },
];

const DRAFT_CAMPAIGN = {
  query: '{ campaigns(first: 1, filter: { status: [DRAFT] }) { nodes { id } } }',
  paths: { id: 'campaigns.nodes.0.id' },
};

const CAMPAIGNS: Omit<Example, 'domain'>[] = [
  {
    title: 'campaigns and their figures',
    query: `query Campaigns {
  campaigns(first: 5) {
    nodes {
      id
      name
      status
      contactCount
      stats {
        totals {
          sent
          delivered
          read
          failed
        }
      }
    }
  }
}`,
  },
  {
    title: 'launch the draft (mutation)',
    query: `mutation LaunchCampaign($id: ID!) {
  launchCampaign(input: { id: $id }) {
    campaign {
      status
    }
    userErrors {
      message
    }
  }
}`,
    find: DRAFT_CAMPAIGN,
  },
  {
    title: 'watch it being sent (subscription)',
    query: `subscription CampaignStats($id: ID!) {
  campaignStats(campaignId: $id) {
    version
    status
    totals {
      total
      sent
      delivered
      read
      replied
      failed
    }
  }
}`,
    find: {
      query:
        '{ campaigns(first: 1, filter: { status: [RUNNING, PAUSED, DRAFT] }) { nodes { id } } }',
      paths: { id: 'campaigns.nodes.0.id' },
    },
  },
];

const INTAKE: Omit<Example, 'domain'>[] = [
  {
    title: 'clients who have not submitted',
    query: `query Intake {
  clients(first: 5, filter: { intakeCompleted: false }) {
    nodes {
      id
      name
      clientType
      intake {
        percent
        missing
      }
    }
  }
}`,
  },
  {
    title: 'create a client (mutation)',
    query: `mutation CreateClient($input: CreateClientInput!) {
  createClient(input: $input) {
    client {
      id
    }
    userErrors {
      field
      message
    }
  }
}`,
    variables: { input: { name: 'Grace Hopper', clientType: 'CORPORATE' } },
  },
  {
    title: 'follow the packets of a client (subscription)',
    query: `subscription PacketProgress($clientId: ID!) {
  packetProgress(clientId: $clientId) {
    version
    summary {
      completed
      total
      done
    }
    packets {
      type
      status
      progress
    }
  }
}`,
    find: {
      query: '{ clients(first: 1, filter: { intakeCompleted: true }) { nodes { id } } }',
      paths: { clientId: 'clients.nodes.0.id' },
    },
  },
];

const WORKFLOWS: Omit<Example, 'domain'>[] = [
  {
    title: 'start one (mutation)',
    query: `mutation StartWorkflow($propertyId: ID!, $assetId: ID!) {
  startWorkflow(
    input: {
      key: "maintenance-intake"
      input: {
        propertyId: $propertyId
        assetId: $assetId
        title: "No heating"
        description: "The radiators have been cold since last night"
      }
    }
  ) {
    execution {
      id
    }
    userErrors {
      message
    }
  }
}`,
    find: {
      query: '{ properties(first: 1) { nodes { id assets { id } } } }',
      paths: { propertyId: 'properties.nodes.0.id', assetId: 'properties.nodes.0.assets.0.id' },
    },
  },
  {
    title: 'follow the newest (subscription)',
    query: `subscription WorkflowExecutionProgress($id: ID!) {
  workflowExecutionProgress(id: $id) {
    status
    progress
    steps {
      stepId
      status
    }
  }
}`,
    find: {
      query: '{ workflowExecutions(first: 1) { nodes { id } } }',
      paths: { id: 'workflowExecutions.nodes.0.id' },
    },
  },
];

const inDomain = (domain: string, examples: readonly Omit<Example, 'domain'>[]): Example[] =>
  examples.map((example) => ({ domain, ...example }));

/** All of them, in the order of the menu. */
export const EXAMPLES: readonly Example[] = [
  ...inDomain('Work packages', WORK_PACKAGES),
  ...inDomain('Contacts', CONTACTS),
  ...inDomain('Campaigns', CAMPAIGNS),
  ...inDomain('Intake', INTAKE),
  ...inDomain('Workflows', WORKFLOWS),
];
