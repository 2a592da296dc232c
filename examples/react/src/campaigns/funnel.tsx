/**
 * How far the messages of a campaign came, as bars that share one scale. Plain SVG in percentages,
 * so that it is as wide as its room.
 */
import { Link } from 'react-router';
import { failedPath } from './campaign-path.ts';
import type { MessageFigures } from './documents.ts';
import { FIGURE_LABEL, FUNNEL, formatRate } from './labels.ts';

const ROW_PX = 46;
const BAR_PX = 14;
const BAR_TOP_PX = 22;

export function Funnel({ counts }: { counts: MessageFigures }) {
  return (
    <svg
      className="funnel"
      width="100%"
      height={FUNNEL.length * ROW_PX - (ROW_PX - BAR_TOP_PX - BAR_PX)}
      role="img"
      aria-label={inWords(counts)}
    >
      {FUNNEL.map((figure, index) => (
        <g key={figure} data-figure={figure}>
          <text y={index * ROW_PX + BAR_PX}>{FIGURE_LABEL[figure]}</text>
          <text className="number" x="100%" y={index * ROW_PX + BAR_PX} textAnchor="end">
            {counts[figure].toLocaleString()}
          </text>
          <rect
            className="funnel-track"
            y={index * ROW_PX + BAR_TOP_PX}
            width="100%"
            height={BAR_PX}
            rx={4}
          />
          <rect
            className="funnel-bar"
            y={index * ROW_PX + BAR_TOP_PX}
            height={BAR_PX}
            rx={4}
            style={{ width: `${percentOf(counts[figure], counts.total)}%` }}
          />
        </g>
      ))}
    </svg>
  );
}

/** The rates of the API, each with what it is a share of. */
export function FunnelRates({
  campaignId,
  counts: { deliveryRate, readRate, replyRate, failed },
}: {
  campaignId: string;
  counts: MessageFigures;
}) {
  const rates = [
    { label: 'Delivered', rate: deliveryRate, of: 'of sent' },
    { label: 'Read', rate: readRate, of: 'of sent' },
    { label: 'Replied', rate: replyRate, of: 'of delivered' },
  ];
  return (
    <dl className="rates">
      {rates.map(({ label, rate, of }) => (
        <div key={label}>
          <dt>
            {label} <span className="hint">{of}</span>
          </dt>
          <dd className="number">{formatRate(rate)}</dd>
        </div>
      ))}
      <div data-bad={failed > 0}>
        <dt>
          Failed <span className="hint">messages</span>
        </dt>
        <dd className="number">
          {failed === 0 ? (
            '0'
          ) : (
            <Link to={failedPath(campaignId)} title="Why, and for whom">
              {failed.toLocaleString()}
            </Link>
          )}
        </dd>
      </div>
    </dl>
  );
}

function inWords(counts: MessageFigures): string {
  const [, ...steps] = FUNNEL.map(
    (figure) => `${counts[figure].toLocaleString()} ${FIGURE_LABEL[figure].toLowerCase()}`,
  );
  return `Of ${counts.total.toLocaleString()} messages ${steps.join(', ')}`;
}

function percentOf(count: number, total: number): number {
  return total === 0 ? 0 : Math.min(100, (100 * count) / total);
}
