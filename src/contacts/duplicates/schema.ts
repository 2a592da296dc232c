/** Contacts that may be one person, in the API: finding, dismissing and merging them. */
import { badArgument, parseId } from '../../platform/input.ts';
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { existing } from '../../schema-builder/loaders.ts';
import { mutation, payloadType } from '../../schema-builder/mutations.ts';
import { ANALYSIS_WEIGHT, weighs } from '../../schema-builder/weights.ts';
import { Contact } from '../contact-schema.ts';
import { contactLoader } from '../loaders.ts';
import {
  DismissDuplicates,
  type DuplicateGroup,
  dismissDuplicates,
  duplicateContacts,
  EVIDENCE,
} from './duplicates.ts';
import {
  MERGED_DETAILS,
  MergeChoice,
  MergeContacts,
  type MergedContacts,
  type MovedObjects,
  mergeContacts,
} from './merge.ts';

const MAX_GROUPS = 100;
/** A group has up to 20 contacts, so a list of them is as large as other lists with few. */
const DEFAULT_GROUPS = 10;

const DuplicateEvidence = enumOf('DuplicateEvidence', EVIDENCE, {
  description: 'What speaks for contacts being one person.',
  values: {
    SAME_EMAIL: 'They have the same e-mail address, which few others have.',
    SAME_PHONE: 'They have the same phone number, which few others have.',
    SIMILAR_NAME: 'They have similar names and work for the same organization.',
  },
});

const DuplicateGroupType = builder.objectRef<DuplicateGroup>('DuplicateGroup').implement({
  ...membersOnly,
  description: 'Contacts that may be one person.',
  fields: (t) => ({
    contacts: t.field({
      type: [Contact],
      description: 'The contacts, the oldest first; at most 20.',
      resolve: async ({ contactIds }, _args, context) => {
        const loader = contactLoader(context);
        const contacts = await Promise.all(contactIds.map((id) => loader.load(id)));
        // One that was deleted meanwhile is left out.
        return contacts.filter((contact) => contact !== null);
      },
    }),
    evidence: t.expose('evidence', {
      type: [DuplicateEvidence],
      description: 'What speaks for it, the most certain first; it need not hold for all of them.',
    }),
  }),
});

builder.queryFields((t) => ({
  duplicateContacts: t.field({
    ...weighs(ANALYSIS_WEIGHT),
    description:
      'Groups of contacts that may be one person, the best evidence first, without those that were dismissed. Merge or dismiss them, and the next ones follow.',
    type: [DuplicateGroupType],
    args: {
      contactId: t.arg.id({ description: 'Only the group that this contact is in.' }),
      first: t.arg.int({
        defaultValue: DEFAULT_GROUPS,
        description: `The maximum number of groups to return, 1 to ${MAX_GROUPS}.`,
      }),
    },
    resolve: (_root, { contactId, first }, { platform, viewer }) => {
      const size = first ?? DEFAULT_GROUPS;
      if (size < 1 || size > MAX_GROUPS)
        throw badArgument('first', `Expected a number from 1 to ${MAX_GROUPS}.`);
      return duplicateContacts(platform, viewer, {
        contactId: contactId == null ? null : parseId(['Contact'], 'contactId', contactId),
        first: size,
      });
    },
  }),
}));

const DismissDuplicatesPayload = payloadType<{ contactIds: string[] }>(
  'DismissDuplicatesPayload',
  (t) => ({
    contacts: t.field({
      type: [Contact],
      nullable: true,
      description:
        'The contacts, which are no longer offered as duplicates of each other; null where userErrors say why nothing was changed.',
      resolve: async ({ contactIds }, _args, context) =>
        contactIds === undefined
          ? null
          : Promise.all(
              contactIds.map(async (id) => existing(await contactLoader(context).load(id))),
            ),
    }),
  }),
);

mutation('dismissDuplicates', {
  description: 'Says that contacts are different people, though they look like duplicates.',
  input: DismissDuplicates,
  payload: DismissDuplicatesPayload,
  rule: dismissDuplicates,
});

enumOf('MergedDetail', MERGED_DETAILS, {
  description: 'A detail of a contact that a merge chooses between.',
  values: {
    NAME: 'What the person is called.',
    EMAIL: 'Where e-mails to the person go.',
    PHONE: 'The number by which the person is reached.',
    JOB_TITLE: 'What the person does at the organization.',
    ORGANIZATION: 'Who the person works for.',
    LEAD_STATUS: 'How far the person is on the way to a deal.',
    OWNER: 'The user in charge.',
  },
});
inputOf('MergeChoiceInput', MergeChoice);

const MovedObjectsType = builder.objectRef<MovedObjects>('MovedObjects').implement({
  ...membersOnly,
  description: 'Objects of one sort that a merge moves.',
  fields: (t) => ({
    what: t.exposeString('what', {
      description: 'The sort, in plain words, such as "work packages".',
    }),
    count: t.exposeInt('count', { description: 'How many there are; at least 1.' }),
  }),
});

const MergeContactsPayload = payloadType<MergedContacts>('MergeContactsPayload', (t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    description:
      'The contact after the merge. In a dry run these are its own details as they would be; what belongs to it is shown as it is. Null where userErrors say why nothing was changed.',
    resolve: ({ contact }) => contact && Contact.present(contact),
  }),
  moved: t.field({
    type: [MovedObjectsType],
    description: 'What moves to the contact, by sort; empty if nothing does.',
    resolve: ({ moved }) => moved ?? [],
  }),
}));

mutation('mergeContacts', {
  description:
    "Moves everything of `sourceIds` to `targetId`, fills the details that the target lacks, and deletes the sources, all at once. Links to Pipedrive stay known, so that later syncs find the target by each of them; numbers of the contacts count as one person's in campaigns.",
  input: MergeContacts,
  payload: MergeContactsPayload,
  rule: mergeContacts,
});
