/** Workflows, their steps and plans as they are read. */
import { z } from 'zod';
import { WorkflowStepType as StepTypeName } from '../../../generated/kysely.ts';
import { NAME_LENGTH, parseArgument, text } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { nodeType } from '../../schema-builder/nodes.ts';
import { rateLimitOf } from '../execution/start-limits.ts';
import { type Definition, MAX_STEPS, type StartLimit, type Step } from './definition.ts';
import { listWorkflows, readDefinition } from './definitions.ts';
import { GivenStep } from './given-steps.ts';
import { workflowLoader } from './loaders.ts';
import { type WorkflowNode, workflowNode } from './nodes.ts';
import { type Plan, planOf } from './plan.ts';
import { planWorkflow } from './save.ts';

/** The enum of step types in GraphQL. */
export const WorkflowStepType = enumOf('WorkflowStepType', StepTypeName, {
  description:
    'What a step does, the keys of its input, and those of its output. Other keys in an input are refused. Ids are those that this API returns.',
  values: {
    CREATE_MAINTENANCE_REQUEST:
      'Makes an OPEN maintenance request. Input: propertyId, title, optional assetId (an asset of the property) and description. Output: requestId.',
    ASSIGN_PRIORITY_AI:
      'Sets the priority of a maintenance request: by an AI if the server has one and it gives a usable answer, otherwise by rules. Input: requestId. Output: priority, reason.',
    ASSIGN_TECHNICIAN:
      "Assigns a technician who has the skill that the asset's category names: the nearest to the property, of equally near ones the one with the fewest open requests. Fails if nobody has the skill. Input: requestId. Output: technicianId.",
    SEND_NOTIFICATION:
      'Notifies one user, or all users with a role. Input: either userId or role; title, optional body and subjectId (what it is about). Output: recipients, their number.',
    LOG_ACTIVITY:
      'Adds an activity to a contact. Input: contactId, type (an ActivityType), subject, optional note. Output: activityId.',
    GENERATE_PACKET:
      'Has a packet generated for a client, and is done when the packet is. Input: clientId, packetType (a PacketType). Output: packetId.',
    WAIT: 'Waits, without keeping other steps from running. Input: either seconds, 0 to 31,622,400 (366 days), or until, a DateTime. Output: until. It may take one second longer.',
    HTTP_REQUEST:
      'Calls a host that the operator of the server allows, over https, for at most 10 seconds and 1 MiB of response. Done with a status of 2xx or 3xx, or one in acceptStatuses. After 408, 425, 429 and 5xx it is tried again, not before the moment that Retry-After gives (at most an hour later); any other status fails it for good. Input: url, optional method (GET unless given), headers, body and acceptStatuses (a list of statuses). Output: status and body. The body is parsed JSON, in which integers beyond 2^53 - 1 are texts of their digits, or text; a binary one is in base64, with encoding (base64) and contentType. Where JSON can not be parsed, bodyProblem says why, and the body is its text.',
  },
});

const WorkflowStep = builder.objectRef<Step>('WorkflowStep').implement({
  description: 'A step of a workflow, as it is defined. Each execution runs it once.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Unique in the workflow.' }),
    type: t.expose('type', { type: WorkflowStepType, description: 'What the step does.' }),
    dependsOn: t.stringList({
      description: 'Ids of the steps that must be done before this one starts.',
      resolve: (step) => [...step.dependsOn],
    }),
    input: t.expose('input', {
      type: 'JSON',
      nullable: true,
      description:
        'An object; its keys depend on the type of step. Its texts may hold templates, such as {{ input.title }}.',
    }),
    when: t.exposeString('when', {
      nullable: true,
      description:
        'A Liquid condition; if it is false, the step is SKIPPED and its dependents go on. Null: no condition.',
    }),
    parallel: t.exposeBoolean('parallel', {
      description: 'False: no other step of the execution runs at the same time.',
    }),
    timeoutSeconds: t.exposeInt('timeoutSeconds', {
      description: 'The time limit of one attempt, in seconds, 1 to 3,600. After that it fails.',
    }),
  }),
});

