/** Clients and their answers by id; a portal user finds its own client only. */
import type { Context } from '../../schema-builder/context.ts';
import { rowLoader } from '../../schema-builder/loaders.ts';
import { clientsById } from './clients.ts';
import { clientNode } from './node.ts';
import { intakesOfClients } from './saved-answers.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Clients by id. */
export const clientLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(clientsById, { ids, portalContactId: context.viewer.contactId }),
  clientNode,
);

/**
 * The answers of a client that the viewer may see, by the client's id; null until some are saved.
 */
export const intakeLoader = rowLoader(async (context, ids) => {
  const rows = await database(context).runPrepared(intakesOfClients, { ids });
  return rows.map((row) => ({ ...row, id: row.clientId }));
});
