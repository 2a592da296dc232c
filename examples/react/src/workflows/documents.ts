import type {
  ExecutionDetailQuery,
  ExecutionListQuery,
  WorkflowDetailQuery,
  WorkflowListQuery,
} from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

export const WORKFLOW_LIST = graphql(`
  query WorkflowList($after: String) {
    workflows(first: 25, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        key
        name
        version
        steps {
          id
        }
      }
    }
  }
`);

/** A definition with what its graph and its form are made of. */
export const WORKFLOW_DETAIL = graphql(`
  query WorkflowDetail($key: String!) {
    workflow(key: $key) {
      ...WorkflowGraph
      rateLimit {
        points
        windowSeconds
      }
    }
  }

  fragment WorkflowGraph on Workflow {
    id
    key
    name
    version
    steps {
      id
      type
      dependsOn
      input
      when
      parallel
      timeoutSeconds
    }
    plan {
      groups
    }
  }
`);

export const EXECUTION_LIST = graphql(`
  query ExecutionList($after: String, $workflowKey: String) @live {
    workflowExecutions(first: 25, after: $after, filter: { workflowKey: $workflowKey }) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        status
        progress
        createdAt
        startedAt
        finishedAt
        startedBy {
          id
          name
        }
        workflow {
          id
          key
          name
          version
        }
      }
    }
  }
`);

/** An execution with the definition that it keeps to. */
export const EXECUTION_DETAIL = graphql(`
  query ExecutionDetail($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on WorkflowExecution {
        ...ExecutionState
        createdAt
        input
        startedBy {
          id
          name
        }
        workflow {
          ...WorkflowGraph
        }
      }
    }
  }

  fragment ExecutionState on WorkflowExecution {
    id
    version
    status
    progress
    errorMessage
    startedAt
    finishedAt
    steps {
      stepId
      status
      attempts
      errorMessage
      startedAt
      finishedAt
    }
  }
`);

/**
 * The present state first, then each newer one. Outputs, which may be large, are read for the step
 * that is looked at.
 */
export const EXECUTION_PROGRESS = graphql(`
  subscription ExecutionProgress($id: ID!) {
    workflowExecutionProgress(id: $id) {
      ...ExecutionState
    }
  }
`);

export const STEP_OUTPUTS = graphql(`
  query StepOutputs($id: ID!) {
    node(id: $id) {
      id
      ... on WorkflowExecution {
        steps {
          stepId
          output
        }
      }
    }
  }
`);

export const START_WORKFLOW = graphql(`
  mutation StartWorkflow($input: StartWorkflowInput!) {
    startWorkflow(input: $input) {
      execution {
        id
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const CANCEL_EXECUTION = graphql(`
  mutation CancelExecution($id: ID!) {
    payload: cancelWorkflowExecution(input: { id: $id }) {
      execution {
        ...ExecutionState
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const RESUME_EXECUTION = graphql(`
  mutation ResumeExecution($id: ID!) {
    payload: resumeWorkflowExecution(input: { id: $id }) {
      execution {
        ...ExecutionState
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const PROPERTIES = graphql(`
  query PropertiesToChoose($search: String) {
    properties(first: 50, search: $search) {
      nodes {
        id
        name
        address
        assets {
          id
          name
          category
        }
      }
    }
  }
`);

export type ListedWorkflow = WorkflowListQuery['workflows']['nodes'][number];
export type WorkflowDetail = NonNullable<WorkflowDetailQuery['workflow']>;
export type WorkflowGraph = Omit<WorkflowDetail, 'rateLimit'>;
export type Step = WorkflowDetail['steps'][number];
export type ListedExecution = ExecutionListQuery['workflowExecutions']['nodes'][number];
export type ExecutionDetail = Extract<
  NonNullable<ExecutionDetailQuery['node']>,
  { __typename: 'WorkflowExecution' }
>;
export type StepRun = ExecutionDetail['steps'][number];
