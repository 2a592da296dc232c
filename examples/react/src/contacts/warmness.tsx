import type { ListedContact } from './contact-list.ts';
import { WARMNESS_PARTS } from './labels.ts';

const MOST = 10;
const SIGNED = new Intl.NumberFormat(undefined, { signDisplay: 'exceptZero' });

type Warmness = ListedContact['warmness'];

/** A score as a number and a bar. */
export function WarmnessScore({ score }: { score: number }) {
  return (
    <span className="warmness" role="img" aria-label={`Warmness ${score} of ${MOST}`}>
      <strong className="number">{score}</strong>
      <Bar share={score / MOST} />
    </span>
  );
}

/** The parts of a score, each with what it means. */
export function WarmnessParts({
  warmness,
  labelledBy,
}: {
  warmness: Warmness;
  labelledBy: string;
}) {
  const sum = WARMNESS_PARTS.reduce((total, { part }) => total + warmness[part], 0);
  return (
    <>
      <dl className="warmness-parts" aria-labelledby={labelledBy}>
        {WARMNESS_PARTS.map(({ part, label, hint, most }) => (
          <div key={part}>
            <dt>
              {label} <span className="hint">{hint}</span>
            </dt>
            <dd>
              <Bar share={Math.max(0, warmness[part]) / most} />
              <span className="number">{SIGNED.format(warmness[part])}</span>
            </dd>
          </div>
        ))}
      </dl>
      {sum !== warmness.score && (
        <p className="hint">
          Together {sum}; a score is from 0 to {MOST}.
        </p>
      )}
    </>
  );
}

function Bar({ share }: { share: number }) {
  return (
    <span className="warmness-bar" aria-hidden="true">
      <span style={{ width: `${100 * share}%` }} />
    </span>
  );
}
