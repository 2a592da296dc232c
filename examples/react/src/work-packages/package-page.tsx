/** A package with its phases and items, live; portal users see the same of their own. */
import { Link, useParams } from 'react-router';
import { organizationPath } from '../contacts/contact-path.ts';
import { Day } from '../shared/dates.tsx';
import { LiveMark } from '../shared/live-mark.tsx';
import { formatPercent, ProgressBar } from '../shared/progress-bar.tsx';
import { ErrorNotice, isMalformedId, Loading, NotFound } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import { useIsAgency } from '../shared/viewer.ts';
import { PACKAGE_DETAIL, type PackageDetail, type Phase } from './documents.ts';
import { ITEM_LABEL, TIMELINE_LABEL, TIMELINE_TONE, toneOf } from './labels.ts';
import { StandingBadge } from './package-row.tsx';

export function PackagePage() {
  const { packageId = '' } = useParams();
  const { data, error, retry } = useLiveQuery({
    query: PACKAGE_DETAIL,
    variables: { id: packageId },
  });
  const workPackage = useKept(packageId, { value: data?.workPackage, error });
  const isUnknown = error ? isMalformedId(error) : workPackage === null;
  return (
    <div className="page">
      {workPackage && <Package workPackage={workPackage} />}
      {isUnknown && <NotFound what="package" />}
      {error && !isUnknown && !workPackage && <ErrorNotice error={error} onRetry={retry} />}
      {!error && workPackage === undefined && (
        <Loading label="Loading the package" rows={2} rowHeight="10rem" />
      )}
    </div>
  );
}

function Package({ workPackage }: { workPackage: PackageDetail }) {
  const { title, description, progress, phases } = workPackage;
  return (
    <>
      <title>{`${title} · Sheaf`}</title>
      <div className="page-head">
        <div>
          <h1>{title}</h1>
          <p className="page-state">
            <StandingBadge workPackage={workPackage} />
            <span className="muted">
              <ForWhom workPackage={workPackage} />
            </span>
          </p>
        </div>
        <LiveMark />
      </div>
      <section className="card stack" aria-label="Progress">
        <ProgressBar label={`Progress of ${title}`} percent={progress} tone={toneOf(workPackage)} />
        <PackageFacts workPackage={workPackage} />
        {description && <p className="prose">{description}</p>}
      </section>
      {phases.map((phase) => (
        <PhaseCard key={phase.id} phase={phase} />
      ))}
      {phases.length === 0 && <p className="muted">The work is not divided into phases yet.</p>}
    </>
  );
}

function ForWhom({ workPackage: { contact, company } }: { workPackage: PackageDetail }) {
  const isAgency = useIsAgency();
  if (!contact && !company) return 'For nobody yet';
  return (
    <>
      For {contact?.name}
      {contact && company && ', '}
      {company && isAgency && <Link to={organizationPath(company.id)}>{company.name}</Link>}
      {company && !isAgency && company.name}
    </>
  );
}

function PackageFacts({
  workPackage: { startDate, expectedEndDate, totalEstimatedHours },
}: {
  workPackage: PackageDetail;
}) {
  return (
    <dl className="counts">
      <div>
        <dd>{startDate ? <Day on={startDate} /> : 'not set'}</dd>
        <dt>Begins</dt>
      </div>
      <div>
        <dd>{expectedEndDate ? <Day on={expectedEndDate} /> : 'not set'}</dd>
        <dt>Due</dt>
      </div>
      <div>
        <dd className="number">{totalEstimatedHours.toLocaleString()}</dd>
        <dt>Hours planned</dt>
      </div>
    </dl>
  );
}

function PhaseCard({ phase }: { phase: Phase }) {
  const { id, name, description, progress, timelineStatus, startDate, expectedEndDate } = phase;
  return (
    <section className="card stack" aria-labelledby={`phase-${id}`}>
      <div className="card-head">
        <h2 id={`phase-${id}`}>{name}</h2>
        <span className="muted">
          {startDate && expectedEndDate && (
            <>
              <Day on={startDate} /> – <Day on={expectedEndDate} />{' '}
            </>
          )}
          <span className="badge" data-tone={TIMELINE_TONE[timelineStatus]}>
            {TIMELINE_LABEL[timelineStatus]}
          </span>
        </span>
      </div>
      {description && <p className="muted">{description}</p>}
      <ProgressBar
        label={`Progress of ${name}`}
        percent={progress}
        tone={TIMELINE_TONE[timelineStatus]}
      />
      <ul className="package-items" aria-labelledby={`phase-${id}`}>
        {phase.items.map((item) => (
          <li key={item.id}>
            <span>
              {item.label}
              {item.quantity > 1 && (
                <span className="muted number">{`\u00a0×\u00a0${item.quantity.toLocaleString()}`}</span>
              )}
            </span>
            <span className="muted number">{formatPercent(item.progressCompleted)}</span>
            <span className="badge" data-tone={item.status === 'COMPLETED' ? 'good' : 'muted'}>
              {ITEM_LABEL[item.status]}
            </span>
          </li>
        ))}
      </ul>
      {phase.items.length === 0 && <p className="muted">Nothing is planned in it yet.</p>}
    </section>
  );
}
