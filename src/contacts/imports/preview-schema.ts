/** The preview of an import, in the API; its progress is in subscriptions.ts. */
import './subscriptions.ts';
import { parseArgument, parseId } from '../../platform/input.ts';
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { ANALYSIS_WEIGHT, weighs } from '../../schema-builder/weights.ts';
import { Contact } from '../contact-schema.ts';
import { contactLoader } from '../loaders.ts';
import { ImportOptions } from './imports.ts';
import { type Preview, type PreviewColumn, type PreviewRow, previewImport } from './preview.ts';
import {
  ContactFileFormat,
  ContactImportField,
  ContactImportMatch,
  ContactImportOptions,
  ContactImportProblem,
} from './schema.ts';

const PreviewedOutcome = enumOf(
  'ContactImportOutcome',
  ['CREATED', 'UPDATED', 'SKIPPED', 'FAILED'] as const,
  {
    description: 'What would become of a row.',
    values: {
      CREATED: 'It would add a contact.',
      UPDATED: 'It would change a contact, unless it says only what is known.',
      SKIPPED: 'Its contact is there already and would stay as it is.',
      FAILED: 'It could not be imported; `problems` say why.',
    },
  },
);

const ContactImportColumn = builder.objectRef<PreviewColumn>('ContactImportColumn').implement({
  ...membersOnly,
  description: 'A column of a file, and what it is taken for.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description:
        'From the header of the file, "Column 1" and so on without one, or a property of JSONL.',
    }),
    field: t.expose('field', {
      type: ContactImportField,
      nullable: true,
      description: 'What it is mapped to, as given or guessed; null if it is ignored.',
    }),
    samples: t.exposeStringList('samples', {
      description: 'Up to three different values from the first rows.',
    }),
  }),
});

const ContactImportRow = builder.objectRef<PreviewRow>('ContactImportRow').implement({
  ...membersOnly,
  description: 'One of the first rows of a file.',
  fields: (t) => ({
    line: t.exposeInt('line', { description: 'Where it begins in the file.' }),
    cells: t.exposeStringList('cells', { description: 'Its cells, in the order of the columns.' }),
    outcome: t.expose('outcome', {
      type: PreviewedOutcome,
      description: 'What would become of it.',
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'The contact that it is about; null if none is there yet.',
      resolve: ({ contactId }, _args, context) =>
        contactId === null ? null : contactLoader(context).load(contactId),
    }),
    problems: t.expose('problems', {
      type: [ContactImportProblem],
      description: 'What is wrong with it; empty if it can be imported.',
    }),
  }),
});

const ContactImportPreview = builder.objectRef<Preview>('ContactImportPreview').implement({
  ...membersOnly,
  description: 'How a file would be read, and what would become of its first rows.',
  fields: (t) => ({
    format: t.expose('format', { type: ContactFileFormat, description: 'CSV or JSONL.' }),
    encoding: t.exposeString('encoding', { description: 'Such as utf-8 or windows-1252.' }),
    delimiter: t.exposeString('delimiter', {
      nullable: true,
      description: 'The character between the cells of CSV; null for JSONL.',
    }),
    header: t.exposeBoolean('header', {
      description: 'Whether the first line names the columns; false for JSONL.',
    }),
    columns: t.expose('columns', {
      type: [ContactImportColumn],
      description: 'The columns, in the order of the file. At most 200 of a file of CSV.',
    }),
    rows: t.expose('rows', {
      type: [ContactImportRow],
      description: 'The first ten rows.',
    }),
    problem: t.exposeString('problem', {
      nullable: true,
      description:
        'Why an import with these options would fail as a whole, in English; null if it would not.',
    }),
  }),
});

builder.queryFields((t) => ({
  contactImportPreview: t.field({
    ...weighs(ANALYSIS_WEIGHT),
    description:
      'How a complete upload would be read, and what would become of its first rows. Options that are left out are found out, and the result says which they are. Nothing is written. Null if there is no upload with this id.',
    type: ContactImportPreview,
    nullable: true,
    args: {
      uploadId: t.arg.id({ required: true, description: 'The file.' }),
      options: t.arg({ type: ContactImportOptions, description: 'How to read the file.' }),
      onMatch: t.arg({
        type: ContactImportMatch,
        required: true,
        defaultValue: 'UPDATE',
        description: 'What to do with a row whose contact is there already.',
      }),
    },
    resolve: (_root, { uploadId, options, onMatch }, { platform, viewer }) =>
      previewImport(platform, viewer, {
        uploadId: parseId(['ContactUpload'], 'uploadId', uploadId),
        options: parseArgument(ImportOptions, 'options', options ?? {}),
        onMatch,
      }),
  }),
}));
