/** What the CRM said of a contact, in the API. */

import { Contact } from '../contacts/schema.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { rowLoader } from '../schema-builder/loaders.ts';
import {
  type DetailSource,
  SOURCES,
  SYNCED_DETAILS,
  saidOfContacts,
  sourcesOf,
} from './sources.ts';

const saidLoader = rowLoader(({ platform, viewer }, ids) =>
  platform.database.forTenant(viewer).runPrepared(saidOfContacts, { ids }),
);

/** A detail that syncs write. */
export const SyncedDetail = enumOf('SyncedDetail', SYNCED_DETAILS, {
  description: 'A detail of a contact that syncs with the CRM write.',
  values: {
    NAME: 'What the person is called.',
    EMAIL: 'Where e-mails to the person go.',
    PHONE: 'The number by which the person is reached.',
    JOB_TITLE: 'What the person does at the organization.',
    ORGANIZATION: 'Who the person works for.',
    OWNER: 'The user in charge.',
  },
});

const DetailSourceName = enumOf('DetailSourceName', SOURCES, {
  description: 'Where a detail is from.',
  values: {
    PIPEDRIVE: 'Pipedrive says the same.',
    USER: 'It was entered or changed here. A sync keeps it until it changes in Pipedrive.',
  },
});

const DetailSourceType = builder.objectRef<DetailSource>('DetailSource').implement({
  ...membersOnly,
  description: 'Where one detail of a synced contact is from.',
  fields: (t) => ({
    detail: t.expose('detail', {
      type: SyncedDetail,
      description: 'Which of the details that syncs write it is about.',
    }),
    source: t.expose('source', { type: DetailSourceName, description: 'Where it is from.' }),
  }),
});

builder.objectFields(Contact, (t) => ({
  sources: t.field({
    type: [DetailSourceType],
    description:
      'Where each detail that the contact has is from, by what Pipedrive said last; empty for a contact that is not linked to a person there.',
    resolve: async ({ uuid }, _args, context) => {
      const said = await saidLoader(context).load(uuid);
      return said === null ? [] : sourcesOf(said);
    },
  }),
  lastCrmUpdateAt: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'When the person was last changed in Pipedrive, as of the last sync; null for a contact that is not linked to one.',
    resolve: async ({ uuid }, _args, context) =>
      (await saidLoader(context).load(uuid))?.record.updateTime ?? null,
  }),
}));
