/**
 * What all pages of one client share: its name, the way between them, and what is said when its
 * packets are done.
 */
import { Navigate, NavLink, Outlet, useOutletContext, useParams } from 'react-router';
import { useQuery } from 'urql';
import type { ClientDetailQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { useGenerationProgress, useIsGenerating, usePacketStatus } from '../packets/hooks.ts';
import { packetTitle } from '../packets/labels.ts';
import { useNotify } from '../shared/notices.tsx';
import { ErrorNotice, isMalformedId, Loading, NotFound } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { clientPath } from './client-path.ts';
import { CLIENT_TYPE_LABEL } from './client-types.ts';

const CLIENT_DETAIL = graphql(`
  query ClientDetail($id: ID!) {
    client(id: $id) {
      id
      name
      clientType
      intakeCompletedAt
      intake {
        answers
        percent
        lastSavedAt
      }
    }
  }
`);

export type ClientDetail = NonNullable<ClientDetailQuery['client']>;

interface ClientContext {
  client: ClientDetail;
  /** Asks the server again, for what others have changed. */
  refresh: () => void;
}

/** The client that the page is about. */
export function useClientOfPage(): ClientContext {
  return useOutletContext<ClientContext>();
}

export function ClientLayout() {
  const { clientId = '' } = useParams();
  const [{ data, error }, refetch] = useQuery({
    query: CLIENT_DETAIL,
    variables: { id: clientId },
  });
  // What is being filled in stays, though it can't be asked for again just now.
  const client = useKept(clientId, { value: data?.client, error });
  if (client)
    return (
      <ClientFrame
        key={clientId}
        client={client}
        refresh={() => refetch({ requestPolicy: 'network-only' })}
      />
    );
  const isUnknown = error ? isMalformedId(error) : client === null;
  return (
    <div className="page">
      {isUnknown && <NotFound what="client" />}
      {error && !isUnknown && <ErrorNotice error={error} onRetry={refetch} />}
      {!error && !isUnknown && <Loading label="Loading the client" rowHeight="6rem" />}
    </div>
  );
}

/** From a bare /clients/ID to where the client stands. */
export function ClientStart() {
  const { client } = useClientOfPage();
  return (
    <Navigate to={clientPath(client.id, client.intakeCompletedAt ? 'packets' : 'intake')} replace />
  );
}

function ClientFrame({ client, refresh }: ClientContext) {
  const notify = useNotify();
  usePacketStatus({
    clientId: client.id,
    onPacketFailed: (packet) => notify(`${packetTitle(packet)} failed.`, 'bad'),
    onAllComplete: ({ completed, failed }) =>
      notify(
        failed > 0 ? `${completed} packets are ready, ${failed} failed.` : 'All packets are ready.',
        failed > 0 ? 'bad' : 'good',
      ),
  });
  return (
    <div className="page">
      <title>{`${client.name} · Sheaf`}</title>
      <div className="page-head">
        <div>
          <h1>{client.name}</h1>
          <p className="muted">{CLIENT_TYPE_LABEL[client.clientType]}</p>
        </div>
        <nav className="tabs" aria-label="Pages of the client">
          <NavLink to={clientPath(client.id, 'intake')}>Questionnaire</NavLink>
          <NavLink to={clientPath(client.id, 'packets')}>
            Packets <PacketCount clientId={client.id} />
          </NavLink>
        </nav>
      </div>
      <Outlet context={{ client, refresh } satisfies ClientContext} />
    </div>
  );
}

function PacketCount({ clientId }: { clientId: string }) {
  const summary = useGenerationProgress(clientId);
  const isGenerating = useIsGenerating(clientId);
  return (
    <span className="count number">
      {isGenerating && <span className="spinner" aria-hidden="true" />}
      {summary && summary.total > 0 && (
        <span>
          {summary.completed}/{summary.total}
        </span>
      )}
    </span>
  );
}
