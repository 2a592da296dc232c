import { useParams } from 'react-router';
import { When } from '../shared/dates.tsx';
import { LiveMark } from '../shared/live-mark.tsx';
import { ErrorNotice, isMalformedId, Loading, NotFound } from '../shared/states.tsx';
import { CampaignActions } from './campaign-actions.tsx';
import type { CampaignDetail, CampaignStats } from './documents.ts';
import { Funnel, FunnelRates } from './funnel.tsx';
import { type CampaignResult, useCampaign, useCampaignStats, useRereadAtState } from './hooks.ts';
import { CAMPAIGN_LABEL, CAMPAIGN_TONE, SOURCE_LABEL, SOURCE_MEANING } from './labels.ts';
import { TemplateTable } from './template-table.tsx';

export function CampaignPage() {
  const { campaignId = '' } = useParams();
  const { campaign, error, refresh } = useCampaign(campaignId);
  const isUnknown = error ? isMalformedId(error) : campaign === null;
  return (
    <div className="page">
      {campaign && <Campaign key={campaignId} campaign={campaign} refresh={refresh} />}
      {isUnknown && <NotFound what="campaign" />}
      {error && !isUnknown && <ErrorNotice error={error} onRetry={refresh} />}
      {!error && campaign === undefined && (
        <Loading label="Loading the campaign" rows={2} rowHeight="10rem" />
      )}
    </div>
  );
}

function Campaign({
  campaign,
  refresh,
}: {
  campaign: CampaignDetail;
  refresh: CampaignResult['refresh'];
}) {
  const { data: stats, error, retry } = useCampaignStats(campaign.id);
  useRereadAtState(stats?.status, campaign.status, refresh);
  return (
    <>
      <title>{`${campaign.name} · Sheaf`}</title>
      <CampaignHead campaign={campaign} refresh={refresh} />
      {error && <ErrorNotice error={error} onRetry={retry} />}
      {stats ? (
        <Figures stats={stats} />
      ) : (
        !error && <Loading label="Loading the figures" rows={2} rowHeight="16rem" />
      )}
    </>
  );
}

function CampaignHead({
  campaign,
  refresh,
}: {
  campaign: CampaignDetail;
  refresh: CampaignResult['refresh'];
}) {
  const { name, status, statusReason, contactCount, whatsAppNumber } = campaign;
  return (
    <div className="page-head">
      <div>
        <h1>{name}</h1>
        <p className="page-state" role="status">
          <span className="badge" data-tone={CAMPAIGN_TONE[status]}>
            {CAMPAIGN_LABEL[status]}
          </span>{' '}
          <span className="muted">
            {contactCount.toLocaleString()} contacts
            {whatsAppNumber && `, from ${whatsAppNumber.displayPhoneNumber}`}
            <Moment campaign={campaign} />
          </span>
        </p>
      </div>
      <CampaignActions campaign={campaign} refresh={refresh} />
      {statusReason && <p className="notice bad">{statusReason}</p>}
    </div>
  );
}

function Moment({
  campaign: { status, scheduledAt, startedAt, completedAt },
}: {
  campaign: CampaignDetail;
}) {
  if (completedAt) {
    return (
      <>
        , ended <When at={completedAt} show="date and time" />
      </>
    );
  }
  if (startedAt) {
    return (
      <>
        , launched <When at={startedAt} show="date and time" />
      </>
    );
  }
  if (!scheduledAt) return null;
  return (
    <>
      , {status === 'SCHEDULED' ? 'starts' : 'planned for'}{' '}
      <When at={scheduledAt} show="date and time" />
    </>
  );
}

function Figures({ stats }: { stats: CampaignStats }) {
  return (
    <>
      <section className="card stack" aria-labelledby="figures" data-version={stats.version}>
        <div className="card-head">
          <h2 id="figures">Figures</h2>
          <LiveMark />
        </div>
        <div className="figures">
          <Funnel counts={stats.totals} />
          <FunnelRates campaignId={stats.campaignId} counts={stats.totals} />
        </div>
        <p className="hint">
          <span className="badge">{SOURCE_LABEL[stats.source]}</span> {SOURCE_MEANING[stats.source]}{' '}
          As of <When at={stats.computedAt} show="date and exact time" />.
        </p>
      </section>
      <section className="stack" aria-labelledby="templates">
        <h2 id="templates">Templates</h2>
        <TemplateTable stats={stats} labelledBy="templates" />
      </section>
    </>
  );
}
