import type { StepState } from './step-state.ts';

/** Told apart by their form, not by their colour. */
const PATHS: Record<StepState, string> = {
  PENDING: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11',
  RUNNING: 'M5 3.2v9.6L13 8Z',
  WAITING: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 5v3.3l2.2 1.5',
  RETRYING: 'M13 8a5 5 0 1 1-1.6-3.7M13.2 2.2v3h-3',
  COMPLETED: 'M2.5 8.5l3.6 3.7L13.5 4.3',
  FAILED: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  SKIPPED: 'M2.5 4l4.5 4l-4.5 4M8.5 4l4.5 4l-4.5 4',
  CANCELLED: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M4.2 4.2l7.6 7.6',
};

export function StepIcon({ state }: { state: StepState }) {
  return (
    <svg
      className="step-icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      data-state={state}
      aria-hidden="true"
    >
      <path d={PATHS[state]} />
    </svg>
  );
}
