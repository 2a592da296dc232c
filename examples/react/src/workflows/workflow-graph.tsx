/**
 * The steps of a workflow as a graph that scrolls by itself. Steps are buttons over lines in SVG;
 * one of them is in the order of the Tab key, and the arrow keys lead from it to its neighbours, so
 * that 200 steps are no 200 stops.
 */
import { type KeyboardEvent, memo, useMemo, useRef } from 'react';
import type { WorkflowGraph as Graph, Step } from './documents.ts';
import { BOX, type Box, type Layout, layoutOf } from './graph-layout.ts';
import { STEP_LABEL, TYPE_LABEL } from './labels.ts';
import { StepIcon } from './step-icon.tsx';
import type { StepState } from './step-state.ts';

const PX_PER_REM = 16;
const rem = (px: number) => `${px / PX_PER_REM}rem`;

interface WorkflowGraphProps {
  workflow: Graph;
  /** Absent for a definition that nobody runs. */
  states?: ReadonlyMap<string, StepState>;
  chosen: string | null;
  onChoose: (stepId: string) => void;
}

export function WorkflowGraph({ workflow, states, chosen, onChoose }: WorkflowGraphProps) {
  const { steps, plan } = workflow;
  const layout = useMemo(() => layoutOf(steps, plan.groups), [steps, plan]);
  const byId = useMemo(() => new Map(steps.map((step) => [step.id, step])), [steps]);
  const frame = useRef<HTMLDivElement>(null);
  const inTabOrder = chosen ?? layout.boxes[0]?.id;
  const onKeyDown = (event: KeyboardEvent) => {
    const from = (event.target as HTMLElement).dataset['step'];
    const next = from === undefined ? undefined : neighbour(layout.boxes, from, event.key);
    if (!next) return;
    event.preventDefault();
    onChoose(next.id);
    frame.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(next.id)}"]`)?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons in it
    <div ref={frame} className="card graph-frame" onKeyDown={onKeyDown}>
      <div className="graph" style={{ width: rem(layout.width), height: rem(layout.height) }}>
        <Lines layout={layout} states={states} />
        <ol aria-label="Steps">
          {layout.boxes.map((box) => {
            const step = byId.get(box.id);
            if (!step) return null;
            return (
              <StepBox
                key={box.id}
                box={box}
                step={step}
                state={states?.get(box.id)}
                isChosen={box.id === chosen}
                isInTabOrder={box.id === inTabOrder}
                onChoose={onChoose}
              />
            );
          })}
        </ol>
      </div>
    </div>
  );
}

function Lines({
  layout: { width, height, lines },
  states,
}: {
  layout: Layout;
  states: WorkflowGraphProps['states'];
}) {
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {lines.map(({ from, path }) => (
        <path key={from} d={path} data-from={states?.get(from)} />
      ))}
    </svg>
  );
}

interface StepBoxProps {
  box: Box;
  step: Step;
  state: StepState | undefined;
  isChosen: boolean;
  isInTabOrder: boolean;
  onChoose: (stepId: string) => void;
}

const StepBox = memo(function StepBox({
  box,
  step,
  state,
  isChosen,
  isInTabOrder,
  onChoose,
}: StepBoxProps) {
  return (
    <li
      style={{ left: rem(box.x), top: rem(box.y), width: rem(BOX.width), height: rem(BOX.height) }}
    >
      <button
        type="button"
        className="step-box"
        data-step={step.id}
        data-state={state}
        aria-pressed={isChosen}
        tabIndex={isInTabOrder ? 0 : -1}
        title={step.id}
        onClick={() => onChoose(step.id)}
      >
        {state && <StepIcon state={state} />}
        <span>
          <strong>{step.id}</strong>
          <span className="detail">{state ? STEP_LABEL[state] : TYPE_LABEL[step.type]}</span>
        </span>
      </button>
    </li>
  );
});

/** Up and down in the column, or the nearest box of the column beside it. */
function neighbour(boxes: readonly Box[], id: string, key: string): Box | undefined {
  const index = boxes.findIndex((box) => box.id === id);
  const from = boxes[index];
  if (!from) return undefined;
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const next = boxes[key === 'ArrowUp' ? index - 1 : index + 1];
    return next?.column === from.column ? next : undefined;
  }
  const way = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (way === undefined) return undefined;
  const beside = boxes.filter(({ column }) => column === from.column + way);
  return beside.sort((one, other) => Math.abs(one.y - from.y) - Math.abs(other.y - from.y))[0];
}
