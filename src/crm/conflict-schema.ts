/** What was changed here and in the CRM, in the API. */
import type { Selectable } from 'kysely';
import { contactLoader, organizationLoader } from '../contacts/loaders.ts';
import { Contact } from '../contacts/schema.ts';
import type { TenantTables } from '../platform/database/tenant-scope.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import type { Context } from '../schema-builder/context.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { groupLoader } from '../schema-builder/loaders.ts';
import { mutation, payloadType } from '../schema-builder/mutations.ts';
import { userLoader } from '../tenancy/loaders.ts';
import {
  CONFLICT_CHOICES,
  conflictsOfContacts,
  ResolveCrmConflict,
  resolveCrmConflict,
} from './conflicts.ts';
import { SyncedDetail } from './source-schema.ts';

type Note = Selectable<TenantTables['crm_conflict']>;

const conflictLoader = groupLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(conflictsOfContacts, { ids }),
  ({ contactId }) => contactId,
);

/** A value in words; null where it was empty, or is gone. */
async function inWords(
  context: Context,
  { detail }: Note,
  value: string | null,
): Promise<string | null> {
  if (value === null) return null;
  if (detail === 'OWNER') return (await userLoader(context).load(value))?.name ?? null;
  if (detail === 'ORGANIZATION')
    return (await organizationLoader(context).load(value))?.name ?? null;
  return value;
}

const CrmConflict = builder.objectRef<Note>('CrmConflict').implement({
  ...membersOnly,
  description:
    'A detail of a contact that was changed here and in Pipedrive between two syncs. Pipedrive’s value was taken.',
  fields: (t) => ({
    id: t.id({
      description: 'What `resolveCrmConflict` takes.',
      resolve: ({ id }) => encodeGlobalId('CrmConflict', id),
    }),
    detail: t.expose('detail', {
      type: SyncedDetail,
      description: 'Which of the details that syncs write it is about.',
    }),
    ours: t.string({
      nullable: true,
      description:
        'What it was here, an organization or owner by name; null if it was empty, or what it was is gone.',
      resolve: (note, _args, context) => inWords(context, note, note.ours),
    }),
    theirs: t.string({
      nullable: true,
      description: 'What it became, an organization or owner by name; null if that is gone.',
      resolve: (note, _args, context) => inWords(context, note, note.theirs),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the sync took the value of Pipedrive.',
    }),
  }),
});

builder.objectField(Contact, 'crmConflicts', (t) =>
  t.field({
    type: [CrmConflict],
    description:
      'Details that were changed here and in Pipedrive, and that nobody has looked at since; at most one of each detail.',
    resolve: ({ uuid }, _args, context) => conflictLoader(context).load(uuid),
  }),
);

enumOf('CrmConflictChoice', CONFLICT_CHOICES, {
  description: 'Which of two values a contact keeps.',
  values: {
    OURS: 'What it was here. Syncs keep it until it changes in Pipedrive again.',
    THEIRS: 'What Pipedrive says.',
  },
});

mutation('resolveCrmConflict', {
  description:
    'Keeps Pipedrive’s value of a detail or takes it back, and removes the note. NOT_FOUND if the organization or owner to take back is gone.',
  input: ResolveCrmConflict,
  payload: payloadType<{ contactId: string }>('ResolveCrmConflictPayload', (t) => ({
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'The contact; null where userErrors say why nothing was changed.',
      resolve: ({ contactId }, _args, context) =>
        contactId === undefined ? null : contactLoader(context).load(contactId),
    }),
  })),
  rule: resolveCrmConflict,
});
