/** Files with contacts on their way here, in the API. */
import { membersOnly } from '../../schema-builder/access.ts';
import { rowLoader } from '../../schema-builder/loaders.ts';
import { deletion, mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { asNode, nodeType } from '../../schema-builder/nodes.ts';
import {
  CreateContactUpload,
  createContactUpload,
  deleteContactUpload,
  isComplete,
  uploadsById,
} from './uploads.ts';

const uploadLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(uploadsById, { ids }),
  (row) => asNode('ContactUpload', row),
);

/** Loaded by id; closed to portal users. */
const ContactUpload = nodeType('ContactUpload', {
  ...membersOnly,
  description:
    'A file with contacts that is on its way here or complete. It is deleted when it has been imported, and a day after it was begun at the latest.',
  load: uploadLoader,
  closedToClients: true,
  fields: (t) => ({
    fileName: t.exposeString('fileName', { description: 'The name to recognize it by.' }),
    path: t.string({
      description:
        'Where to send the file: PATCH this path with its bytes, in one request or several, as the tus protocol (version 1.0.0) has it. HEAD tells how much has arrived.',
      resolve: ({ uuid }) => `/uploads/${uuid}`,
    }),
    bytes: t.exposeInt('bytes', {
      nullable: true,
      description: 'The size of the whole file; null while it is fetched from an address.',
    }),
    receivedBytes: t.exposeInt('receivedBytes', { description: 'How much of it is here.' }),
    complete: t.boolean({
      description: 'Whether all of it is here, so that it can be previewed and imported.',
      resolve: isComplete,
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'Why it could not be fetched, in English; null unless that has failed.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was begun.' }),
  }),
});

mutation('createContactUpload', {
  description:
    'Begins to upload a file with contacts, or to fetch it from an address. CONFLICT while ten files are waiting.',
  input: CreateContactUpload,
  payload: payloadOf('ContactUploadPayload', { upload: ContactUpload }),
  rule: createContactUpload,
});

deletion('deleteContactUpload', {
  description: 'Deletes an uploaded file. CONFLICT while it is being imported.',
  of: 'ContactUpload',
  rule: deleteContactUpload,
});
