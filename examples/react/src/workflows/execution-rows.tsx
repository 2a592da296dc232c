import { Link } from 'react-router';
import { When } from '../shared/dates.tsx';
import { formatDuration } from '../shared/durations.ts';
import {
  ListEnd,
  type ListPageProps,
  ListPages,
  ListState,
  ListWait,
} from '../shared/list-pages.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { Empty } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import { EXECUTION_LIST, type ListedExecution } from './documents.ts';
import { EXECUTION_LABEL, EXECUTION_TONE } from './labels.ts';
import { executionPath } from './workflow-path.ts';

interface ExecutionHistoryProps {
  /** Null for all workflows. */
  workflowKey: string | null;
}

/** Executions, newest first. */
export function ExecutionHistory({ workflowKey }: ExecutionHistoryProps) {
  return (
    <section className="stack" aria-labelledby="history">
      <h2 id="history">History</h2>
      <ul className="card rows" aria-label="Executions">
        <ListPages>{(page) => <ExecutionRows {...page} workflowKey={workflowKey} />}</ListPages>
      </ul>
    </section>
  );
}

function ExecutionRows({ workflowKey, after, onMore }: ListPageProps & ExecutionHistoryProps) {
  const { data, error, retry } = useLiveQuery({
    query: EXECUTION_LIST,
    variables: { after, workflowKey },
  });
  const page = useKept(`${workflowKey} ${after}`, { value: data?.workflowExecutions, error });
  if (!page)
    return (
      <ListWait error={error} onRetry={retry} label="Loading executions" isFirst={after === null} />
    );
  const { nodes, pageInfo, totalCount } = page;
  if (totalCount === 0)
    return (
      <ListState
        content={
          <Empty title="Nothing was started yet">Executions are listed here, newest first.</Empty>
        }
      />
    );
  return (
    <>
      {nodes.map((execution) => (
        <ExecutionRow key={execution.id} execution={execution} />
      ))}
      <ListEnd
        totalCount={totalCount}
        pageInfo={pageInfo}
        noun={['execution', 'executions']}
        onMore={onMore}
      />
    </>
  );
}

function ExecutionRow({ execution }: { execution: ListedExecution }) {
  const { id, workflow, status, progress, createdAt, startedAt, finishedAt, startedBy } = execution;
  return (
    <li className="execution-row">
      <div>
        <Link to={executionPath(id)} className="row-link">
          {workflow.name}
        </Link>
        <p className="detail muted">
          <When at={createdAt} show="date and time" />
          {startedBy && `, by ${startedBy.name}`}
        </p>
      </div>
      <ProgressBar
        label={`Progress of ${workflow.name}`}
        percent={progress}
        tone={EXECUTION_TONE[status]}
      />
      <span className="muted number">
        {startedAt && finishedAt && formatDuration(startedAt, finishedAt)}
      </span>
      <span className="badge" data-tone={EXECUTION_TONE[status]}>
        {EXECUTION_LABEL[status]}
      </span>
    </li>
  );
}
