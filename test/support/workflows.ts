/**
 * Workflows with executions, requests and notifications of a tenant, for queries over the whole
 * schema.
 */
import { eventually } from './live.ts';
import type { TestTenant, TestUser } from './server.ts';

async function mutate(
  user: TestUser,
  name: string,
  input: object,
  selection: string,
): Promise<any> {
  const type =
    name === 'cancelWorkflowExecution'
      ? 'WorkflowExecutionIdInput'
      : `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await user.run(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { message } } }`,
    { input },
  );
  if (errors || data[name].userErrors.length > 0)
    throw new Error(JSON.stringify(errors ?? data[name].userErrors));
  return data[name];
}

const STEPS = [
  {
    id: 'create',
    type: 'CREATE_MAINTENANCE_REQUEST',
    input: {
      propertyId: '{{ input.propertyId }}',
      assetId: '{{ input.assetId }}',
      title: 'Broken',
    },
  },
  {
    id: 'assign',
    type: 'ASSIGN_TECHNICIAN',
    dependsOn: ['create'],
    input: { requestId: '{{ steps.create.output.requestId }}' },
  },
  {
    id: 'tell',
    type: 'SEND_NOTIFICATION',
    dependsOn: ['create'],
    input: { role: 'OWNER', title: 'Broken', subjectId: '{{ steps.create.output.requestId }}' },
  },
];

/** Executions that were cancelled, and their retries. */
async function fillRetries(owner: TestUser, times: number): Promise<void> {
  const steps = [{ id: 'wait', type: 'WAIT', input: { seconds: 3_600 } }];
  await mutate(
    owner,
    'saveWorkflow',
    { key: 'waiting', name: 'Waiting', steps },
    'workflow { id }',
  );
  for (let index = 0; index < 2 * times; index += 1) {
    const input = { key: 'waiting', idempotencyKey: `start ${Math.floor(index / 2)}` };
    const { execution } = await mutate(owner, 'startWorkflow', input, 'execution { id }');
    await mutate(owner, 'cancelWorkflowExecution', { id: execution.id }, 'execution { id }');
  }
}

/** `times` of everything, in each other; answers an id of each kind. */
export async function fillWorkflows(
  { owner }: TestTenant,
  times: number,
): Promise<Record<string, string>> {
  const place = { latitude: 52.5, longitude: 13.4 };
  const ids: Record<string, string> = {};
  for (let index = 0; index < times; index += 1) {
    const { property } = await mutate(
      owner,
      'createProperty',
      { name: `House ${index}`, address: 'Mill Street', ...place },
      'property { id }',
    );
    for (let number = 0; number < times; number += 1) {
      const { asset } = await mutate(
        owner,
        'createAsset',
        { propertyId: property.id, name: 'Boiler', category: 'Boilers' },
        'asset { id }',
      );
      ids['asset'] = asset.id;
    }
    const { technician } = await mutate(
      owner,
      'createTechnician',
      { name: `Ann ${index}`, skills: ['Boilers'], ...place },
      'technician { id }',
    );
    const { workflow } = await mutate(
      owner,
      'saveWorkflow',
      { key: `filled-${index}`, name: 'Filled', steps: STEPS },
      'workflow { id }',
    );
    for (let number = 0; number < times; number += 1) {
      const input = {
        key: `filled-${index}`,
        input: { propertyId: property.id, assetId: ids['asset'] },
      };
      ids['execution'] = (
        await mutate(owner, 'startWorkflow', input, 'execution { id }')
      ).execution.id;
    }
    Object.assign(ids, { property: property.id, technician: technician.id, workflow: workflow.id });
  }
  await fillRetries(owner, times);
  await eventually('the executions end', async () => {
    const { data } = await owner.run(
      '{ workflowExecutions(filter: { status: [COMPLETED] }) { totalCount } }',
    );
    return data.workflowExecutions.totalCount === times * times;
  });
  const { data } = await owner.run(
    '{ maintenanceRequests(first: 1) { nodes { id } } notifications(first: 1) { nodes { id } } }',
  );
  return {
    ...ids,
    maintenanceRequest: data.maintenanceRequests.nodes[0].id,
    notification: data.notifications.nodes[0].id,
  };
}
