import { Link } from 'react-router';
import { Day } from '../shared/dates.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import type { ListedPackage } from './documents.ts';
import { PACKAGE_STATUS_LABEL, TIMELINE_LABEL, toneOf } from './labels.ts';
import { packagePath } from './package-path.ts';

/** A package in a list: for whom it is, how far it is, and when it is to end. */
export function PackageRow({ workPackage }: { workPackage: ListedPackage }) {
  const { id, title, progress, expectedEndDate } = workPackage;
  return (
    <li className="package-row">
      <div>
        <Link to={packagePath(id)} className="row-link">
          {title}
        </Link>
        <p className="detail muted">{forWhom(workPackage) ?? 'For nobody yet'}</p>
      </div>
      <ProgressBar label={`Progress of ${title}`} percent={progress} tone={toneOf(workPackage)} />
      <span className="muted number">
        {expectedEndDate ? (
          <>
            Due <Day on={expectedEndDate} />
          </>
        ) : (
          'No date'
        )}
      </span>
      <StandingBadge workPackage={workPackage} />
    </li>
  );
}

/** Drafts and archived packages have no deadline that anybody waits for. */
export function StandingBadge({
  workPackage,
}: {
  workPackage: Pick<ListedPackage, 'status' | 'timelineStatus'>;
}) {
  const { status, timelineStatus } = workPackage;
  return (
    <span className="badge" data-tone={toneOf(workPackage)}>
      {status === 'ACTIVE' ? TIMELINE_LABEL[timelineStatus] : PACKAGE_STATUS_LABEL[status]}
    </span>
  );
}

/** The client's names; undefined where there is none. */
export function forWhom({
  company,
  contact,
}: Pick<ListedPackage, 'company' | 'contact'>): string | undefined {
  const names = [contact?.name, company?.name].filter((name) => name != null);
  return names.length > 0 ? names.join(', ') : undefined;
}
