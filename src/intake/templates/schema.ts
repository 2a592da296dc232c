/** Packet templates in GraphQL. */
import { builder } from '../../schema-builder/builder.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { nodeType } from '../../schema-builder/nodes.ts';
import { PacketTypeEnum } from '../enums-schema.ts';
import type { TemplateSection } from '../vocabulary.ts';
import { templateLoader } from './loaders.ts';
import {
  listTemplates,
  TemplateSectionInput,
  UpsertPacketTemplate,
  upsertPacketTemplate,
} from './templates.ts';

const TemplateSectionType = builder.objectRef<TemplateSection>('PacketTemplateSection').implement({
  description: 'A section of a template, as Liquid source.',
  fields: (t) => ({
    heading: t.exposeString('heading', {
      description: 'Renders to one line of plain text.',
    }),
    body: t.exposeString('body', {
      description: 'Renders to Markdown, from the answers of the client and the computed values.',
    }),
  }),
});

const PacketTemplate = nodeType('PacketTemplate', {
  description:
    'What the packets of a type are made from: sections in the template language Liquid.',
  load: templateLoader,
  closedToClients: true,
  fields: (t) => ({
    packetType: t.expose('packetType', {
      type: PacketTypeEnum,
      description: 'The type of the packets that are made from it.',
    }),
    name: t.exposeString('name', {
      description: 'Unique among the templates of its type; the title of the packets.',
    }),
    isDefault: t.exposeBoolean('isDefault', {
      description: 'Whether packets of its type are made from it, and not from another template.',
    }),
    isActive: t.exposeBoolean('isActive', {
      description: 'False hides the template from lists; the default is always active.',
    }),
    sections: t.expose('sections', {
      type: [TemplateSectionType],
      description: 'The sections of a packet, in order.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the template was last written, or became or ceased to be the default.',
    }),
  }),
});

builder.queryField('packetTemplates', (t) =>
  t.field({
    description:
      'The templates of your tenant by packet type, of each type the default first, then by name.',
    type: [PacketTemplate],
    args: {
      packetType: t.arg({
        type: PacketTypeEnum,
        description: 'Only templates of this type; all types when left out.',
      }),
      includeInactive: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to list the inactive templates, too.',
      }),
    },
    resolve: async (_root, args, context) =>
      (await listTemplates(context.platform, context.viewer, args)).map(PacketTemplate.present),
  }),
);

inputOf('PacketTemplateSectionInput', TemplateSectionInput);

mutation('upsertPacketTemplate', {
  description:
    'Creates a packet template, or replaces the one with this type and name. Packets that are generated from now on use it, if it is the default. A source that does not parse, or names an unknown tag or filter, is INVALID with its line and column.',
  input: UpsertPacketTemplate,
  payload: payloadOf('PacketTemplatePayload', { packetTemplate: PacketTemplate }),
  rule: upsertPacketTemplate,
});
