/** Whether contacts want campaign messages, in the API, and the list of those who want none. */
import { ConsentSource as ConsentSourceName } from '../../../generated/kysely.ts';
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import type { Context } from '../../schema-builder/context.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { groupLoader, rowLoader } from '../../schema-builder/loaders.ts';
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { asNode, nodeType } from '../../schema-builder/nodes.ts';
import { Contact } from '../contact-schema.ts';
import { contactLoader } from '../loaders.ts';
import {
  CONSENT_CHOICES,
  CONSENT_STATES,
  type ConsentState,
  consentOfContacts,
  SetMarketingConsent,
  setMarketingConsent,
  type Word,
} from './consent.ts';
import { listOptOuts, optOutsById } from './opt-outs.ts';

type Consent = { state: ConsentState } & (
  | Pick<Word, 'source' | 'at' | 'note'>
  | { source: null; at: null; note: null }
);
const UNKNOWN: Consent = { state: 'UNKNOWN', source: null, at: null, note: null };

const database = ({ platform, viewer }: Context) => platform.database.forTenant(viewer);

const consentLoader = groupLoader(
  (context, ids) => database(context).runPrepared(consentOfContacts, { ids }),
  ({ contactId }) => contactId,
  ({ optedOut, ...word }): Consent => ({ ...word, state: optedOut ? 'OPTED_OUT' : 'OPTED_IN' }),
);
const optOutLoader = rowLoader(
  (context, ids) => database(context).runPrepared(optOutsById, { ids }),
  (row) => asNode('OptOut', row),
);

const ConsentStateEnum = enumOf('MarketingConsentState', CONSENT_STATES, {
  description: 'Whether somebody wants campaign messages.',
  values: {
    OPTED_IN: 'They said that they want them. Campaigns write to them.',
    OPTED_OUT: 'They said that they want none. Campaigns leave them out.',
    UNKNOWN: 'They have said nothing. Campaigns write to them.',
  },
});
const ConsentSource = enumOf('MarketingConsentSource', ConsentSourceName, {
  description: 'How it became known whether somebody wants campaign messages.',
  values: {
    PREFERENCE: 'They set it in WhatsApp, which told the webhook.',
    ERROR: 'WhatsApp refused a message with the error 131050: they have opted out there.',
    KEYWORD: 'They wrote a word such as STOP or START.',
    BUTTON: 'They tapped a button that says such a word.',
    USER: 'A user of your tenant set it.',
    IMPORT: 'It was taken over from another system.',
  },
});

const SOURCE = 'How it became known.';
const NOTE = 'What the user wrote who set it. Null if there is no note.';

const MarketingConsent = builder.objectRef<Consent>('MarketingConsent').implement({
  ...membersOnly,
  description: 'Whether a contact wants campaign messages, by what was said last.',
  fields: (t) => ({
    state: t.expose('state', {
      type: ConsentStateEnum,
      description: 'Whether the contact wants campaign messages.',
    }),
    source: t.expose('source', {
      type: ConsentSource,
      nullable: true,
      description: `${SOURCE} Null if the state is UNKNOWN.`,
    }),
    at: t.expose('at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was said. Null if the state is UNKNOWN.',
    }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
  }),
});

builder.objectField(Contact, 'marketingConsent', (t) =>
  t.field({
    type: MarketingConsent,
    description:
      'Whether the contact wants campaign messages: by what was said last, by any number or user id that WhatsApp knows the contact by.',
    resolve: async ({ uuid }, _args, context) =>
      (await consentLoader(context).load(uuid))[0] ?? UNKNOWN,
  }),
);

const OptOut = nodeType('ConsentWord', {
  ...membersOnly,
  name: 'OptOut',
  description:
    'Somebody who wants no campaign messages. It has this id until they want some again or repeat it.',
  load: optOutLoader,
  closedToClients: true,
  fields: (t) => ({
    contact: t.field({
      type: Contact,
      nullable: true,
      description:
        'The contact, or the first of several with the number. Null if no contact is known to be this person.',
      resolve: ({ contactId }, _args, context) =>
        contactId === null ? null : contactLoader(context).load(contactId),
    }),
    identity: t.exposeString('identity', {
      nullable: true,
      description:
        "The number by which it was said, in international form, or WhatsApp's id of the person. Null for a contact without a number.",
    }),
    source: t.expose('source', { type: ConsentSource, description: SOURCE }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was said.' }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
  }),
});

builder.queryFields((t) => ({
  optOuts: t.field({
    type: connectionOf(OptOut),
    description:
      'Everybody who wants no campaign messages from your tenant, whoever said so last first. People who are no contacts are included.',
    args: pageArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listOptOuts(platform, viewer, args),
  }),
}));

enumOf('MarketingConsentChoice', CONSENT_CHOICES, {
  description: 'What a contact decided about campaign messages.',
  values: {
    OPTED_IN: 'They want them.',
    OPTED_OUT: 'They want none.',
  },
});

mutation('setMarketingConsent', {
  description:
    'Stores that a contact wants campaign messages, or none. It counts until the contact says something else.',
  input: SetMarketingConsent,
  payload: payloadOf('SetMarketingConsentPayload', { contact: Contact }),
  rule: setMarketingConsent,
});
