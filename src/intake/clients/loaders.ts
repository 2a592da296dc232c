/** Clients and their answers by id; portal users get only their own client. */
import type { Context } from '../../schema-builder/context.ts';
import { rowLoader } from '../../schema-builder/loaders.ts';
import { clientsById } from './clients.ts';
import { clientNode } from './node.ts';
import { intakesOfClients } from './saved-answers.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Clients by id; null for those that do not exist or that the viewer may not see. */
export const clientLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(clientsById, { ids, portalContactId: context.viewer.contactId }),
  clientNode,
);

/**
 * The answers of a client by the client's id; null until some are saved. Does not check that the
 * viewer may see the client.
 */
export const intakeLoader = rowLoader(async (context, ids) => {
  const rows = await database(context).runPrepared(intakesOfClients, { ids });
  return rows.map((row) => ({ ...row, id: row.clientId }));
});
