/** Erasing people, in the API. */
import {
  ErasureReason as ErasureReasonName,
  ErasureStatus as ErasureStatusName,
} from '../../../generated/kysely.ts';
import { RequestError } from '../../platform/errors.ts';
import { parseId } from '../../platform/input.ts';
import { liveTopics } from '../../platform/platform.ts';
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { groupLoader, rowLoader } from '../../schema-builder/loaders.ts';
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { asNode, nodeType } from '../../schema-builder/nodes.ts';
import { userLoader } from '../../tenancy/loaders.ts';
import { User } from '../../tenancy/schema.ts';
import { Contact } from '../contact-schema.ts';
import {
  EraseContact,
  type ErasureRow,
  eraseContact,
  erasuresById,
  erasuresOfContacts,
  erasureVersionsById,
  listErasures,
} from './erasure.ts';
import { ERASURE_CHANGED } from './topics.ts';

const erasureLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(erasuresById, { ids }),
  (row) => asNode('ContactErasure', row),
);
const ofContactLoader = groupLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(erasuresOfContacts, { ids }),
  ({ contactId }) => contactId ?? '',
);

const ErasureReason = enumOf('ErasureReason', ErasureReasonName, {
  description: 'Why a person is erased: the grounds of article 17 (1) of the GDPR.',
  values: {
    NOT_NEEDED: 'What is held about them is no longer needed.',
    CONSENT_WITHDRAWN: 'They took back their consent, or asked for it.',
    OBJECTED: 'They objected to being contacted.',
    UNLAWFUL: 'It should never have been held.',
    LEGAL_OBLIGATION: 'A law demands it.',
  },
});

const ErasureStatus = enumOf('ErasureStatus', ErasureStatusName, {
  description: 'How far an erasure is.',
  values: {
    QUEUED: 'It is waiting for its turn.',
    RUNNING: 'It is erasing, step by step.',
    COMPLETED: 'Nothing that names the person is held any more.',
    FAILED: 'It stopped early, again and again. `eraseContact` goes on with it.',
  },
});

/** Loaded by id; closed to portal users. */
const ContactErasure = nodeType('ContactErasure', {
  ...membersOnly,
  description:
    'That a person was erased, when, and at whose request. Once it is COMPLETED nothing says who it was.',
  load: erasureLoader,
  closedToClients: true,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description:
        'Rises with every change of this erasure, so that the newer of two states can be recognized.',
    }),
    status: t.expose('status', { type: ErasureStatus, description: 'How far it is.' }),
    progress: t.int({
      description: 'The share of its steps that are done, in percent: 0 to 100.',
      resolve: ({ stepsDone, stepCount }) =>
        Math.min(100, Math.floor((stepsDone * 100) / stepCount)),
    }),
    reason: t.expose('reason', { type: ErasureReason, description: 'Why.' }),
    requestedBy: t.field({
      type: User,
      nullable: true,
      description: 'The user who asked for it.',
      resolve: ({ requestedById }, _args, context) => userLoader(context).load(requestedById),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was asked for.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was COMPLETED or FAILED; null until then.',
    }),
  }),
});

builder.objectField(Contact, 'erasure', (t) =>
  t.field({
    type: ContactErasure,
    nullable: true,
    description: 'The erasure of this person that is under way; null if there is none.',
    resolve: async ({ uuid }, _args, context) => {
      const [row] = await ofContactLoader(context).load(uuid);
      return row ? ContactErasure.present(row) : null;
    },
  }),
);

builder.queryFields((t) => ({
  contactErasures: t.field({
    type: connectionOf(ContactErasure),
    description: 'The erasures of people, those that are under way included, newest first.',
    args: pageArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listErasures(platform, viewer, args),
  }),
}));

mutation('eraseContact', {
  description:
    'Erases a person everywhere, in the background: the contact with its activities, portal users and consent, their messages and replies, intake and packets, and whatever else names them. This cannot be undone. `contactErasureProgress` follows it. Rows that figures count stay, without the person; a stop of campaign messages still counts if their number comes back, and a sync does not bring them back.',
  input: EraseContact,
  payload: payloadOf('EraseContactPayload', { erasure: ContactErasure }),
  rule: eraseContact,
});

const erasures = liveTopics<ErasureRow>(({ database }) => ({
  topic: ERASURE_CHANGED,
  read: (tenantId, ids) => database.forTenant({ tenantId }).runPrepared(erasuresById, { ids }),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(erasureVersionsById, { ids }),
}));

builder.subscriptionField('contactErasureProgress', (t) =>
  t.field({
    type: ContactErasure,
    description:
      'An erasure as it is now, then after each of its steps, until it has ended; states may be skipped, but never go back.',
    args: { id: t.arg.id({ required: true, description: 'The erasure to follow.' }) },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['ContactErasure'], 'id', args.id);
      const states = await erasures(platform).subscribe(viewer.tenantId, id);
      if (states === null) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
      return states;
    },
    resolve: (row) => ContactErasure.present(row),
  }),
);
