/** Packets by id and by client; portal users get only those of their own client. */
import { type Context, perRequest } from '../../schema-builder/context.ts';
import { groupLoader, rowLoader } from '../../schema-builder/loaders.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { packetNode } from './node.ts';
import { packetHtmlById, packetSectionsById, packetsById, packetsOfClients } from './packets.ts';
import { readQueue } from './queue.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Packets by id, without their content; null for those that the viewer may not see. */
export const packetLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(packetsById, { ids, portalContactId: context.viewer.contactId }),
  packetNode,
);

/**
 * All packets of a client, oldest first: the list and its summary share one statement. Does not
 * check that the viewer may see the client.
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

/** The finished sections of a packet, in order. Does not check that the viewer may see it. */
export async function loadSections(context: Context, id: string): Promise<RenderedSection[]> {
  return (await sectionsLoader(context).load(id))?.sections ?? [];
}

/** The page of a packet; null until it is finished. Does not check that the viewer may see it. */
export async function loadHtml(context: Context, id: string): Promise<string | null> {
  return (await htmlLoader(context).load(id))?.html ?? null;
}

/** The queue of the viewer's tenant, read once per request. */
export const loadQueue = perRequest(({ platform, viewer }) => readQueue(platform, viewer));
