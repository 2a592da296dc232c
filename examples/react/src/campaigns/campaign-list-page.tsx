import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import { When } from '../shared/dates.tsx';
import {
  ListEnd,
  type ListPageProps,
  ListPages,
  ListState,
  ListWait,
} from '../shared/list-pages.tsx';
import { Empty } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import { campaignPath } from './campaign-path.ts';
import { CAMPAIGN_LIST, type ListedCampaign } from './documents.ts';
import { CAMPAIGN_LABEL, CAMPAIGN_TONE, FIGURE_LABEL } from './labels.ts';

const FIGURES = ['sent', 'delivered', 'read', 'replied', 'failed'] as const;

export function CampaignListPage() {
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim());
  return (
    <div className="page">
      <title>Campaigns · Sheaf</title>
      <div className="page-head">
        <h1>Campaigns</h1>
        <search>
          <input
            type="search"
            aria-label="Search campaigns"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </search>
      </div>
      <ul className="card rows" aria-label="Campaigns">
        <li className="campaign-row heads" aria-hidden="true">
          <span>Name</span>
          <span>State</span>
          {FIGURES.map((figure) => (
            <span key={figure} className="number">
              {FIGURE_LABEL[figure]}
            </span>
          ))}
        </li>
        <ListPages key={wanted}>{(page) => <CampaignRows {...page} search={wanted} />}</ListPages>
      </ul>
    </div>
  );
}

function CampaignRows({ search, after, onMore }: ListPageProps & { search: string }) {
  const { data, error, retry } = useLiveQuery({
    query: CAMPAIGN_LIST,
    variables: { after, search: search || null },
  });
  const page = useKept(`${search} ${after}`, { value: data?.campaigns, error });
  if (!page)
    return (
      <ListWait error={error} onRetry={retry} label="Loading campaigns" isFirst={after === null} />
    );
  const { nodes, pageInfo, totalCount } = page;
  if (totalCount === 0) return <ListState content={<NoCampaigns search={search} />} />;
  return (
    <>
      {nodes.map((campaign) => (
        <CampaignRow key={campaign.id} campaign={campaign} />
      ))}
      <ListEnd
        totalCount={totalCount}
        pageInfo={pageInfo}
        noun={['campaign', 'campaigns']}
        onMore={onMore}
      />
    </>
  );
}

function NoCampaigns({ search }: { search: string }) {
  if (search) return <Empty title={`No campaign is called “${search}”`} />;
  return (
    <Empty title="No campaigns yet">
      They are made with the mutation createCampaign, and launched here.
    </Empty>
  );
}

function CampaignRow({ campaign }: { campaign: ListedCampaign }) {
  const { id, name, status, contactCount, stats } = campaign;
  return (
    <li className="campaign-row">
      <div className="campaign-name">
        <Link to={campaignPath(id)} className="row-link">
          {name}
        </Link>
        <p className="detail muted">
          {contactCount.toLocaleString()} contacts, <Moment campaign={campaign} />
        </p>
      </div>
      <span>
        <span className="badge" data-tone={CAMPAIGN_TONE[status]}>
          {CAMPAIGN_LABEL[status]}
        </span>
      </span>
      {FIGURES.map((figure) => (
        <span key={figure} className="number" data-zero={stats.totals[figure] === 0}>
          <span className="figure-name">{FIGURE_LABEL[figure]} </span>
          {stats.totals[figure].toLocaleString()}
        </span>
      ))}
    </li>
  );
}

function Moment({
  campaign: { status, scheduledAt, startedAt, createdAt },
}: {
  campaign: ListedCampaign;
}) {
  if (startedAt) {
    return (
      <>
        launched <When at={startedAt} />
      </>
    );
  }
  if (status === 'SCHEDULED' && scheduledAt) {
    return (
      <>
        starts <When at={scheduledAt} show="date and time" />
      </>
    );
  }
  return (
    <>
      made <When at={createdAt} />
    </>
  );
}
