import { Link } from 'react-router';
import { useQuery } from 'urql';
import {
  ListEnd,
  type ListPageProps,
  ListPages,
  ListState,
  ListWait,
} from '../shared/list-pages.tsx';
import { Empty } from '../shared/states.tsx';
import { type ListedWorkflow, WORKFLOW_LIST } from './documents.ts';
import { ExecutionHistory } from './execution-rows.tsx';
import { workflowPath } from './workflow-path.ts';

const CONTEXT = { additionalTypenames: ['Workflow'], requestPolicy: 'cache-and-network' as const };

export function WorkflowListPage() {
  return (
    <div className="page">
      <title>Workflows · Sheaf</title>
      <div className="page-head">
        <h1>Workflows</h1>
      </div>
      <ul className="card rows" aria-label="Workflows">
        <ListPages>{(page) => <WorkflowRows {...page} />}</ListPages>
      </ul>
      <ExecutionHistory workflowKey={null} />
    </div>
  );
}

function WorkflowRows({ after, onMore }: ListPageProps) {
  const [{ data, error }, refetch] = useQuery({
    query: WORKFLOW_LIST,
    variables: { after },
    context: CONTEXT,
  });
  if (!data)
    return (
      <ListWait
        error={error}
        onRetry={refetch}
        label="Loading workflows"
        isFirst={after === null}
      />
    );
  const { nodes, pageInfo, totalCount } = data.workflows;
  if (totalCount === 0)
    return (
      <ListState
        content={
          <Empty title="No workflows yet">
            They are made with the mutation saveWorkflow, and started here.
          </Empty>
        }
      />
    );
  return (
    <>
      {nodes.map((workflow) => (
        <WorkflowRow key={workflow.id} workflow={workflow} />
      ))}
      {pageInfo.hasNextPage && (
        <ListEnd
          totalCount={totalCount}
          pageInfo={pageInfo}
          noun={['workflow', 'workflows']}
          onMore={onMore}
        />
      )}
    </>
  );
}

function WorkflowRow({ workflow: { key, name, version, steps } }: { workflow: ListedWorkflow }) {
  return (
    <li className="workflow-row">
      <div>
        <Link to={workflowPath(key)} className="row-link">
          {name}
        </Link>
        <p className="detail muted">
          <code>{key}</code>, version {version}
        </p>
      </div>
      <span className="muted number">
        {steps.length.toLocaleString()} {steps.length === 1 ? 'step' : 'steps'}
      </span>
      <span className="open" aria-hidden="true">
        Start
      </span>
    </li>
  );
}
