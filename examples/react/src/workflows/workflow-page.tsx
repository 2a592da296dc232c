import { useState } from 'react';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { ErrorNotice, Loading, NotFound } from '../shared/states.tsx';
import { WORKFLOW_DETAIL, type WorkflowDetail } from './documents.ts';
import { ExecutionHistory } from './execution-rows.tsx';
import { StartForm } from './start-form.tsx';
import { StepPanel } from './step-panel.tsx';
import { WorkflowGraph } from './workflow-graph.tsx';

export function WorkflowPage() {
  const { workflowKey = '' } = useParams();
  const [{ data, error }, refetch] = useQuery({
    query: WORKFLOW_DETAIL,
    variables: { key: workflowKey },
  });
  return (
    <div className="page">
      {data?.workflow && <Workflow key={workflowKey} workflow={data.workflow} />}
      {!error && data?.workflow === null && <NotFound what="workflow" />}
      {error && <ErrorNotice error={error} onRetry={refetch} />}
      {!error && !data && <Loading label="Loading the workflow" rows={2} rowHeight="12rem" />}
    </div>
  );
}

function Workflow({ workflow }: { workflow: WorkflowDetail }) {
  const { key, name, version, steps, rateLimit } = workflow;
  const [chosen, choose] = useState<string | null>(null);
  const step = steps.find(({ id }) => id === chosen);
  return (
    <>
      <title>{`${name} · Sheaf`}</title>
      <div className="page-head">
        <div>
          <h1>{name}</h1>
          <p className="muted">
            <code>{key}</code>, version {version}; at most {rateLimit.points.toLocaleString()}{' '}
            starts in {rateLimit.windowSeconds.toLocaleString()} s
          </p>
        </div>
      </div>
      <StartForm workflow={workflow} />
      <section className="stack" aria-labelledby="steps">
        <h2 id="steps">Steps</h2>
        <WorkflowGraph workflow={workflow} chosen={chosen} onChoose={choose} />
        {step && <StepPanel step={step} />}
      </section>
      <ExecutionHistory workflowKey={key} />
    </>
  );
}
