/** What was changed here and in the CRM between two syncs is noted, and can be taken back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { type ConnectedServer, connect, startConnected, sync } from './crm.ts';

const WAIT_MS = 120_000;

let connected: ConnectedServer;
const owner = () => connected.server.north.owner;
beforeAll(async () => {
  connected = await startConnected({ size: 3 });
  await connect(owner(), { apiToken: connected.sandbox.token });
}, WAIT_MS);
afterAll(() => connected.stop());

const read = async (id: string) =>
  (
    await owner().run(
      'query ($id: ID!) { contact(id: $id) { name jobTitle crmConflicts { id detail ours theirs } } }',
      { id },
    )
  ).data.contact;
const resolve = async (id: string, keep: string, user = owner()) =>
  (
    await user.run(
      'mutation ($input: ResolveCrmConflictInput!) { resolveCrmConflict(input: $input) { contact { name crmConflicts { id } } userErrors { code } } }',
      { input: { id, keep } },
    )
  ).data.resolveCrmConflict;

test(
  'a detail that changed on both sides takes the CRM’s value, and ours can be taken back',
  async () => {
    const { sandbox, server } = connected;
    const person = sandbox.add('persons', { name: 'Conny Flict', emails: [], org_id: null });
    await sync(owner());
    const contact = await prismaOf(server.app.platform.database).contact.findFirst({
      where: { tenantId: server.north.tenantId, pipedrivePersonId: String(person.id) },
    });
    const id = encodeGlobalId('Contact', contact!.id);
    await owner().run(
      'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }',
      { input: { id, name: 'Conny Ours', jobTitle: 'Only here' } },
    );
    sandbox.change('persons', person.id, { name: 'Conny Theirs' });
    await sync(owner());
    const taken = await read(id);
    expect(taken).toMatchObject({
      name: 'Conny Theirs',
      jobTitle: 'Only here',
      crmConflicts: [{ detail: 'NAME', ours: 'Conny Ours', theirs: 'Conny Theirs' }],
    });
    const noteId = taken.crmConflicts[0].id;
    expect(await resolve(noteId, 'OURS', server.south.owner)).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect(await resolve(noteId, 'OURS')).toEqual({
      contact: { name: 'Conny Ours', crmConflicts: [] },
      userErrors: [],
    });
    // A sync keeps it, and notes nothing, until the name changes there again.
    await sync(owner(), true);
    expect(await read(id)).toMatchObject({ name: 'Conny Ours', crmConflicts: [] });
    sandbox.change('persons', person.id, { name: 'Conny Again' });
    await sync(owner());
    const again = await read(id);
    expect(again.crmConflicts).toMatchObject([{ ours: 'Conny Ours', theirs: 'Conny Again' }]);
    expect(await resolve(again.crmConflicts[0].id, 'THEIRS')).toMatchObject({
      contact: { name: 'Conny Again', crmConflicts: [] },
    });
  },
  WAIT_MS,
);

test(
  'every detail can be taken back',
  async () => {
    const { sandbox, server } = connected;
    const organization = (name: string) => sandbox.add('organizations', { name });
    const [first, second] = [organization('First Ltd'), organization('Second Ltd')];
    const person = sandbox.add('persons', {
      name: 'Detlef Ail',
      emails: [{ value: 'detlef@first.example', primary: true }],
      phones: [{ value: '+16505550301', primary: true }],
      job_title: 'Clerk',
      org_id: first.id,
    });
    await sync(owner());
    const contact = await prismaOf(server.app.platform.database).contact.findFirst({
      where: { tenantId: server.north.tenantId, pipedrivePersonId: String(person.id) },
    });
    const id = encodeGlobalId('Contact', contact!.id);
    const ours = {
      email: 'detlef@ours.example',
      phone: '+16505550302',
      jobTitle: 'Head of Clerks',
      organizationId: null,
    };
    await owner().run(
      'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }',
      { input: { id, ...ours } },
    );
    sandbox.change('persons', person.id, {
      emails: [{ value: 'detlef@theirs.example', primary: true }],
      phones: [{ value: '+16505550303', primary: true }],
      job_title: 'Manager',
      org_id: second.id,
    });
    await sync(owner());
    const { crmConflicts } = await read(id);
    expect(crmConflicts.map(({ detail }: any) => detail).sort()).toEqual([
      'EMAIL',
      'JOB_TITLE',
      'ORGANIZATION',
      'PHONE',
    ]);
    for (const note of crmConflicts)
      expect(await resolve(note.id, 'OURS')).toMatchObject({ userErrors: [] });
    const { data } = await owner().run(
      'query ($id: ID!) { contact(id: $id) { email phone jobTitle organization { id } crmConflicts { id } } }',
      { id },
    );
    expect(data.contact).toEqual({
      ...{ email: ours.email, phone: ours.phone, jobTitle: ours.jobTitle },
      ...{ organization: null, crmConflicts: [] },
    });
  },
  WAIT_MS,
);
