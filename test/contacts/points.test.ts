/** E-mails and phones of contacts: lists whose primary entries are `email` and `phone`. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import { attempt, change, createContact, read, sql } from './operations.ts';

let server: TestServer;
const owner = () => server.north.owner;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

const POINTS =
  'email phone phoneE164 warmness { base } emails { address label isPrimary source } phones { number e164 label isPrimary }';

async function contactOf(id: string): Promise<any> {
  return (await read(owner(), `query ($id: ID!) { contact(id: $id) { ${POINTS} } }`, { id }))
    .contact;
}

async function addressesOf(id: string): Promise<string[]> {
  return (await contactOf(id)).emails.map(({ address }: { address: string }) => address);
}

test('a contact has the e-mails and phones of its lists, the primary ones first', async () => {
  const id = await createContact(owner(), {
    emails: [
      { address: 'ann@home.example', label: 'home' },
      { address: 'Ann@Work.example', label: 'work', isPrimary: true },
    ],
    phones: [{ number: 'n/a' }, { number: '+1 650 253 0000', label: 'mobile' }],
  });
  expect(await contactOf(id)).toEqual({
    email: 'Ann@Work.example',
    phone: '+1 650 253 0000',
    phoneE164: '+16502530000',
    warmness: { base: 2 },
    emails: [
      { address: 'Ann@Work.example', label: 'work', isPrimary: true, source: 'USER' },
      { address: 'ann@home.example', label: 'home', isPrimary: false, source: 'USER' },
    ],
    phones: [
      { number: '+1 650 253 0000', e164: '+16502530000', label: 'mobile', isPrimary: true },
      { number: 'n/a', e164: null, label: null, isPrimary: false },
    ],
  });
});

test('a single e-mail is a list of one, and replaces only the primary one', async () => {
  const id = await createContact(owner(), { email: 'one@x.example', phone: '650 253 0001' });
  expect(await addressesOf(id)).toEqual(['one@x.example']);
  await change(owner(), 'updateContact', {
    id,
    emails: [{ address: 'one@x.example' }, { address: 'two@x.example' }],
  });
  await change(owner(), 'updateContact', { id, email: 'three@x.example' });
  expect(await addressesOf(id)).toEqual(['three@x.example', 'two@x.example']);
  await change(owner(), 'updateContact', { id, email: 'two@x.example' });
  expect(await addressesOf(id)).toEqual(['two@x.example']);
  await change(owner(), 'updateContact', {
    id,
    emails: [{ address: 'b@x.example' }, { address: 'a@x.example' }],
  });
  await change(owner(), 'updateContact', { id, email: null });
  expect(await contactOf(id)).toMatchObject({ email: 'a@x.example', phone: '650 253 0001' });
  await change(owner(), 'updateContact', { id, emails: null, phones: [] });
  expect(await contactOf(id)).toMatchObject({ email: null, phone: null, emails: [], phones: [] });
});

test.each([
  ['Ann <ann@x.example>', ['ann@x.example']],
  ['mailto:ann@x.example', ['ann@x.example']],
  ['"Lee, Ann" <mailto:ann@x.example?subject=Hello>', ['ann@x.example']],
  ['a@x.example; b@x.example', ['a@x.example', 'b@x.example']],
  ['a@x.example, A@X.example , c@x.example', ['a@x.example', 'c@x.example']],
  ['info@müller.example', ['info@müller.example']],
])('of the e-mail %j %j is kept', async (email, addresses) => {
  const id = await createContact(owner(), { email });
  expect(await contactOf(id)).toMatchObject({ email: addresses[0] });
  expect(await addressesOf(id)).toEqual(addresses);
});

test.each([
  'a@@x.example',
  'nobody',
  'a@x.example b@x.example',
  'a@x.example; b',
  '@x.example',
  'a@',
  ';',
  `${'x'.repeat(250)}@x.example`,
])('the e-mail %j is refused with a sentence', async (email) => {
  for (const input of [{ email }, { emails: [{ address: email }] }]) {
    const { data } = await attempt(owner(), 'createContact', { name: 'Ann', ...input });
    expect(data.createContact.userErrors).toMatchObject([
      { code: 'INVALID', message: expect.stringMatching(/^Expected .*e-mail.*\.$/) },
    ]);
  }
});

test('a list beside its single value, two primary entries and too many are refused', async () => {
  const refused = async (input: object) => {
    const { data } = await attempt(owner(), 'createContact', { name: 'Ann', ...input });
    return data.createContact.userErrors.map(({ field }: { field: string[] }) => field.join('.'));
  };
  const entry = (address: string) => ({ address, isPrimary: true });
  expect(await refused({ email: 'a@x.example', emails: [entry('b@x.example')] })).toEqual([
    'emails',
  ]);
  expect(await refused({ emails: [entry('a@x.example'), entry('b@x.example')] })).toEqual([
    'emails',
  ]);
  const many = Array.from({ length: 21 }, (_, index) => `a${index}@x.example`).join('; ');
  expect(await refused({ email: many })).toEqual(['emails']);
});

test('what writes the columns alone, as the release before does, keeps the lists right', async () => {
  const id = await createContact(owner(), {
    emails: [{ address: 'old@x.example', label: 'work' }, { address: 'more@x.example' }],
  });
  await sql(
    server.databaseUrl,
    `update contact set email = 'new@x.example', phone = '12' where email = 'old@x.example'`,
  );
  expect(await contactOf(id)).toMatchObject({
    emails: [
      { address: 'new@x.example', isPrimary: true },
      { address: 'more@x.example', isPrimary: false },
    ],
    phones: [{ number: '12', isPrimary: true }],
  });
  await sql(server.databaseUrl, `update contact set email = null where email = 'new@x.example'`);
  expect(await addressesOf(id)).toEqual(['more@x.example']);
});

test('a merged contact has the addresses of all, and those that agree in any are offered as duplicates', async () => {
  const targetId = await createContact(owner(), {
    name: 'Tara Get',
    email: 'tara@x.example',
    phone: '+1 650 253 0007',
  });
  const sourceId = await createContact(owner(), {
    name: 'T. Get',
    emails: [{ address: 'tg@x.example' }, { address: 'TARA@x.example', label: 'work' }],
    phones: [{ number: '+1 650 253 0008' }, { number: '(650) 253-0007' }],
  });
  const { duplicateContacts } = await read(
    owner(),
    'query ($id: ID!) { duplicateContacts(contactId: $id) { evidence contacts { id } } }',
    { id: targetId },
  );
  expect(duplicateContacts).toMatchObject([{ evidence: ['SAME_EMAIL', 'SAME_PHONE'] }]);
  await change(owner(), 'mergeContacts', { sourceIds: [sourceId], targetId });
  expect(await contactOf(targetId)).toMatchObject({
    email: 'tara@x.example',
    emails: [{ address: 'tara@x.example' }, { address: 'tg@x.example' }],
    phones: [{ e164: '+16502530007' }, { e164: '+16502530008' }],
  });
});

test('a stop from a second number of a contact counts', async () => {
  const id = await createContact(owner(), {
    phones: [{ number: '+1 650 253 0011' }, { number: '+1 650 253 0012' }],
  });
  await sql(
    server.databaseUrl,
    `insert into consent_word ("tenantId", identity, "optedOut", source, at)
     select "tenantId", '+16502530012', true, 'KEYWORD', now() from contact where "phoneE164" = '+16502530011'`,
  );
  const { contacts } = await read(
    owner(),
    '{ contacts(filter: { marketingConsent: [OPTED_OUT] }) { nodes { id marketingConsent { state } } } }',
  );
  expect(contacts.nodes).toEqual([{ id, marketingConsent: { state: 'OPTED_OUT' } }]);
});
