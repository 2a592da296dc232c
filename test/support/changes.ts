/**
 * Changes of everything that a tenant has, through the API and by hand, for tests that must see
 * each of them. They leave a tenant that `fill` has filled such that each can be made again.
 */
import type pg from 'pg';
import { KINDS } from '../../generated/tables.ts';
import { schema } from '../../src/graphql/schema.ts';
import { answersFor } from './intake.ts';
import type { TestTenant } from './server.ts';

/** Something that changes. */
export interface Change {
  name: string;
  /** Resolves when it is committed. */
  make: () => Promise<unknown>;
  /** Takes it back. */
  undo?: () => Promise<unknown>;
}

type Ids = Record<string, string | string[]>;

/** A change by each kind of mutation, of what `fill` has made and of what they make themselves. */
export function mutations({ owner }: TestTenant, ids: Ids, next: () => number): Change[] {
  const mutate = async (name: string, input: object, selection = '__typename'): Promise<any> => {
    const { data, errors } = await owner.run(
      `mutation ($input: ${inputOf(name)}) { ${name}(input: $input) { ${selection} userErrors { field message } } }`,
      { input },
    );
    const problems = errors ?? data[name].userErrors;
    if (problems.length > 0) throw new Error(JSON.stringify([name, input, problems]));
    return data[name];
  };
  const word = () => `Word ${Math.floor(next() * 1e9)}`;
  const one = (name: string): string => String(ids[name]);
  const date = () => `2026-${String(1 + Math.floor(next() * 12)).padStart(2, '0')}-10`;
  const below = (limit: number) => Math.floor(next() * limit);
  const newContact = async () =>
    (
      await mutate(
        'createContact',
        { name: word(), organizationName: word() },
        'contact { id organization { id } }',
      )
    ).contact;
  const newOrganization = async () =>
    (await mutate('createOrganization', { name: word() }, 'organization { id }')).organization.id;
  const newArtifact = async () =>
    (
      await mutate(
        'createArtifact',
        { title: word(), body: { blog: { content: word() } } },
        'artifact { id }',
      )
    ).artifact.id;
  const newCampaign = async () =>
    (
      await mutate(
        'createCampaign',
        { name: word(), templates: [{ templateName: 'first' }], contactFilter: {} },
        'campaign { id }',
      )
    ).campaign.id;
  const newClient = async (clientType: string) =>
    (await mutate('createClient', { name: word(), clientType, contactId: null }, 'client { id }'))
      .client.id;
  const newItem = async () =>
    (
      await mutate(
        'addWorkPackageItem',
        {
          phaseId: one('phase'),
          item: { label: word(), collateral: [{ artifactId: one('blog') }] },
        },
        'item { id collateral { id } }',
      )
    ).item;
  const property = () => ({
    name: word(),
    address: word(),
    latitude: 50 + next(),
    longitude: 13 + next(),
  });
  const changes: Record<string, () => Promise<unknown>> = {
    createWorkPackage: () =>
      mutate('createWorkPackage', {
        title: word(),
        startDate: date(),
        contactId: one('contact'),
        phases: [{ name: word(), items: [{ label: word() }] }],
      }),
    updateWorkPackage: () =>
      mutate('updateWorkPackage', {
        id: one('workPackage'),
        title: word(),
        startDate: date(),
        status: 'ACTIVE',
      }),
    'updateWorkPackage of its contact': async () =>
      mutate('updateWorkPackage', {
        id: one('workPackage'),
        contactId: next() < 0.5 ? null : (await newContact()).id,
      }),
    deleteWorkPackage: async () => {
      const { workPackage } = await mutate(
        'createWorkPackage',
        { title: word() },
        'workPackage { id }',
      );
      await mutate('deleteWorkPackage', { id: workPackage.id });
    },
    addWorkPackagePhase: () =>
      mutate('addWorkPackagePhase', { workPackageId: one('workPackage'), phase: { name: word() } }),
    updateWorkPackagePhase: () =>
      mutate('updateWorkPackagePhase', { id: one('phase'), name: word(), description: word() }),
    removeWorkPackagePhase: async () => {
      const { phase } = await mutate(
        'addWorkPackagePhase',
        { workPackageId: one('workPackage'), phase: { name: word(), items: [{ label: word() }] } },
        'phase { id }',
      );
      await mutate('removeWorkPackagePhase', { id: phase.id });
    },
    addWorkPackageItem: newItem,
    updateWorkPackageItem: () =>
      mutate('updateWorkPackageItem', {
        id: one('item'),
        label: word(),
        quantity: 3 + below(5),
        estimatedHoursEach: 1 + below(8),
        progressCompleted: below(3),
      }),
    removeWorkPackageItem: async () =>
      mutate('removeWorkPackageItem', { id: (await newItem()).id }),
    'attachCollateral, detachCollateral': async () => {
      const input = { itemId: one('item'), artifactId: await newArtifact() };
      const { item } = await mutate('attachCollateral', input, 'item { collateral { id } }');
      if (next() < 0.5) await mutate('detachCollateral', { id: item.collateral.at(-1).id });
    },
    updateArtifact: () =>
      mutate('updateArtifact', {
        id: one('blog'),
        title: word(),
        status: next() < 0.5 ? 'DRAFT' : 'PUBLISHED',
      }),
    'deleteArtifact that is in use': async () => {
      const artifactId = await newArtifact();
      await mutate('attachCollateral', { itemId: one('item'), artifactId });
      await mutate('deleteArtifact', { id: artifactId });
    },
    updateContact: () =>
      mutate('updateContact', { id: one('contact'), name: word(), jobTitle: word() }),
    'updateContact of its organization': async () =>
      mutate('updateContact', {
        id: one('contact'),
        organizationId: next() < 0.3 ? one('organization') : await newOrganization(),
      }),
    deleteContact: async () => {
      const { id: contactId } = await newContact();
      await mutate('logActivity', { contactId, type: 'CALL', subject: word() });
      await mutate('deleteContact', { id: contactId });
    },
    setMarketingConsent: () =>
      mutate('setMarketingConsent', {
        contactId: one('contact'),
        state: next() < 0.5 ? 'OPTED_IN' : 'OPTED_OUT',
        note: word(),
      }),
    mergeContacts: async () => {
      const { id: contactId } = await newContact();
      await mutate('logActivity', { contactId, type: 'CALL', subject: word() });
      // The others have an erasure that failed, so they can't be merged.
      const { id: targetId } = await newContact();
      await mutate('mergeContacts', { sourceIds: [contactId], targetId });
    },
    dismissDuplicates: async () =>
      mutate('dismissDuplicates', { contactIds: [one('contact'), (await newContact()).id] }),
    logActivity: () =>
      mutate('logActivity', { contactId: one('contact'), type: 'MEETING', subject: word() }),
    'updateActivity, deleteActivity': async () => {
      const { activity } = await mutate(
        'logActivity',
        { contactId: one('contact'), type: 'CALL', subject: word() },
        'activity { id }',
      );
      if (next() < 0.5)
        await mutate('updateActivity', { id: activity.id, type: 'NOTE', subject: word() });
      else await mutate('deleteActivity', { id: activity.id });
    },
    updateOrganization: () =>
      mutate('updateOrganization', { id: one('organization'), name: word(), city: word() }),
    deleteOrganization: async () => mutate('deleteOrganization', { id: await newOrganization() }),
    mergeOrganizations: async () => {
      const { organization } = await newContact();
      await mutate('mergeOrganizations', {
        sourceId: organization.id,
        targetId: one('organization'),
      });
    },
    createUser: () =>
      mutate('createUser', { name: word(), email: `${below(1e9)}@x.example`, role: 'MEMBER' }),
    updateUser: () => mutate('updateUser', { id: one('user'), name: word() }),
    updateTenant: () => mutate('updateTenant', { name: word() }),
    connectWhatsApp: () =>
      mutate('connectWhatsApp', {
        phoneNumberId: String(below(1e9)),
        displayPhoneNumber: '+1 555 010 0000',
        accessToken: 'token',
      }),
    disconnectWhatsApp: async () => {
      const { number } = await mutate(
        'connectWhatsApp',
        {
          phoneNumberId: String(below(1e9)),
          displayPhoneNumber: '+1 555 010 0000',
          accessToken: 'token',
        },
        'number { id }',
      );
      await mutate('disconnectWhatsApp', { id: number.id });
    },
    createCampaign: newCampaign,
    updateCampaign: async () => mutate('updateCampaign', { id: await newCampaign(), name: word() }),
    addCampaignContacts: async () =>
      mutate('addCampaignContacts', {
        campaignId: await newCampaign(),
        contactIds: [one('contact')],
      }),
    duplicateCampaign: () => mutate('duplicateCampaign', { id: one('campaign'), name: word() }),
    removeCampaignContact: async () =>
      mutate('removeCampaignContact', {
        campaignId: await newCampaign(),
        contactId: one('contact'),
      }),
    replaceCampaignTemplate: async () =>
      mutate('replaceCampaignTemplate', {
        campaignId: await newCampaign(),
        templateName: 'first',
        template: { templateName: 'another' },
      }),
    deleteCampaign: async () => mutate('deleteCampaign', { id: await newCampaign() }),
    launchCampaign: async () => mutate('launchCampaign', { id: await newCampaign() }),
    cancelCampaign: async () => mutate('cancelCampaign', { id: await newCampaign() }),
    retryCampaignMessages: () => mutate('retryCampaignMessages', { campaignId: one('campaign') }),
    updateCampaignSettings: () => mutate('updateCampaignSettings', { maxRetries: 2 + below(2) }),
    recountCampaign: () => mutate('recountCampaign', { id: one('campaign') }),
    createClient: () => newClient('INDIVIDUAL'),
    saveIntakeProgress: async () =>
      mutate('saveIntakeProgress', {
        clientId: await newClient('INDIVIDUAL'),
        answers: await answersFor(owner),
      }),
    submitIntake: async () =>
      mutate('submitIntake', {
        clientId: await newClient('INDIVIDUAL'),
        answers: await answersFor(owner),
        priority: 'URGENT',
      }),
    upsertQuestionBlock: () =>
      mutate('upsertQuestionBlock', {
        key: 'extra',
        title: word(),
        category: 'profile',
        position: 90,
        isActive: next() < 0.5,
        questions: [{ key: 'extra', kind: 'TEXT', label: word() }],
      }),
    upsertIntakePath: async () => {
      const { data } = await owner.run(
        '{ intakePath(clientType: ATHLETE) { packetTypes blocks { key } } }',
      );
      const path = data.intakePath ?? { packetTypes: ['WELCOME'], blocks: [] };
      const blockKeys = path.blocks.map(({ key }: { key: string }) => key);
      await mutate('upsertIntakePath', {
        clientType: 'ATHLETE',
        title: word(),
        blockKeys,
        packetTypes: path.packetTypes,
        isActive: true,
      });
    },
    upsertPacketTemplate: () =>
      mutate('upsertPacketTemplate', {
        packetType: 'WELCOME',
        name: 'Extra',
        isActive: true,
        isDefault: false,
        sections: [{ heading: word(), body: word() }],
      }),
    saveWorkflow: () =>
      mutate('saveWorkflow', {
        key: 'extra',
        name: word(),
        steps: [{ id: 'a', type: 'WAIT', input: { seconds: 0 } }],
      }),
    startWorkflow: () =>
      mutate('startWorkflow', {
        key: 'filled-0',
        input: { propertyId: one('property'), assetId: one('asset') },
      }),
    createProperty: () => mutate('createProperty', property()),
    createAsset: () =>
      mutate('createAsset', { propertyId: one('property'), name: word(), category: 'Boilers' }),
    createTechnician: () =>
      mutate('createTechnician', {
        name: word(),
        skills: ['Boilers'],
        latitude: 50,
        longitude: 13,
      }),
    updateMaintenanceRequest: () =>
      mutate('updateMaintenanceRequest', {
        id: one('maintenanceRequest'),
        priority: ['LOW', 'MEDIUM', 'HIGH'][below(3)],
      }),
    markNotificationsRead: () => mutate('markNotificationsRead', { ids: [one('notification')] }),
  };
  return Object.entries(changes).map(([name, make]) => ({ name, make }));
}

