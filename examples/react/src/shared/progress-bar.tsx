export type Tone = 'accent' | 'good' | 'bad' | 'muted';

interface ProgressBarProps {
  /** What progresses, for screen readers. */
  label: string;
  /** 0 to 100. */
  percent: number;
  tone?: Tone;
  /** The number is written beside the bar. */
  withNumber?: boolean;
}

export function ProgressBar({ label, percent, tone = 'accent', withNumber = true }: ProgressBarProps) {
  return (
    <div className="progress" data-tone={tone}>
      <div className="progress-track" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
        <div className="progress-fill" style={{ transform: `scaleX(${percent / 100})` }} />
      </div>
      {withNumber && <span className="number">{percent} %</span>}
    </div>
  );
}
