export type Tone = 'accent' | 'good' | 'bad' | 'muted';

const PERCENT = new Intl.NumberFormat(undefined, { style: 'percent' });

/** 0 to 100, in the viewer's own language. */
export function formatPercent(percent: number): string {
  return PERCENT.format(percent / 100);
}

interface ProgressBarProps {
  /** What progresses, for screen readers. */
  label: string;
  /** 0 to 100; null while something goes on of which nobody knows how much there is. */
  percent: number | null;
  tone?: Tone;
}

export function ProgressBar({ label, percent, tone = 'accent' }: ProgressBarProps) {
  return (
    <div className="progress" data-tone={tone} data-unknown={percent === null}>
      <div
        className="progress-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
      >
        <div
          className="progress-fill"
          style={percent === null ? undefined : { transform: `scaleX(${percent / 100})` }}
        />
      </div>
      <span className="number" aria-hidden="true">
        {percent !== null && formatPercent(percent)}
      </span>
    </div>
  );
}
