/** Imports of contacts from files, in the API. Portal users see nothing of them. */
import {
  ContactFileFormat as ContactFileFormatName,
  ContactImportMatch as ContactImportMatchName,
  ContactImportStatus as ContactImportStatusName,
} from '../../../generated/kysely.ts';
import { parseArgument, parseId, wholeNumber } from '../../platform/input.ts';
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { groupLoader, rowLoader } from '../../schema-builder/loaders.ts';
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { asNode, nodeType } from '../../schema-builder/nodes.ts';
import { IMPORT_FIELDS, type ImportField } from './fields.ts';
import {
  ImportContacts,
  ImportMapping,
  ImportOptions,
  importContacts,
  importsById,
  listImports,
  problemsOf,
} from './imports.ts';

const MAX_PROBLEMS = 500;

/** CSV or JSONL. */
export const ContactFileFormat = enumOf('ContactFileFormat', ContactFileFormatName, {
  description: 'How a file of contacts is written.',
  values: {
    CSV: 'A row for each contact, its cells between commas or another delimiter.',
    JSONL: 'A JSON object for each contact, each on a line of its own.',
  },
});

/** UPDATE, SKIP or CREATE. */
export const ContactImportMatch = enumOf('ContactImportMatch', ContactImportMatchName, {
  description:
    'What to do with a row whose contact is there already: the one with its id, or else with its e-mail address, or without one its phone number, whose name agrees.',
  values: {
    UPDATE: 'The cells that are filled in replace what the contact has.',
    SKIP: 'The contact stays as it is.',
    CREATE: 'Another contact is added all the same.',
  },
});

const ContactImportStatus = enumOf('ContactImportStatus', ContactImportStatusName, {
  description: 'How far an import is. A tenant has at most one that is QUEUED or RUNNING.',
  values: {
    QUEUED: 'It is waiting for its turn.',
    RUNNING: 'It is reading the file, row by row.',
    COMPLETED: 'All rows are done; `problems` lists those that could not be imported.',
    FAILED: 'It ended early; `errorMessage` says why. What it had already written stays.',
  },
});

/** What a column of a file may say of a contact. */
export const ContactImportField = enumOf('ContactImportField', IMPORT_FIELDS, {
  description: 'What a column of a file says of a contact.',
  values: {
    ID: 'The id of a contact that is here already, as an export has it.',
    NAME: 'The full name.',
    FIRST_NAME: 'The first part of the name, where NAME is not given.',
    LAST_NAME: 'The last part of the name, where NAME is not given.',
    EMAIL: 'The e-mail address.',
    PHONE:
      "The phone number in any spelling; without a country code it is taken to be from your tenant's country.",
    JOB_TITLE: 'What the person does at the organization.',
    ORGANIZATION:
      'The name of the organization. One with this name, whatever its case and punctuation, is found, or else created.',
    LEAD_STATUS: 'One of the lead statuses.',
    OWNER: 'The e-mail or whole name of the user in charge. Without it, new contacts are yours.',
    MARKETING_CONSENT:
      'Whether the person wants campaign messages: yes or no, OPTED_IN or OPTED_OUT. A no counts from now on. A yes without CONSENT_AT counts only for those who have said nothing yet.',
    CONSENT_AT: 'When that was said: a date, or a date and time with its zone.',
  },
});

inputOf('ContactImportMapping', ImportMapping);
/** How to read a file. */
export const ContactImportOptions = inputOf('ContactImportOptions', ImportOptions);

interface Problem {
  line: number;
  field: ImportField | null;
  message: string;
}

/** What is wrong with a row. */
export const ContactImportProblem = builder.objectRef<Problem>('ContactImportProblem').implement({
  ...membersOnly,
  description: 'What is wrong with a row of a file. The other rows are not affected.',
  fields: (t) => ({
    line: t.exposeInt('line', {
      description: 'Where the row begins in the file, whose first line is 1.',
    }),
    field: t.expose('field', {
      type: ContactImportField,
      nullable: true,
      description: 'What the cell is mapped to; null if it is the row as a whole.',
    }),
    message: t.exposeString('message', {
      description: 'What was expected, in English.',
    }),
  }),
});

const importLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(importsById, { ids }),
  (row) => asNode('ContactImport', row),
);
const problemLoader = groupLoader(
  ({ platform, viewer }, keys) => problemsOf(platform, viewer, keys),
  (row) => row.key,
  // The column holds what an import stored.
  ({ line, field, message }): Problem => ({ line, field: field as ImportField | null, message }),
);

/** Loaded by id; closed to portal users. */
export const ContactImport = nodeType('ContactImport', {
  ...membersOnly,
  description:
    'An import of contacts from a file. Created, updated, unchanged, skipped and failed rows add up to `totalRows` at its end. It is forgotten after 90 days.',
  load: importLoader,
  closedToClients: true,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description:
        'Rises with every change of this import, so that the newer of two states can be recognized.',
    }),
    fileName: t.exposeString('fileName', {
      description: 'What the file was called when it was uploaded, to recognize the import by.',
    }),
    status: t.expose('status', { type: ContactImportStatus, description: 'How far it is.' }),
    totalRows: t.exposeInt('totalRows', {
      nullable: true,
      description: 'How many rows the file has, without its header; null until they are counted.',
    }),
    created: t.exposeInt('created', { description: 'How many rows added a contact.' }),
    updated: t.exposeInt('updated', { description: 'How many rows changed a contact.' }),
    unchanged: t.exposeInt('unchanged', {
      description: 'How many rows said of a contact only what was known.',
    }),
    skipped: t.exposeInt('skipped', {
      description: 'How many rows were left out because their contact was there already.',
    }),
    failed: t.exposeInt('failed', {
      description: 'How many rows could not be imported; see `problems`.',
    }),
    problems: t.field({
      type: [ContactImportProblem],
      description:
        'What is wrong with rows, in the order of the file; a row may have several problems. `problemsPath` has all of them. They are deleted after a week.',
      args: {
        first: t.arg.int({
          defaultValue: 20,
          description: `The maximum number of problems to return, 1 to ${MAX_PROBLEMS}.`,
        }),
      },
      resolve: ({ uuid }, args, context) => {
        const first = parseArgument(wholeNumber(1, MAX_PROBLEMS), 'first', args.first ?? 20);
        return problemLoader(context).load(`${first}/${uuid}`);
      },
    }),
    problemsPath: t.string({
      description:
        'Where all bad rows can be downloaded as CSV, with their lines, fields, reasons and cells: GET this path with your token.',
      resolve: ({ uuid }) => `/imports/${uuid}/problems.csv`,
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'Why it ended early and what to do, in English; null unless it is FAILED.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was queued.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it began to read the file; null while it is QUEUED.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was COMPLETED or FAILED; null until then.',
    }),
  }),
});

builder.queryFields((t) => ({
  contactImport: t.field({
    description: 'An import of contacts; null if there is none with this id.',
    type: ContactImport,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'What importContacts returned.' }) },
    resolve: (_root, { id }, context) =>
      importLoader(context).load(parseId(['ContactImport'], 'id', id)),
  }),
  contactImports: t.field({
    description: 'The imports of contacts of your tenant, newest first.',
    type: connectionOf(ContactImport),
    args: pageArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listImports(platform, viewer, args),
  }),
}));

mutation('importContacts', {
  description:
    'Imports the contacts of a file, up to 100,000 rows; `contactImportProgress` shows how far it is. Nothing is written if the file breaks off. CONFLICT while another import is queued or running.',
  input: ImportContacts,
  payload: payloadOf('ContactImportPayload', { import: ContactImport }),
  rule: importContacts,
});