/** The type of a mutation's input. */
function inputOf(mutation: string): string {
  return String(schema.getMutationType()?.getFields()[mutation]?.args[0]?.type);
}

/**
 * Changes by hand: of each table that has a kind, the columns of text or numbers that
 * have no rules. Tables without rows are left out.
 */
export async function changesByHand(client: pg.Client, tenantId: string): Promise<Change[]> {
  const { rows } = await client.query<{ table: string; column: string; type: string }>(
    `select c.table_name as "table", c.column_name as "column", c.data_type as type
       from information_schema.columns c
      where c.table_schema = 'public' and c.table_name = any($1) and c.is_generated = 'NEVER'
        and c.data_type in ('text', 'integer', 'double precision')
        and not exists (select from information_schema.key_column_usage k
             where k.table_schema = 'public' and k.table_name = c.table_name and k.column_name = c.column_name)
      order by 1, 2`,
    [Object.entries(KINDS).flatMap(([table, kind]) => (kind === null ? [] : [table]))],
  );
  const changes: Change[] = [];
  for (const { table, column, type } of rows) {
    const changed = type === 'text' ? `"${column}" || 'x'` : `"${column}" + 1`;
    const back = type === 'text' ? `left("${column}", -1)` : `"${column}" - 1`;
    const set = (value: string) => () =>
      client.query(
        `update "${table}" set "${column}" = ${value} where "tenantId" = $1 and "${column}" is not null`,
        [tenantId],
      );
    try {
      await client.query('begin');
      const { rowCount } = await set(changed)();
      if (rowCount)
        changes.push({
          name: `${table}.${column} by hand`,
          make: set(changed),
          // Rows that another change made meanwhile may not allow the way back; it can be left out.
          undo: () => set(back)().catch(() => undefined),
        });
    } catch {
      // The column has rules that the new value breaks.
    } finally {
      await client.query('rollback');
    }
  }
  return changes;
}
