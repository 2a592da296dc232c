export type Tone = 'accent' | 'good' | 'bad' | 'muted';

const PERCENT = new Intl.NumberFormat(undefined, { style: 'percent' });

interface ProgressBarProps {
  /** What progresses, for screen readers. */
  label: string;
  /** 0 to 100. */
  percent: number;
  tone?: Tone;
}

export function ProgressBar({ label, percent, tone = 'accent' }: ProgressBarProps) {
  return (
    <div className="progress" data-tone={tone}>
      <div className="progress-track" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
        <div className="progress-fill" style={{ transform: `scaleX(${percent / 100})` }} />
      </div>
      <span className="number" aria-hidden="true">
        {PERCENT.format(percent / 100)}
      </span>
    </div>
  );
}
