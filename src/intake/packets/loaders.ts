/** Clients, answers and packets by id; a portal client finds what is of its own client only. */
import { type Context, perRequest } from '../../schema-builder/context.ts';
import { groupLoader, rowLoader } from '../../schema-builder/loaders.ts';
import { asNode } from '../../schema-builder/nodes.ts';
import { clientsById } from '../clients/clients.ts';
import { progressOfClients } from '../clients/saved-answers.ts';
import { clientNode, packetNode } from './node.ts';
import {
  packetHtmlById,
  packetSectionsById,
  packetsById,
  packetsOfClients,
  readQueue,
} from './packets.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { templatesById } from '../templates/templates.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

export const clientLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(clientsById, { ids, portalContactId: context.viewer.contactId }),
  clientNode,
);
export const packetLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(packetsById, { ids, portalContactId: context.viewer.contactId }),
  packetNode,
);
export const templateLoader = rowLoader(
  (context, ids) => database(context).runPrepared(templatesById, { ids }),
  (row) => asNode('PacketTemplate', row),
);
export const intakeLoader = rowLoader(async (context, ids) => {
  const rows = await database(context).runPrepared(progressOfClients, { ids });
  return rows.map((row) => ({ ...row, id: row.clientId }));
});

/**
 * All packets of a client, in the order in which they were made: the list and its summary share one
 * statement.
 */
export const packetsOfClientLoader = groupLoader(
  (context, ids) => database(context).runPrepared(packetsOfClients, { ids }),
  (packet) => packet.clientId,
);

const sectionsLoader = rowLoader((context, ids) =>
  database(context).runPrepared(packetSectionsById, { ids }),
);
const htmlLoader = rowLoader((context, ids) =>
  database(context).runPrepared(packetHtmlById, { ids }),
);

export async function loadSections(context: Context, id: string): Promise<RenderedSection[]> {
  const row = await sectionsLoader(context).load(id);
  return (row?.sections ?? []) as RenderedSection[];
}

export async function loadHtml(context: Context, id: string): Promise<string | null> {
  return (await htmlLoader(context).load(id))?.html ?? null;
}

/** The figures of the queue, read once a request. */
export const queueFigures = perRequest(({ platform, viewer }) => readQueue(platform, viewer));
