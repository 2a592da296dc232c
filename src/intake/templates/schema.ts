/** Packet templates in GraphQL. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { isClient } from '../../schema-builder/context.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { asNode, Node, type NodeOf, registerNode } from '../../schema-builder/nodes.ts';
import { PacketTypeEnum } from '../enums-schema.ts';
import { MAX_HEADING_LENGTH, MAX_SOURCE_LENGTH } from '../rendering/index.ts';
import type { TemplateSection } from '../vocabulary.ts';
import { templateLoader } from './loaders.ts';
import {
  listTemplates,
  MAX_SECTIONS,
  type TemplateRow,
  upsertPacketTemplate,
} from './templates.ts';

const TemplateSectionType = builder.objectRef<TemplateSection>('PacketTemplateSection').implement({
  fields: (t) => ({
    heading: t.exposeString('heading'),
    body: t.exposeString('body', {
      description: 'Liquid source over the answers and the computed values.',
    }),
  }),
});

const PacketTemplate = builder.objectRef<NodeOf<TemplateRow>>('PacketTemplate').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    packetType: t.expose('packetType', { type: PacketTypeEnum }),
    name: t.exposeString('name'),
    isDefault: t.exposeBoolean('isDefault', {
      description: 'Packets of its type are made from it.',
    }),
    isActive: t.exposeBoolean('isActive'),
    sections: t.expose('sections', { type: [TemplateSectionType] }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

registerNode('PacketTemplate', async (context, id) =>
  isClient(context.viewer) ? null : templateLoader(context).load(id),
);

builder.queryField('packetTemplates', (t) =>
  t.field({
    type: [PacketTemplate],
    args: {
      packetType: t.arg({ type: PacketTypeEnum }),
      includeInactive: t.arg.boolean({ defaultValue: false }),
    },
    resolve: async (_root, args, context) =>
      (await listTemplates(context.platform, context.viewer, args)).map((row) =>
        asNode('PacketTemplate', row),
      ),
  }),
);

const TemplateSectionInput = builder.inputType('PacketTemplateSectionInput', {
  fields: (t) => ({
    heading: t.string({ required: true, ...maxLength(MAX_HEADING_LENGTH) }),
    body: t.string({ required: true, ...maxLength(MAX_SOURCE_LENGTH) }),
  }),
});
const UpsertPacketTemplateInput = builder.inputType('UpsertPacketTemplateInput', {
  description:
    'Creates or replaces the template with this type and name. Templates see `client`, `answers.<question key>` and `computed.<name>`.',
  fields: (t) => ({
    packetType: t.field({ type: PacketTypeEnum, required: true }),
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    isDefault: t.boolean({ required: true, defaultValue: false }),
    isActive: t.boolean({ required: true, defaultValue: true }),
    sections: t.field({ type: [TemplateSectionInput], required: true, ...maxItems(MAX_SECTIONS) }),
  }),
});
const PacketTemplatePayload = payloadType<{ packetTemplate: TemplateRow | undefined }>(
  'PacketTemplatePayload',
  (t) => ({
    packetTemplate: t.field({
      type: PacketTemplate,
      nullable: true,
      resolve: ({ packetTemplate }) => packetTemplate && asNode('PacketTemplate', packetTemplate),
    }),
  }),
);

builder.mutationField('upsertPacketTemplate', (t) =>
  t.field({
    type: PacketTemplatePayload,
    args: { input: t.arg({ type: UpsertPacketTemplateInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, upsertPacketTemplate(context.platform, context.viewer, input)),
  }),
);