const RateLimit = builder.objectRef<StartLimit>('RateLimit').implement({
  description:
    'How often each user may start a workflow. A start over the limit fails with RATE_LIMITED, extensions.resetAt (DateTime) and extensions.remaining.',
  fields: (t) => ({
    points: t.exposeInt('points', { description: 'Starts that are allowed in each window.' }),
    windowSeconds: t.exposeInt('windowSeconds', {
      description: 'The length of a window, in seconds.',
    }),
  }),
});

const WorkflowPlan = builder.objectRef<Plan>('WorkflowPlan').implement({
  description: 'The order in which the steps of a workflow can run.',
  fields: (t) => ({
    groups: t.field({
      description:
        'Ids of steps. `groups[i]` may run together once every group before it is done; each step is in the earliest group it can be in.',
      type: t.listRef(t.listRef('String')),
      resolve: (plan) => plan.groups,
    }),
    criticalPath: t.exposeStringList('criticalPath', {
      description:
        'Ids of the steps of a longest chain of dependencies, in order: no execution is shorter than these steps, one after another.',
    }),
  }),
});

/** Loaded in its newest version, by workflow id; closed to portal users. */
export const Workflow = nodeType<'Workflow', WorkflowNode, Definition & { id: string }>(
  'Workflow',
  {
    description:
      'Steps that depend on each other, to be run again and again. Each save is a new version; its id stays the same. Portal users cannot read it.',
    load: workflowLoader,
    closedToClients: true,
    present: workflowNode,
    fields: (t) => ({
      key: t.exposeString('key', {
        description: 'The key by which it is saved and started; unique in your company.',
      }),
      name: t.exposeString('name', { description: 'The name that people see.' }),
      version: t.exposeInt('version', {
        description: '1 when it is first saved, then 1 more each time.',
      }),
      steps: t.field({
        description:
          'The steps in the order in which they were saved, which may differ from the order in which they run.',
        type: [WorkflowStep],
        resolve: ({ steps }) => [...steps],
      }),
      inputSchema: t.expose('inputSchema', {
        type: 'JSON',
        nullable: true,
        description:
          'The JSON Schema (draft 2020-12) that the input of startWorkflow has to fit, from which a form can be drawn; null if any object is taken.',
      }),
      rateLimit: t.field({
        description: "Its own limit on starts, or the server's.",
        type: RateLimit,
        resolve: (workflow, _args, { platform }) => rateLimitOf(platform, workflow),
      }),
      plan: t.field({
        description: 'The order in which its steps can run.',
        type: WorkflowPlan,
        resolve: ({ steps }) => planOf(steps),
      }),
    }),
  },
);

const WorkflowStepInput = inputOf('WorkflowStepInput', GivenStep);
const GivenSteps = z.array(GivenStep);

const PlanResult = payloadType<{ plan: Plan }>('WorkflowPlanResult', (t) => ({
  plan: t.expose('plan', {
    type: WorkflowPlan,
    nullable: true,
    description: 'The plan; null if there are userErrors.',
  }),
}));

builder.queryFields((t) => ({
  workflow: t.field({
    description: 'The newest version of a workflow; null if there is none with this key.',
    type: Workflow,
    nullable: true,
    args: {
      key: t.arg.string({
        required: true,
        description: 'The key that it was saved with.',
        ...maxLength(NAME_LENGTH),
      }),
    },
    resolve: async (_root, args, { platform, viewer }) => {
      const key = parseArgument(text(NAME_LENGTH), 'key', args.key);
      const definition = await readDefinition(platform, viewer, key);
      return definition && workflowNode(definition);
    },
  }),
  workflows: t.field({
    description: 'The workflows of your company in their newest versions, newest workflow first.',
    type: connectionOf(Workflow),
    args: pageArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listWorkflows(platform, viewer, args),
  }),
  workflowPlan: t.field({
    description:
      'Checks steps without saving them. Returns their plan, or userErrors such as unknown dependencies (NOT_FOUND) and cycles (CYCLE). Does not check whether inputs fit the types of steps.',
    type: PlanResult,
    args: {
      steps: t.arg({
        type: [WorkflowStepInput],
        required: true,
        description: 'The steps, as for saveWorkflow.',
        ...maxItems(MAX_STEPS),
      }),
    },
    resolve: (_root, { steps }, context) =>
      payload(context, planWorkflow(parseArgument(GivenSteps, 'steps', steps))),
  }),
}));
