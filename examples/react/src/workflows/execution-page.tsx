import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { When } from '../shared/dates.tsx';
import { formatDuration } from '../shared/durations.ts';
import { LiveMark } from '../shared/live-mark.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { ErrorNotice, isMalformedId, Loading, NotFound } from '../shared/states.tsx';
import type { ExecutionDetail } from './documents.ts';
import { ExecutionActions } from './execution-actions.tsx';
import { type ExecutionResult, useExecution } from './hooks.ts';
import { EXECUTION_LABEL, EXECUTION_TONE, STEP_LABEL } from './labels.ts';
import { StepIcon } from './step-icon.tsx';
import { Json, StepPanel } from './step-panel.tsx';
import { STEP_STATES, type StepState, stepStateOf } from './step-state.ts';
import { WorkflowGraph } from './workflow-graph.tsx';
import { workflowPath } from './workflow-path.ts';

export function ExecutionPage() {
  const { executionId = '' } = useParams();
  const { execution, error, refresh } = useExecution(executionId);
  const isUnknown = error && !execution ? isMalformedId(error) : execution === null;
  return (
    <div className="page">
      {error && !isUnknown && <ErrorNotice error={error} onRetry={refresh} />}
      {execution && <Execution key={executionId} execution={execution} refresh={refresh} />}
      {isUnknown && <NotFound what="execution" />}
      {!error && execution === undefined && (
        <Loading label="Loading the execution" rows={2} rowHeight="12rem" />
      )}
    </div>
  );
}

function Execution({
  execution,
  refresh,
}: {
  execution: ExecutionDetail;
  refresh: ExecutionResult['refresh'];
}) {
  const { workflow, status, progress, errorMessage, input, steps } = execution;
  const states = statesOf(execution);
  const [wanted, choose] = useState<string | null>(null);
  // What failed is what one comes for.
  const failed = steps.find((run) => run.status === 'FAILED')?.stepId;
  const chosen = wanted ?? failed ?? null;
  return (
    <>
      <title>{`${workflow.name} · Sheaf`}</title>
      <ExecutionHead execution={execution} refresh={refresh} />
      {errorMessage && failed === undefined && <p className="notice bad">{errorMessage}</p>}
      <section className="card stack" aria-label="Progress">
        <ProgressBar label="Execution" percent={progress} tone={EXECUTION_TONE[status]} />
        <div className="card-head">
          <StateCounts states={states} onChoose={choose} />
          <LiveMark />
        </div>
      </section>
      <WorkflowGraph workflow={workflow} states={states} chosen={chosen} onChoose={choose} />
      <ChosenStep execution={execution} states={states} chosen={chosen} />
      <Json label="Input of the execution" value={input} />
    </>
  );
}

function statesOf({ steps, workflow }: ExecutionDetail): Map<string, StepState> {
  const types = new Map(workflow.steps.map(({ id, type }) => [id, type]));
  return new Map(
    steps.map((run) => [run.stepId, stepStateOf({ run, type: types.get(run.stepId) ?? 'WAIT' })]),
  );
}

function ExecutionHead({
  execution,
  refresh,
}: {
  execution: ExecutionDetail;
  refresh: ExecutionResult['refresh'];
}) {
  const { workflow, status, createdAt, startedBy, startedAt, finishedAt } = execution;
  return (
    <div className="page-head">
      <div>
        <h1>
          <Link to={workflowPath(workflow.key)} className="plain">
            {workflow.name}
          </Link>
        </h1>
        <p className="page-state" role="status">
          <span className="badge" data-tone={EXECUTION_TONE[status]}>
            {EXECUTION_LABEL[status]}
          </span>{' '}
          <span className="muted">
            Version {workflow.version}, started{startedBy && ` by ${startedBy.name}`},{' '}
            <When at={createdAt} show="date and time" />
            {startedAt && finishedAt && `, took ${formatDuration(startedAt, finishedAt)}`}
          </span>
        </p>
      </div>
      <ExecutionActions execution={execution} refresh={refresh} />
    </div>
  );
}

/** How many steps are in each state; each leads to the first of them. */
function StateCounts({
  states,
  onChoose,
}: {
  states: ReadonlyMap<string, StepState>;
  onChoose: (stepId: string) => void;
}) {
  const all = [...states];
  const goTo = (stepId: string) => {
    onChoose(stepId);
    document.querySelector<HTMLElement>(`[data-step="${CSS.escape(stepId)}"]`)?.focus();
  };
  return (
    <ul className="state-counts" aria-label="Steps by state">
      {STEP_STATES.map((state) => {
        const inState = all.filter(([, one]) => one === state);
        const first = inState[0]?.[0];
        if (first === undefined) return null;
        return (
          <li key={state}>
            <button type="button" className="quiet" onClick={() => goTo(first)}>
              <StepIcon state={state} /> {STEP_LABEL[state]}{' '}
              <span className="number">{inState.length}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function ChosenStep({
  execution,
  states,
  chosen,
}: {
  execution: ExecutionDetail;
  states: ReadonlyMap<string, StepState>;
  chosen: string | null;
}) {
  const step = execution.workflow.steps.find(({ id }) => id === chosen);
  const run = execution.steps.find(({ stepId }) => stepId === chosen);
  if (!step || !run)
    return <p className="muted">Choose a step to see its times, its attempts and its output.</p>;
  return (
    <StepPanel
      step={step}
      run={{ ...run, executionId: execution.id, state: states.get(step.id) ?? 'PENDING' }}
    />
  );
}
