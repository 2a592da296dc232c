/** Sending one message: every way in which it can end, and whether it may be tried again. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WhatsAppClient, type WhatsAppClientOptions } from '../../src/campaigns/whatsapp/client.ts';
import { HttpClient } from '../../src/platform/http-client.ts';
import { startWhatsAppSandbox, type WhatsAppSandbox } from '../../src/sandbox/whatsapp.ts';
import type { WhatsAppFault } from '../../src/sandbox/whatsapp-faults.ts';
import { body, sandboxTemplate } from '../../src/sandbox/whatsapp-templates.ts';

let sandbox: WhatsAppSandbox;
const http = new HttpClient({ reach: 'any' });
beforeAll(async () => {
  sandbox = await startWhatsAppSandbox({
    appSecret: 'secret',
    messagesPerSecond: null,
    templates: [sandboxTemplate('offer', [body('Hi {{1}}')])],
  });
});
beforeEach(() => sandbox.setFaults());
afterAll(async () => {
  http.close();
  await sandbox.close();
});

const MESSAGE = {
  to: '+16505551234',
  template: 'offer',
  language: 'en_US',
  components: [{ type: 'body' as const, parameters: [{ type: 'text' as const, text: 'Ada' }] }],
  callbackData: 'our id',
};

function client(change: Partial<WhatsAppClientOptions> = {}): WhatsAppClient {
  return new WhatsAppClient({
    apiUrl: sandbox.url,
    phoneNumberId: '106540352242922',
    accessToken: sandbox.accessToken,
    http,
    ...change,
  });
}

test('a message goes out as the Cloud API expects it, and its id comes back', async () => {
  const outcome = await client().send(MESSAGE);
  const sent = sandbox.sent.at(-1);
  expect(outcome).toEqual({
    kind: 'sent',
    whatsappMessageId: sent?.id,
    recipient: { phone: '+16505551234', userId: '' },
  });
  expect(sent).toMatchObject({
    phoneNumberId: '106540352242922',
    to: '16505551234',
    template: 'offer',
    language: 'en_US',
    parameters: ['Ada'],
    callbackData: 'our id',
  });
});

test.each<[number, object]>([
  [4, { kind: 'busy', slower: false }],
  [80007, { kind: 'busy', slower: false }],
  [130429, { kind: 'busy', slower: true }],
  [131056, { kind: 'recipient' }],
  [131048, { kind: 'pause', cause: 'number' }],
  [131049, { kind: 'failed' }],
  [131050, { kind: 'failed' }],
  [131026, { kind: 'failed' }],
  [131047, { kind: 'failed' }],
  [132000, { kind: 'pause', cause: 'template' }],
  [132001, { kind: 'pause', cause: 'template' }],
  [132012, { kind: 'pause', cause: 'template' }],
  [132015, { kind: 'pause', cause: 'template' }],
  [132016, { kind: 'pause', cause: 'template' }],
  [1, { kind: 'retry' }],
  [2, { kind: 'retry' }],
  [131000, { kind: 'retry' }],
  [131016, { kind: 'retry' }],
  [131057, { kind: 'retry' }],
  [190, { kind: 'pause', cause: 'token' }],
  [100, { kind: 'pause', cause: 'template' }],
  [131008, { kind: 'pause', cause: 'template' }],
  [131009, { kind: 'failed', doubtful: true }],
  [132005, { kind: 'failed', doubtful: true }],
  [132007, { kind: 'pause', cause: 'template' }],
  [132018, { kind: 'pause', cause: 'template' }],
  [132068, { kind: 'pause', cause: 'template' }],
  [132069, { kind: 'pause', cause: 'template' }],
  [134101, { kind: 'pause', cause: 'template' }],
  [134102, { kind: 'pause', cause: 'template' }],
  [131037, { kind: 'pause', cause: 'number' }],
  [131045, { kind: 'pause', cause: 'number' }],
  [131055, { kind: 'pause', cause: 'account' }],
  [134011, { kind: 'pause', cause: 'account' }],
])('code %i means the same whatever status it comes with', async (code, meaning) => {
  for (const status of [400, 429, 500]) {
    sandbox.setFaults({ code, status });
    expect(await client().send(MESSAGE)).toMatchObject({
      ...meaning,
      message: expect.stringMatching(/\S/),
    });
  }
});

describe('an error of a code that nobody knows', () => {
  test.each([
    [400, 'failed'],
    [429, 'busy'],
    [500, 'retry'],
  ])('with status %i is %s', async (status, kind) => {
    sandbox.setFaults({ code: 999_999, status });
    expect(await client().send(MESSAGE)).toMatchObject({
      kind,
      message: expect.stringContaining('999999'),
    });
  });
});

describe('a message of which nobody knows whether it was sent', () => {
  test.each<WhatsAppFault['action']>(['lost', 'silent', 'nonsense', 'huge', 'html'])(
    'is unknown: %s',
    async (action) => {
      sandbox.setFaults({ action });
      expect(await client({ timeoutMs: 3_000 }).send(MESSAGE)).toMatchObject({ kind: 'unknown' });
    },
  );

  test('is unknown when it is given up on the way', async () => {
    sandbox.setFaults({ action: 'silent' });
    const given = new AbortController();
    const outcome = client().send(MESSAGE, given.signal);
    setTimeout(() => given.abort(), 50);
    expect(await outcome).toMatchObject({ kind: 'unknown' });
  });
});

describe('a message that surely was not sent', () => {
  test('may be tried again when nobody listens', async () => {
    expect(await client({ apiUrl: 'http://127.0.0.1:1/v24.0' }).send(MESSAGE)).toMatchObject({
      kind: 'retry',
    });
    expect(
      await client({ apiUrl: 'http://does-not-exist.invalid/v24.0' }).send(MESSAGE),
    ).toMatchObject({ kind: 'retry' });
  });

  test('may be tried again when it was given up before', async () => {
    const before = sandbox.sent.length;
    expect(await client().send(MESSAGE, AbortSignal.abort())).toMatchObject({ kind: 'retry' });
    expect(sandbox.sent).toHaveLength(before);
  });

  test('waits for somebody to mend the address when it is none of the API', async () => {
    const other = createServer((_request, response) =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>'),
    ).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const apiUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await client({ apiUrl }).send(MESSAGE)).toMatchObject({
      kind: 'pause',
      cause: 'address',
    });
    other.closeAllConnections();
    other.close();
  });

  test('waits for somebody to mend the number when there is none of this id', async () => {
    const strict = await startWhatsAppSandbox({ appSecret: 'secret', phoneNumberIds: ['1'] });
    expect(await client({ apiUrl: strict.url }).send(MESSAGE)).toMatchObject({
      kind: 'pause',
      cause: 'number',
    });
    await strict.close();
  });
});

test('no outcome repeats the access token or the parameters', async () => {
  for (const fault of [
    { code: 190 },
    { code: 132012 },
    { action: 'lost' as const },
    { action: 'html' as const },
  ]) {
    sandbox.setFaults(fault);
    expect(JSON.stringify(await client().send(MESSAGE))).not.toMatch(/sandboxAccessToken|Ada/);
  }
});
