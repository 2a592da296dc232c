/** Exports of contacts, in the API. */
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { mutation, payloadType } from '../../schema-builder/mutations.ts';
import { ContactFileFormat } from '../imports/schema.ts';
import { ExportContacts, type ExportRow, exportContacts, KEEP_EXPORT_MS } from './exports.ts';

const ContactExport = builder.objectRef<ExportRow>('ContactExport').implement({
  ...membersOnly,
  description: 'A file of contacts that is made while it is downloaded.',
  fields: (t) => ({
    path: t.string({
      description:
        'Where to download it, as often as you like until it expires: GET this path with your token.',
      resolve: ({ id, format }) => `/exports/${id}/contacts.${format.toLowerCase()}`,
    }),
    format: t.expose('format', { type: ContactFileFormat, description: 'How it is written.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Until when it can be downloaded: an hour after it was asked for.',
      resolve: ({ createdAt }) => new Date(Date.parse(createdAt) + KEEP_EXPORT_MS).toISOString(),
    }),
  }),
});

mutation('exportContacts', {
  description:
    'Prepares a file of the contacts that a filter finds, with the columns that importContacts takes. In CSV, a cell that begins with =, +, - or @ gets an apostrophe before it, so that no spreadsheet takes it for a formula.',
  input: ExportContacts,
  payload: payloadType<{ export: ExportRow }>('ContactExportPayload', (t) => ({
    export: t.field({
      type: ContactExport,
      nullable: true,
      description: 'The file; null where userErrors say why there is none.',
      resolve: (payload) => payload.export ?? null,
    }),
  })),
  rule: exportContacts,
});
