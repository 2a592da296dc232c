/** `contactImportProgress`: an import as it is now, then after each of its batches. */
import { RequestError } from '../../platform/errors.ts';
import { parseId } from '../../platform/input.ts';
import { liveTopics } from '../../platform/platform.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONTACT_IMPORT_CHANGED } from '../topics.ts';
import { type ImportRecord, importsById, importVersionsById } from './imports.ts';
import { ContactImport } from './schema.ts';

const imports = liveTopics<ImportRecord>(({ database }) => ({
  topic: CONTACT_IMPORT_CHANGED,
  read: (tenantId, ids) => database.forTenant({ tenantId }).runPrepared(importsById, { ids }),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(importVersionsById, { ids }),
}));

builder.subscriptionField('contactImportProgress', (t) =>
  t.field({
    description:
      'An import as it is now, then after each 500 rows and at its end; states may be skipped, but never go back.',
    type: ContactImport,
    args: { id: t.arg.id({ required: true, description: 'The import to follow.' }) },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['ContactImport'], 'id', args.id);
      const states = await imports(platform).subscribe(viewer.tenantId, id);
      if (states === null) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
      return states;
    },
    resolve: (row) => ContactImport.present(row),
  }),
);
