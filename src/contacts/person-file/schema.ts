/** The file about a person, in the API. */
import { badArgument, parseId } from '../../platform/input.ts';
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { contactLoader } from '../loaders.ts';
import './own-parts.ts';

const ContactFile = builder.objectRef<{ uuid: string }>('ContactFile').implement({
  ...membersOnly,
  description: 'A file about a person that is made while it is downloaded.',
  fields: (t) => ({
    path: t.string({
      description: 'Where to download it: GET this path with your token. The file is JSON.',
      resolve: ({ uuid }) => `/contacts/${uuid}/everything.json`,
    }),
  }),
});

builder.queryFields((t) => ({
  exportContact: t.field({
    type: ContactFile,
    description:
      'Everything that is held about a person as one JSON file: the contact, activities, deals, consent, messages and replies, packages, intake and packets, and what the CRM said.',
    args: { id: t.arg.id({ required: true, description: 'The contact of the person.' }) },
    resolve: async (_root, { id }, context) => {
      const uuid = parseId(['Contact'], 'id', id);
      if ((await contactLoader(context).load(uuid)) === null)
        throw badArgument('id', 'There is no contact with this id.');
      return { uuid };
    },
  }),
}));
