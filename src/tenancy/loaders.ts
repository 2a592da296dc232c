import { rowLoader } from '../schema-builder/loaders.ts';
import { usersById } from './users.ts';

/** Users of the viewer's tenant, whatever their state. */
export const userLoader = rowLoader((context, ids) => context.platform.database.forTenant(context.viewer).runPrepared(usersById, { ids }));
