/** What the agency itself looks at: templates of packets, the queue, and analytics. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { forwardArguments } from '../../schema-builder/connections.ts';
import type { Context } from '../../schema-builder/context.ts';
import { isClient } from '../../schema-builder/context.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { asNode, Node, type NodeOf, registerNode } from '../../schema-builder/nodes.ts';
import { ANALYSIS_WEIGHT, weighs } from '../../schema-builder/weights.ts';
import { type IntakeAnalytics, readIntakeAnalytics } from '../analytics.ts';
import { PacketConnection } from '../clients/schema.ts';
import { queueFigures, templateLoader } from '../packets/loaders.ts';
import { listPackets, type QueueFigures } from '../packets/packets.ts';
import { MAX_HEADING_LENGTH, MAX_SOURCE_LENGTH } from '../rendering/index.ts';
import { listTemplates, MAX_SECTIONS, upsertPacketTemplate } from './templates.ts';
import { ClientType, PacketType } from '../questionnaires/schema.ts';
import { PACKET_COLUMNS, type TemplateRow } from '../packets/rows.ts';
import type { TemplateSection as StoredSection } from '../vocabulary.ts';

const TemplateSection = builder.objectRef<StoredSection>('PacketTemplateSection').implement({
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
    packetType: t.expose('packetType', { type: PacketType }),
    name: t.exposeString('name'),
    isDefault: t.exposeBoolean('isDefault', {
      description: 'Packets of its type are made from it.',
    }),
    isActive: t.exposeBoolean('isActive'),
    sections: t.expose('sections', { type: [TemplateSection] }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

registerNode('PacketTemplate', async (context, id) =>
  isClient(context.viewer) ? null : templateLoader(context).load(id),
);

const PacketQueue = builder.objectRef<object>('PacketQueue').implement({
  fields: (t) => ({
    pending: t.int({ resolve: figure('pending') }),
    processing: t.int({ resolve: figure('processing') }),
    completed: t.int({ resolve: figure('completed') }),
    failed: t.int({ resolve: figure('failed') }),
    dead: t.field({
      description: 'Packets that used up their attempts.',
      type: PacketConnection,
      args: forwardArguments(t.arg),
      resolve: (_queue, args, context) =>
        listPackets(context.platform, context.viewer, {
          ...args,
          filter: { status: ['FAILED'] },
          columns: PACKET_COLUMNS,
        }),
    }),
    oldestPendingSeconds: t.float({ nullable: true, resolve: figure('oldestPendingSeconds') }),
  }),
});

function figure<Name extends keyof QueueFigures>(name: Name) {
  return async (_queue: object, _args: object, context: Context): Promise<QueueFigures[Name]> =>
    (await queueFigures(context))[name];
}

const ByType = builder
  .objectRef<IntakeAnalytics['byClientType'][number]>('IntakeAnalyticsByType')
  .implement({
    fields: (t) => ({
      clientType: t.expose('clientType', { type: ClientType }),
      started: t.exposeInt('started'),
      completed: t.exposeInt('completed'),
      abandoned: t.exposeInt('abandoned'),
    }),
  });
const ByDay = builder
  .objectRef<IntakeAnalytics['byDay'][number]>('IntakeAnalyticsByDay')
  .implement({
    fields: (t) => ({
      day: t.expose('day', { type: 'Date' }),
      started: t.exposeInt('started'),
      completed: t.exposeInt('completed', {
        description: 'Completed on this day, whenever they were started.',
      }),
    }),
  });
const Analytics = builder.objectRef<IntakeAnalytics>('IntakeAnalytics').implement({
  description: 'Over intakes first saved from `from` on and before `to`.',
  fields: (t) => ({
    started: t.exposeInt('started'),
    completed: t.exposeInt('completed'),
    abandoned: t.exposeInt('abandoned', {
      description: 'Not completed, and nothing saved for 7 days.',
    }),
    completionRate: t.float({
      nullable: true,
      resolve: ({ started, completed }) => (started === 0 ? null : completed / started),
    }),
    medianMinutesToComplete: t.exposeFloat('medianMinutesToComplete', { nullable: true }),
    byClientType: t.expose('byClientType', { type: [ByType] }),
    byDay: t.expose('byDay', { type: [ByDay] }),
  }),
});

builder.queryFields((t) => ({
  packetTemplates: t.field({
    type: [PacketTemplate],
    args: {
      packetType: t.arg({ type: PacketType }),
      includeInactive: t.arg.boolean({ defaultValue: false }),
    },
    resolve: async (_root, args, context) =>
      (await listTemplates(context.platform, context.viewer, args)).map((row) =>
        asNode('PacketTemplate', row),
      ),
  }),
  packetQueue: t.field({ type: PacketQueue, resolve: () => ({}) }),
  intakeAnalytics: t.field({
    ...weighs(ANALYSIS_WEIGHT),
    type: Analytics,
    args: {
      from: t.arg({ type: 'DateTime' }),
      to: t.arg({ type: 'DateTime' }),
      clientType: t.arg({ type: ClientType }),
    },
    resolve: (_root, args, context) => readIntakeAnalytics(context.platform, context.viewer, args),
  }),
}));

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
    packetType: t.field({ type: PacketType, required: true }),
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
