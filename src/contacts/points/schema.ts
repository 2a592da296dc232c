/** The e-mails and phones of a contact in the API. */
import { ContactPointSource as ContactPointSourceName } from '../../../generated/kysely.ts';
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { groupLoader } from '../../schema-builder/loaders.ts';
import { Contact } from '../contact-schema.ts';
import { e164Of, MAX_POINTS, pointsOfContacts, type StoredPoint } from './points.ts';

const pointsLoader = groupLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(pointsOfContacts, { ids }),
  (point: StoredPoint) => point.contactId,
);

const ContactPointSource = enumOf('ContactPointSource', ContactPointSourceName, {
  description: 'Who said that somebody is reached in a certain way.',
  values: {
    USER: 'It was entered or imported here.',
    PIPEDRIVE: 'Pipedrive has it too. A sync removes it here when it is removed there.',
  },
});

const ContactEmail = builder.objectRef<StoredPoint>('ContactEmail').implement({
  ...membersOnly,
  description: 'An e-mail address of a contact.',
  fields: (t) => ({
    address: t.exposeString('value', { description: 'The address, as it was entered.' }),
    label: t.exposeString('label', {
      nullable: true,
      description: 'What the address is for, such as "work"; null if nobody said.',
    }),
    isPrimary: t.exposeBoolean('isPrimary', {
      description: 'Whether it is the one in `Contact.email`.',
    }),
    source: t.expose('source', { type: ContactPointSource, description: 'Who said so.' }),
  }),
});

const ContactPhone = builder.objectRef<StoredPoint>('ContactPhone').implement({
  ...membersOnly,
  description: 'A phone of a contact.',
  fields: (t) => ({
    number: t.exposeString('value', { description: 'The number, as it was entered.' }),
    e164: t.string({
      nullable: true,
      description: 'The number in international form; null if it is no valid number.',
      resolve: ({ key }) => e164Of(key),
    }),
    label: t.exposeString('label', {
      nullable: true,
      description: 'What the number is for, such as "mobile"; null if nobody said.',
    }),
    isPrimary: t.exposeBoolean('isPrimary', {
      description: 'Whether it is the one in `Contact.phone`.',
    }),
    source: t.expose('source', { type: ContactPointSource, description: 'Who said so.' }),
  }),
});

builder.objectFields(Contact, (t) => ({
  emails: t.field({
    type: [ContactEmail],
    description: `All e-mail addresses, the primary one first; at most ${MAX_POINTS}.`,
    resolve: async ({ uuid }, _args, context) =>
      (await pointsLoader(context).load(uuid)).filter(({ kind }) => kind === 'EMAIL'),
  }),
  phones: t.field({
    type: [ContactPhone],
    description: `All phones, the primary one first; at most ${MAX_POINTS}. Campaigns write to the primary one.`,
    resolve: async ({ uuid }, _args, context) =>
      (await pointsLoader(context).load(uuid)).filter(({ kind }) => kind === 'PHONE'),
  }),
}));
