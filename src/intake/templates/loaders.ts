/** Packet templates by id. */
import { rowLoader } from '../../schema-builder/loaders.ts';
import { asNode } from '../../schema-builder/nodes.ts';
import { templatesById } from './templates.ts';

/** Packet templates by id. */
export const templateLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(templatesById, { ids }),
  (row) => asNode('PacketTemplate', row),
);
