/** Packets by id and by client; a portal user finds those of its own client only. */
import { type Context, perRequest } from '../../schema-builder/context.ts';
import { groupLoader, rowLoader } from '../../schema-builder/loaders.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { packetNode } from './node.ts';
import { packetHtmlById, packetSectionsById, packetsById, packetsOfClients } from './packets.ts';
import { readQueue } from './queue.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Packets by id, without their content. */
export const packetLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(packetsById, { ids, portalContactId: context.viewer.contactId }),
  packetNode,
);

/** All packets of a client, oldest first: the list and its summary share one statement. */
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

/** The finished sections of a packet that the viewer may see. */
export async function loadSections(context: Context, id: string): Promise<RenderedSection[]> {
  return (await sectionsLoader(context).load(id))?.sections ?? [];
}

/** The page of a packet that the viewer may see; null until it is finished. */
export async function loadHtml(context: Context, id: string): Promise<string | null> {
  return (await htmlLoader(context).load(id))?.html ?? null;
}

/** The queue of the tenant, read once a request. */
export const loadQueue = perRequest(({ platform, viewer }) => readQueue(platform, viewer));
