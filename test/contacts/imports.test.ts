/** Imports of contacts: what is found out of a file, what becomes of its rows, and exports of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runImport } from '../../src/contacts/imports/run-import.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { decodeGlobalId } from '../../src/platform/global-id.ts';
import { upload } from '../support/contact-files.ts';
import { eventually, subscribe } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change } from './operations.ts';

let server: TestServer;
const member = () => server.north.member;
const prisma = () => prismaOf(server.app.platform.database);

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const IMPORT =
  'id status totalRows created updated unchanged skipped failed errorMessage problemsPath problems(first: 50) { line field message }';
const START = `mutation ($input: ImportContactsInput!) { importContacts(input: $input) { import { ${IMPORT} } userErrors { code field message } } }`;
const PREVIEW = `query ($uploadId: ID!, $options: ContactImportOptions, $onMatch: ContactImportMatch!) {
  contactImportPreview(uploadId: $uploadId, options: $options, onMatch: $onMatch) {
    format encoding delimiter header problem
    columns { name field samples } rows { line outcome cells contact { name } problems { field message } }
  } }`;

async function preview(file: string | Buffer, options: object = {}, onMatch = 'UPDATE') {
  const uploadId = await upload(server.url, member(), file);
  const answer = await member().run(PREVIEW, { uploadId, options, onMatch });
  await member().run(
    'mutation ($id: ID!) { deleteContactUpload(input: { id: $id }) { deletedId } }',
    { id: uploadId },
  );
  return answer.data?.contactImportPreview ?? answer.errors;
}

async function started(input: object, user = member()) {
  const { data, errors } = await user.run(START, { input });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.importContacts;
}

async function ended(id: string) {
  return eventually('the import ends', async () => {
    const { data } = await member().run(
      `query ($id: ID!) { contactImport(id: $id) { ${IMPORT} } }`,
      { id },
    );
    return ['COMPLETED', 'FAILED'].includes(data.contactImport.status) ? data.contactImport : null;
  });
}

async function imported(file: string | Buffer, input: object = {}) {
  const uploadId = await upload(server.url, member(), file);
  const { import: queued, userErrors } = await started({ uploadId, ...input });
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return ended(queued.id);
}

const named = (name: string) =>
  prisma().contact.findMany({
    where: { tenantId: server.north.tenantId, name },
    include: { organization: true, owner: true },
  });
const download = async (path: string, user: TestUser = member()) => {
  const answer = await fetch(`${server.url}${path}`, {
    headers: { authorization: `Bearer ${user.token}` },
  });
  return { status: answer.status, text: await answer.text() };
};

describe('a preview', () => {
  test('finds out delimiter, header and fields, and what would become of the rows', async () => {
    await change(member(), 'createContact', { name: 'Petra Preview', email: 'petra@pre.example' });
    const shown = await preview(
      'Vorname;Nachname;E-Mail;Firma;Notiz\nPetra;Preview;petra@pre.example;Acme;x\nNils;Neu;kein at;Acme;\n',
    );
    expect(shown).toMatchObject({
      format: 'CSV',
      encoding: 'utf-8',
      delimiter: ';',
      header: true,
      problem: null,
    });
    expect(shown.columns.map(({ field }: { field: string }) => field)).toEqual([
      ...['FIRST_NAME', 'LAST_NAME', 'EMAIL', 'ORGANIZATION', null],
    ]);
    expect(shown.rows).toMatchObject([
      { line: 2, outcome: 'UPDATED', contact: { name: 'Petra Preview' }, problems: [] },
      { line: 3, outcome: 'FAILED', contact: null, problems: [{ field: 'EMAIL' }] },
    ]);
  });

  test('tells encodings apart, wherever the first letter beyond ASCII is', async () => {
    const far = `name,email\n${'Anna,anna@x.example\n'.repeat(20_000)}`;
    const cases: [string, Buffer][] = [
      ['utf-8', Buffer.from(`${far}Zoë,zoe@x.example\n`)],
      ['windows-1252', Buffer.from(`${far}Ren\u00e9 M\u00fcller,rene@x.example\n`, 'latin1')],
      ['utf-16le', Buffer.from('\ufeffname,email\nZoë,zoe@x.example\n', 'utf16le')],
      ['utf-16le', Buffer.from('name,email\nAnna,anna@x.example\n', 'utf16le')],
    ];
    for (const [encoding, file] of cases) expect(await preview(file)).toMatchObject({ encoding });
  });

  test('guesses from what is in the columns where they have no names', async () => {
    const shown = await preview('Ann Lee\tann@x.example\t+1 650 253 0000\nBo\tbo@x.example\t\n');
    expect(shown).toMatchObject({ delimiter: '\t', header: false });
    expect(shown.columns).toMatchObject([
      { name: 'Column 1', field: 'NAME' },
      { name: 'Column 2', field: 'EMAIL' },
      { name: 'Column 3', field: 'PHONE' },
    ]);
  });

  test('says why a file cannot be imported', async () => {
    expect(await preview('PK\u0003\u0004 a spreadsheet')).toMatchObject([
      { message: expect.stringContaining('Save a spreadsheet as CSV') },
    ]);
    expect(await preview('colour,size\nred,1\n')).toMatchObject({
      problem: expect.stringContaining('No column says who'),
    });
  });
});

describe('an import', () => {
  test('adds contacts with all that the file says, and lists each bad row with line and field', async () => {
    const done = await imported(
      [
        'name,email,phone,job title,company,lead status,owner,marketing consent,consent date',
        'Ines One,INES@One.example,(650) 253-0001,CEO,One Ltd,qualified,owner@north.example,yes,2026-01-02',
        '"Line\nBreak",line@one.example,,,,,,,',
        'Bad Mail,nobody,,,,,,,',
        'Bad Owner,bad@one.example,,,,hot,ghost@x.example,perhaps,',
        ',,,,,,,,',
        'Too,many,cells,in,this,row,by,far,2026-01-01,extra',
      ].join('\n'),
    );
    expect(done).toMatchObject({ status: 'COMPLETED', totalRows: 6, created: 2, failed: 4 });
    expect(done.problems.map(({ line, field }: any) => `${line} ${field}`)).toEqual([
      ...['5 EMAIL', '6 LEAD_STATUS', '6 MARKETING_CONSENT', '7 NAME', '8 null'],
    ]);
    const [ines] = await named('Ines One');
    expect(ines).toMatchObject({
      email: 'ines@one.example',
      phoneE164: '+16502530001',
      jobTitle: 'CEO',
      leadStatus: 'QUALIFIED',
      organization: { name: 'One Ltd' },
      owner: { email: 'owner@north.example' },
    });
    const word = await prisma().consentWord.findFirst({ where: { contactId: ines?.id ?? '' } });
    expect(word).toMatchObject({ optedOut: false, source: 'IMPORT', identity: '+16502530001' });
    const { text } = await download(done.problemsPath);
    expect(text).toContain('line,problem,name,email');
    expect(text).toContain('5,EMAIL: Expected an e-mail address.,Bad Mail,nobody');
    expect(text.trim().split('\r\n')).toHaveLength(5);
    expect((await download(done.problemsPath, server.south.member)).status).toBe(400);
  });

  test('matches like the sync: by e-mail where names agree, and never twice', async () => {
    const mailbox = { email: 'info@hotel.example' };
    await change(member(), 'createContact', { name: 'Maria Rossi', ...mailbox });
    const file =
      'name,email,phone\nRossi Maria,info@hotel.example,\nPeter Blau,info@hotel.example,\nNo Mail,,(650) 253-0002\n';
    expect(await imported(file)).toMatchObject({ created: 2, updated: 1, failed: 0 });
    expect(await imported(file)).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
    expect(await named('Rossi Maria')).toHaveLength(1);
    expect(await named('Peter Blau')).toHaveLength(1);
  });

  test('matches by any e-mail and phone of a contact, which stay as they are', async () => {
    await change(member(), 'createContact', {
      name: 'Vera Various',
      emails: [{ address: 'vera@work.example' }, { address: 'Vera@Home.example' }],
      phones: [{ number: '+1 650 253 0071' }, { number: '+1 650 253 0072' }],
    });
    const file =
      'name,email,phone,jobTitle\nVera Various,vera@home.example,(650) 253-0072,CTO\nVera Various,,(650) 253-0072,CEO\n';
    expect(await imported(file)).toMatchObject({ created: 0, updated: 2, failed: 0 });
    const [vera, another] = await named('Vera Various');
    expect(another).toBeUndefined();
    expect(vera).toMatchObject({
      ...{ email: 'vera@work.example', phoneE164: '+16502530071', jobTitle: 'CEO' },
    });
    const points = await prisma().contactPoint.findMany({ where: { contactId: vera?.id ?? '' } });
    expect(points.map(({ value }) => value).sort()).toEqual([
      ...['+1 650 253 0071', '+1 650 253 0072', 'Vera@Home.example', 'vera@work.example'],
    ]);
  });

  test('updates, skips or creates on a match; empty cells change nothing', async () => {
    await imported('name,email,jobTitle\nSam Same,sam@match.example,CTO\n');
    const file = 'name,email,jobTitle,phone\nSam Same,sam@match.example,,(650) 253-0003\n';
    expect(await imported(file, { onMatch: 'SKIP' })).toMatchObject({ skipped: 1, updated: 0 });
    expect(await imported(file)).toMatchObject({ updated: 1 });
    expect(await named('Sam Same')).toMatchObject([{ jobTitle: 'CTO', phone: '(650) 253-0003' }]);
    expect(await imported(file, { onMatch: 'CREATE' })).toMatchObject({ created: 1 });
    expect(await named('Sam Same')).toHaveLength(2);
  });

  test('a stop stays one: a yes without a date does not lift it', async () => {
    await imported('name,email,consent\nStop Sign,stop@sign.example,no\n');
    expect(await imported('name,email,consent\nStop Sign,stop@sign.example,yes\n')).toMatchObject({
      unchanged: 1,
    });
    const [contact] = await named('Stop Sign');
    const words = await prisma().consentWord.findMany({ where: { contactId: contact?.id ?? '' } });
    expect(words).toMatchObject([{ optedOut: true, source: 'IMPORT' }]);
  });

  test('takes JSONL, and names the lines that are none', async () => {
    const done = await imported(
      '{"name":"Jo Lines","email":"jo@lines.example","phone":16502530004}\n{"name":["x"]}\nnonsense\n',
    );
    expect(done).toMatchObject({ created: 1, failed: 2 });
    expect(done.problems.map(({ line }: any) => line)).toEqual([2, 3]);
  });

  test('writes nothing of a file that breaks off', async () => {
    const done = await imported('name,email\nNever Here,never@here.example\n"open,x@x.example\n');
    expect(done).toMatchObject({ status: 'FAILED', created: 0 });
    expect(done.errorMessage).toContain('quotation mark');
    expect(await named('Never Here')).toEqual([]);
  });

  test('is the same by its key, and deletes its file', async () => {
    const uploadId = await upload(server.url, member(), 'name\nKeyed Once\n');
    const input = { uploadId, idempotencyKey: 'a key' };
    const first = await started(input);
    const again = await Promise.all([started(input), started(input, server.north.owner)]);
    expect(again.map((one) => one.import.id)).toEqual([first.import.id, first.import.id]);
    await ended(first.import.id);
    expect((await started(input)).import.id).toBe(first.import.id);
    expect(await named('Keyed Once')).toHaveLength(1);
    expect(await prisma().contactUploadPart.count()).toBe(0);
  });

  test('shows its progress', async () => {
    const rows = Array.from({ length: 1_200 }, (_, i) => `Progress ${i},p${i}@progress.example`);
    const uploadId = await upload(server.url, member(), ['name,email', ...rows].join('\n'));
    const { import: queued } = await started({ uploadId });
    const progress = subscribe(server.url, member(), {
      id: queued.id,
      query:
        'subscription ($id: ID!) { contactImportProgress(id: $id) { status created totalRows } }',
    });
    const states = await eventually('the end is told', async () => {
      const told = progress.events.map(({ data }) => data.contactImportProgress);
      return told.at(-1)?.status === 'COMPLETED' ? told : null;
    });
    progress.stop();
    expect(states.at(-1)).toEqual({ status: 'COMPLETED', created: 1_200, totalRows: 1_200 });
    const created = states.map((state) => state.created);
    expect(created).toEqual(created.toSorted((one, two) => one - two));
  });

  test("another tenant's upload cannot be imported or previewed", async () => {
    const uploadId = await upload(server.url, member(), 'name\nForeign\n');
    const south = server.south.member;
    expect((await started({ uploadId }, south)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { data } = await south.run(PREVIEW, { uploadId, onMatch: 'UPDATE' });
    expect(data.contactImportPreview).toBeNull();
  });

  test('goes on after any batch without losing or repeating a row', async () => {
    const rows = Array.from({ length: 1_750 }, (_, i) =>
      i % 100 === 7 ? `Killed ${i},bad` : `Killed ${i},k${i}@killed.example`,
    );
    const uploadId = await upload(server.url, member(), ['name,email', ...rows].join('\n'));
    const tenantId = server.north.tenantId;
    const row = await prisma().contactImport.create({
      data: {
        ...{ tenantId, id: crypto.randomUUID(), fileName: 'x', onMatch: 'CREATE', options: {} },
        ...{ uploadId: decodeGlobalId(uploadId)?.id ?? '', startedById: member().id },
      },
    });
    // Dies at its first, second, … statement that holds the job, as a killed worker does.
    let runs = 0;
    for (let finished = false; !finished; runs += 1) {
      let holds = 0;
      await runImport(server.app.platform, {
        tenantId,
        payload: { importId: row.id },
        signal: new AbortController().signal,
        hold: async () => {
          holds += 1;
          if (holds > 2) throw new Error('killed');
        },
        complete: async () => {
          finished = true;
        },
      }).catch((error: Error) => expect(error.message).toBe('killed'));
    }
    expect(runs).toBeGreaterThan(3);
    expect(await prisma().contactImport.findFirst({ where: { id: row.id } })).toMatchObject({
      ...{ status: 'COMPLETED', created: 1_732, failed: 18, problemCount: 18 },
    });
    expect(
      await prisma().contact.count({ where: { tenantId, name: { startsWith: 'Killed ' } } }),
    ).toBe(1_732);
  });
});

describe('an export', () => {
  const exported = async (input: object, user = member()) => {
    const { data, errors } = await user.run(
      'mutation ($input: ExportContactsInput!) { exportContacts(input: $input) { export { path format expiresAt } userErrors { message } } }',
      { input },
    );
    if (errors) throw new Error(JSON.stringify(errors));
    return data.exportContacts.export.path as string;
  };

  test('has what the filter finds, is safe in spreadsheets, and can be imported again', async () => {
    await imported(
      '{"name":"=HYPERLINK(\\"x\\")","email":"evil@export.example","phone":"+1 650 253 0005","organization":"Export, Inc."}\n',
    );
    const filter = { search: 'evil@export.example' };
    const path = await exported({ filter });
    const { text } = await download(path);
    expect(text).toMatch(/^\ufeff?id,name,email,phone,jobTitle,organization/);
    expect(text).toContain(
      `"'=HYPERLINK(""x"")",evil@export.example,'+1 650 253 0005,,"Export, Inc."`,
    );
    expect(text.trim().split('\r\n')).toHaveLength(2);
    expect(await imported(text)).toMatchObject({ unchanged: 1, created: 0, failed: 0 });
    const lines = await download(await exported({ filter, format: 'JSONL' }));
    expect(JSON.parse(lines.text)).toMatchObject({ phone: '+1 650 253 0005' });
  });

  test('is of the tenant that asked for it, complete over many pages, and gone after an hour', async () => {
    const path = await exported({});
    const { text } = await download(path);
    const total = await prisma().contact.count({ where: { tenantId: server.north.tenantId } });
    expect(total).toBeGreaterThan(2_000);
    expect(text.match(/^Q29udGFjd/gm)).toHaveLength(total);
    expect((await download(path, server.south.member)).status).toBe(400);
    expect((await download(path, server.north.client)).status).toBe(403);
    await prisma().contactExport.updateMany({ data: { createdAt: new Date(0) } });
    expect((await download(path)).status).toBe(400);
  });
});
