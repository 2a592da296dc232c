import { type SyntheticEvent, useEffect, useRef } from 'react';
import { Link, useParams } from 'react-router';
import { useQuery } from 'urql';
import { useClientOfPage } from '../clients/client-layout.tsx';
import { clientPath } from '../clients/client-path.ts';
import { graphql } from '../generated/index.ts';
import { When } from '../shared/dates.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { ErrorNotice, Loading, NotFound } from '../shared/states.tsx';
import { usePacketStatus } from './hooks.ts';
import { packetTitle, STATUS_LABEL } from './labels.ts';
import type { LivePacket } from './packet-progress.ts';

const PACKET_CONTENT = graphql(`
  query PacketContent($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Packet {
        html
      }
    }
  }
`);

export function PacketPage() {
  const { packetId = '' } = useParams();
  const { client } = useClientOfPage();
  const { packets, isLoading, error, retry } = usePacketStatus({ clientId: client.id });
  const packet = packets.find(({ id }) => id === packetId);
  if (isLoading) return <Loading label="Loading the packet" rows={1} rowHeight="70vh" />;
  if (error && !packet) return <ErrorNotice error={error} onRetry={retry} />;
  if (!packet) return <NotFound what="packet" />;
  return packet.status === 'COMPLETED' ? (
    <FinishedPacket packet={packet} />
  ) : (
    <UnfinishedPacket packet={packet} />
  );
}

function UnfinishedPacket({ packet }: { packet: LivePacket }) {
  return (
    <section className="card stack" aria-label={packetTitle(packet)}>
      <h2>{packetTitle(packet)}</h2>
      <ProgressBar label={packetTitle(packet)} percent={packet.progress} />
      <p className="muted">{STATUS_LABEL[packet.status]}. It opens here when it is ready.</p>
      <Link to={clientPath(packet.clientId, 'packets')}>All packets</Link>
    </section>
  );
}

function FinishedPacket({ packet }: { packet: LivePacket }) {
  const [{ data, error }, refetch] = useQuery({
    query: PACKET_CONTENT,
    variables: { id: packet.id },
  });
  const frame = useRef<HTMLIFrameElement>(null);
  const html = data?.node?.__typename === 'Packet' ? data.node.html : null;
  const print = () => frame.current?.contentWindow?.print();
  useEffect(() => {
    // What the browser would print by itself is this app around the packet.
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p') return;
      if (!frame.current) return;
      event.preventDefault();
      frame.current.contentWindow?.print();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <section className="stack" aria-label={packetTitle(packet)}>
      <div className="packet-bar">
        <Link to={clientPath(packet.clientId, 'packets')}>← All packets</Link>
        <p className="muted">
          {packet.completedAt && <When at={packet.completedAt} show="date and time" />}
        </p>
        <button type="button" disabled={!html} onClick={print}>
          Print
        </button>
      </div>
      {error && <ErrorNotice error={error} onRetry={refetch} />}
      {data && !html && <NotFound what="packet" />}
      {/* Without allow-scripts nothing in the packet runs; the other two let this page print it. */}
      {html ? (
        <iframe
          ref={frame}
          className="paper"
          title={packetTitle(packet)}
          sandbox="allow-same-origin allow-modals"
          srcDoc={html}
          onLoad={fitToContent}
        />
      ) : (
        !error && !data && <Loading label="Loading the packet" rows={1} rowHeight="70vh" />
      )}
    </section>
  );
}

/** The packet is as tall as it is, so that there is one scroll bar on the page. */
function fitToContent({ currentTarget: frame }: SyntheticEvent<HTMLIFrameElement>): void {
  const content = frame.contentDocument?.documentElement;
  if (!content) return;
  new ResizeObserver(() => {
    frame.style.height = `${Math.ceil(content.getBoundingClientRect().height) + 2}px`;
  }).observe(content);
}
