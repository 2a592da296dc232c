import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import type { ClientListQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { When } from '../shared/dates.tsx';
import {
  ListEnd,
  type ListPageProps,
  ListPages,
  ListState,
  ListWait,
} from '../shared/list-pages.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { Empty } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import { useViewer } from '../shared/viewer.ts';
import { clientPath } from './client-path.ts';
import { CLIENT_TYPE_LABEL } from './client-types.ts';
import { NewClientDialog } from './new-client-dialog.tsx';

const CLIENT_LIST = graphql(`
  query ClientList($after: String, $search: String) @live {
    clients(first: 25, after: $after, filter: { search: $search }) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        name
        clientType
        createdAt
        intakeCompletedAt
        intake {
          percent
        }
        packetSummary {
          total
          completed
          failed
          done
        }
      }
    }
  }
`);

type Row = ClientListQuery['clients']['nodes'][number];

export function ClientListPage() {
  const [search, setSearch] = useState('');
  const [isCreating, setIsCreating] = useState(false);
  const wanted = useDeferredValue(search.trim());
  const viewer = useViewer();
  const isAgency = viewer !== undefined && viewer.role !== 'CLIENT';
  return (
    <div className="page">
      <div className="page-head">
        <h1>Clients</h1>
        <search>
          <input
            type="search"
            aria-label="Search clients"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </search>
        {isAgency && (
          <button type="button" className="primary" onClick={() => setIsCreating(true)}>
            New client
          </button>
        )}
      </div>
      <ClientList key={wanted} search={wanted} />
      {isCreating && <NewClientDialog onClose={() => setIsCreating(false)} />}
    </div>
  );
}

function ClientList({ search }: { search: string }) {
  return (
    <ul className="card rows" aria-label="Clients">
      <li className="client-row heads" aria-hidden="true">
        <span>Name</span>
        <span>Type</span>
        <span>Questionnaire, then packets</span>
        <span>Added</span>
      </li>
      <ListPages>{(page) => <ClientRows {...page} search={search} />}</ListPages>
    </ul>
  );
}

function ClientRows({ search, after, onMore }: ListPageProps & { search: string }) {
  const { data, error, retry } = useLiveQuery({
    query: CLIENT_LIST,
    variables: { after, search: search || null },
  });
  const page = useKept(`${search} ${after}`, { value: data?.clients, error });
  if (!page)
    return (
      <ListWait error={error} onRetry={retry} label="Loading clients" isFirst={after === null} />
    );
  const { nodes, pageInfo, totalCount } = page;
  if (totalCount === 0) return <ListState content={<NoClients search={search} />} />;
  return (
    <>
      {nodes.map((client) => (
        <ClientRow key={client.id} client={client} />
      ))}
      <ListEnd
        totalCount={totalCount}
        pageInfo={pageInfo}
        noun={['client', 'clients']}
        onMore={onMore}
      />
    </>
  );
}

function NoClients({ search }: { search: string }) {
  if (search) return <Empty title={`Nobody is called “${search}”`} />;
  return <Empty title="No clients yet">A new client starts with a questionnaire.</Empty>;
}

function ClientRow({ client }: { client: Row }) {
  return (
    <li className="client-row">
      <Link to={clientPath(client.id)} className="row-link">
        {client.name}
      </Link>
      <span className="muted">{CLIENT_TYPE_LABEL[client.clientType]}</span>
      <div className="client-progress">
        <IntakeState client={client} />
      </div>
      <span className="muted number">
        <span className="visually-hidden">Added </span>
        <When at={client.createdAt} />
      </span>
    </li>
  );
}

/** How far a client is: the questionnaire first, then the packets. */
function IntakeState({ client }: { client: Row }) {
  if (!client.intakeCompletedAt)
    return (
      <ProgressBar
        label={`Questionnaire of ${client.name}`}
        percent={client.intake?.percent ?? 0}
      />
    );
  const { total, completed, failed, done } = client.packetSummary;
  const tone = failed > 0 ? 'bad' : done ? 'good' : 'accent';
  return (
    <span className="badge" data-tone={tone}>
      {completed} of {total} packets ready{failed > 0 && `, ${failed} failed`}
    </span>
  );
}
