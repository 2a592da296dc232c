import { useId } from 'react';
import { Link } from 'react-router';
import { When } from '../shared/dates.tsx';
import type { ListedContact } from './contact-list.ts';
import { organizationPath } from './contact-path.ts';
import { ACTIVITY_LABEL, LEAD_LABEL } from './labels.ts';
import { WarmnessParts, WarmnessScore } from './warmness.tsx';

interface ContactRowProps {
  contact: ListedContact;
  isOpen: boolean;
  onToggle: () => void;
}

/** One line, which opens to what the score is made of and the last activities. */
export function ContactRow({ contact, isOpen, onToggle }: ContactRowProps) {
  const id = useId();
  const {
    name,
    addedToCampaign,
    jobTitle,
    email,
    organization,
    lastContactedAt,
    warmness,
    recentActivities,
  } = contact;
  // What the date above it is of; an older one is none of those that were read.
  const contacting = recentActivities.find(({ occurredAt }) => occurredAt === lastContactedAt);
  return (
    <>
      <div className="contact-line">
        <div className="contact-name">
          <button
            type="button"
            className="row-link"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            onClick={onToggle}
          >
            {name}
          </button>
          <p className="detail muted">
            {addedToCampaign && <strong className="in-campaign">In a campaign · </strong>}
            {jobTitle ?? email ?? 'No job title'}
          </p>
        </div>
        <p className="contact-organization">
          {organization ? (
            <Link
              to={organizationPath(organization.id)}
              title={`All contacts of ${organization.name}`}
            >
              {organization.name}
            </Link>
          ) : (
            <span className="muted">No organization</span>
          )}
        </p>
        <WarmnessScore score={warmness.score} />
        <div className="contact-last">
          <p className="number">
            <span className="visually-hidden">Last contacted: </span>
            {lastContactedAt ? <When at={lastContactedAt} /> : <span className="muted">Never</span>}
          </p>
          <p className="detail muted">
            {contacting
              ? `${ACTIVITY_LABEL[contacting.type]}: ${contacting.subject}`
              : 'No call, e-mail or meeting lately'}
          </p>
        </div>
        <span className="chevron" aria-hidden="true" />
      </div>
      {isOpen && <ContactMore id={id} contact={contact} />}
    </>
  );
}

function ContactMore({ id, contact }: { id: string; contact: ListedContact }) {
  return (
    <section className="contact-more" id={id} aria-label={`About ${contact.name}`}>
      <div>
        <h2 id={`${id}-warmness`}>Warmness: {contact.warmness.score} of 10</h2>
        <WarmnessParts warmness={contact.warmness} labelledBy={`${id}-warmness`} />
      </div>
      <div>
        <h2 id={`${id}-activities`}>Last activities</h2>
        <LastActivities activities={contact.recentActivities} labelledBy={`${id}-activities`} />
      </div>
      <ContactFacts contact={contact} />
    </section>
  );
}

function LastActivities({
  activities,
  labelledBy,
}: {
  activities: ListedContact['recentActivities'];
  labelledBy: string;
}) {
  if (activities.length === 0) return <p className="muted">None yet.</p>;
  return (
    <ol className="last-activities" aria-labelledby={labelledBy}>
      {activities.map(({ id, type, subject, occurredAt }) => (
        <li key={id}>
          <span className="badge">{ACTIVITY_LABEL[type]}</span>
          <span>{subject}</span>
          <span className="muted number">
            <When at={occurredAt} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function ContactFacts({
  contact: { email, phone, leadStatus, owner },
}: {
  contact: ListedContact;
}) {
  return (
    <dl className="contact-facts">
      <div>
        <dt>E-mail</dt>
        <dd>{email ? <a href={`mailto:${email}`}>{email}</a> : '–'}</dd>
      </div>
      <div>
        <dt>Phone</dt>
        <dd>{phone ? <a href={`tel:${phone}`}>{phone}</a> : '–'}</dd>
      </div>
      <div>
        <dt>Lead</dt>
        <dd>{leadStatus ? LEAD_LABEL[leadStatus] : '–'}</dd>
      </div>
      <div>
        <dt>Owner</dt>
        <dd>{owner.name}</dd>
      </div>
    </dl>
  );
}
