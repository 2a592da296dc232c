import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { When } from '../shared/dates.tsx';
import { formatDuration } from '../shared/durations.ts';
import { STEP_OUTPUTS, type Step, type StepRun } from './documents.ts';
import { STEP_LABEL, TYPE_LABEL } from './labels.ts';
import { StepIcon } from './step-icon.tsx';
import type { StepState } from './step-state.ts';

interface StepPanelProps {
  step: Step;
  /** Of the execution that is looked at, if any. */
  run?: StepRun & { executionId: string; state: StepState };
}

/** All about the chosen step; it tells screen readers what changes of it. */
export function StepPanel({ step, run }: StepPanelProps) {
  return (
    <section className="card stack step-panel" aria-label={`Step ${step.id}`}>
      <div className="card-head">
        <h2>{step.id}</h2>
        {run && (
          <p className="step-state" role="status">
            <StepIcon state={run.state} /> {STEP_LABEL[run.state]}
          </p>
        )}
      </div>
      {run?.errorMessage && <p className="notice bad">{run.errorMessage}</p>}
      <dl className="facts">
        {run && <RunFacts run={run} />}
        <Fact label="Type">{TYPE_LABEL[step.type]}</Fact>
        <Fact label="Waits for">
          {step.dependsOn.length > 0 ? step.dependsOn.join(', ') : 'Nothing'}
        </Fact>
        {step.when !== null && (
          <Fact label="Only if">
            <code>{step.when}</code>
          </Fact>
        )}
        {!step.parallel && <Fact label="Runs">Alone</Fact>}
        <Fact label="Time limit">{step.timeoutSeconds.toLocaleString()} s</Fact>
      </dl>
      <Json label="Input" value={step.input} />
      {run?.status === 'COMPLETED' && <StepOutput key={run.finishedAt} run={run} />}
    </section>
  );
}

function RunFacts({ run: { attempts, startedAt, finishedAt } }: { run: StepRun }) {
  return (
    <>
      <Fact label="Attempt">
        <span className="number">{attempts > 0 ? attempts.toLocaleString() : '–'}</span>
      </Fact>
      <Fact label="Began">
        {startedAt ? <When at={startedAt} show="date and exact time" /> : '–'}
      </Fact>
      <Fact label="Took">
        <span className="number">
          {startedAt && finishedAt ? formatDuration(startedAt, finishedAt) : '–'}
        </span>
      </Fact>
    </>
  );
}

/** Outputs may be large, so they are read only when one is looked at. */
function StepOutput({
  run: { executionId, stepId },
}: {
  run: { executionId: string; stepId: string };
}) {
  const [{ data }] = useQuery({
    query: STEP_OUTPUTS,
    variables: { id: executionId },
    requestPolicy: 'cache-and-network',
  });
  const steps = data?.node && 'steps' in data.node ? data.node.steps : [];
  return (
    <Json label="Output" value={steps.find((step) => step.stepId === stepId)?.output ?? null} />
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Json({ label, value }: { label: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <details className="json">
      <summary>{label}</summary>
      <pre className="mono">{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
