/** The sandbox WhatsApp as a sender and as a webhook see it. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  SANDBOX_ACCESS_TOKEN,
  startWhatsAppSandbox,
  type WhatsAppSandbox,
  type WhatsAppSandboxOptions,
} from '../../src/sandbox/whatsapp.ts';
import { statusEvent } from '../../src/sandbox/whatsapp-events.ts';
import { body, sandboxTemplate } from '../../src/sandbox/whatsapp-templates.ts';

const APP_SECRET = 'the secret of the app';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: Partial<WhatsAppSandboxOptions> = {}): Promise<WhatsAppSandbox> {
  const sandbox = await startWhatsAppSandbox({ appSecret: APP_SECRET, ...options });
  closing.push(sandbox.close);
  return sandbox;
}

interface Received {
  signature: string;
  body: Buffer;
  json: any;
}

/** A webhook that keeps what it gets; `answer` says with which status. */
async function webhook(answer: (call: number) => number = () => 200) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    received.push({
      signature: String(request.headers['x-hub-signature-256']),
      body,
      json: JSON.parse(body.toString()),
    });
    response.writeHead(answer(received.length)).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => server.close());
  const values = () =>
    received.flatMap(({ json }) =>
      json.entry.flatMap((entry: any) => entry.changes.map((change: any) => change.value)),
    );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/whatsapp`,
    received,
    statuses: () => values().flatMap((value) => value.statuses ?? []),
    messages: () => values().flatMap((value) => value.messages ?? []),
  };
}

const MESSAGE = {
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: '16505551234',
  type: 'template',
  biz_opaque_callback_data: 'our id',
  template: {
    name: 'spring_offer',
    language: { code: 'en_US' },
    components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ada' }] }],
  },
};

async function send(
  sandbox: WhatsAppSandbox,
  change: object = {},
  { token = SANDBOX_ACCESS_TOKEN, number = '106540352242922' } = {},
) {
  const response = await fetch(`${sandbox.url}/${number}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...MESSAGE, ...change }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: text.startsWith('{"') && text.endsWith('}') ? JSON.parse(text) : null,
  };
}

describe('a message', () => {
  test('is answered with an id in which the phone number is, as in real ones', async () => {
    const sandbox = await start();
    const { status, body } = await send(sandbox, { to: '+16505551234' });
    expect(status).toBe(200);
    expect(body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: '+16505551234', wa_id: '16505551234' }],
      messages: [
        { id: expect.stringMatching(/^wamid\.[A-Za-z0-9+/]+=*$/), message_status: 'accepted' },
      ],
    });
    expect(Buffer.from(body.messages[0].id.slice(6), 'base64').toString('latin1')).toContain(
      '16505551234',
    );
    expect(sandbox.sent).toMatchObject([
      {
        to: '+16505551234',
        template: 'spring_offer',
        language: 'en_US',
        parameters: ['Ada'],
        callbackData: 'our id',
      },
    ]);
  });

  test.each([
    ['with a wrong token', {}, { token: 'other' }, 401, 190],
    ['from a number that does not exist', {}, { number: '1' }, 400, 100],
    ['to what is no phone number', { to: 'Ada' }, {}, 400, 131009],
    ['of another product', { messaging_product: 'sms' }, {}, 400, 100],
    [
      'of an unknown template',
      { template: { ...MESSAGE.template, name: 'none' } },
      {},
      404,
      132001,
    ],
    [
      'in a language that the template lacks',
      { template: { ...MESSAGE.template, language: { code: 'de' } } },
      {},
      404,
      132001,
    ],
    [
      'with too few parameters',
      { template: { name: 'spring_offer', language: { code: 'en_US' } } },
      {},
      400,
      132000,
    ],
    [
      'with a line break in a parameter',
      {
        template: {
          ...MESSAGE.template,
          components: [{ type: 'body', parameters: [{ type: 'text', text: 'a\nb' }] }],
        },
      },
      {},
      400,
      132012,
    ],
  ])('%s is refused by code', async (...[, change, from, status, code]) => {
    const sandbox = await start({
      phoneNumberIds: ['106540352242922'],
      templates: [sandboxTemplate('spring_offer', [body('Hi {{1}}')])],
    });
    const answer = await send(sandbox, change, from);
    expect(answer).toMatchObject({
      status,
      body: {
        error: {
          code,
          type: 'OAuthException',
          message: expect.any(String),
          fbtrace_id: expect.any(String),
        },
      },
    });
    expect(sandbox.sent).toEqual([]);
  });

  test('beyond the throughput of its number is refused, and others are not', async () => {
    const sandbox = await start({ messagesPerSecond: 5 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => send(sandbox, { to: `1650555${1_000 + index}` })),
    );
    const refused = answers.filter(({ body }) => body.error?.code === 130429);
    expect(refused.length).toBeGreaterThan(3);
    expect(sandbox.sent).toHaveLength(12 - refused.length);
    expect((await send(sandbox, {}, { number: '200' })).status).toBe(200);
  });

  test('beyond 45 at once to one person is refused for that person', async () => {
    const sandbox = await start({ messagesPerSecond: 1_000 });
    const codes: number[] = [];
    for (let count = 0; count < 50; count += 1)
      codes.push((await send(sandbox)).body.error?.code ?? 0);
    expect(codes.filter((code) => code === 131056).length).toBeGreaterThanOrEqual(4);
    expect((await send(sandbox, { to: '16505559999' })).status).toBe(200);
  });

  test('meets the faults that were asked for', async () => {
    const sandbox = await start();
    sandbox.setFaults(
      { code: 131056, to: '1650555777', times: 1 },
      { action: 'lost', to: '1650555888' },
      { code: 131016, template: 'other', status: 429 },
    );
    expect((await send(sandbox, { to: '1650555777' })).body.error.code).toBe(131056);
    expect((await send(sandbox, { to: '1650555777' })).status).toBe(200);
    await expect(send(sandbox, { to: '1650555888' })).rejects.toThrow();
    expect(
      await send(sandbox, { template: { name: 'other', language: { code: 'en_US' } } }),
    ).toMatchObject({ status: 429, body: { error: { code: 131016 } } });
    expect(sandbox.sent.map(({ to }) => to)).toEqual(['1650555777', '1650555888']);
    expect(sandbox.answers).toEqual([400, 200, 0, 429]);
  });
});

describe('the webhook', () => {
  test('gets signed calls whose escaped bytes the signature is over', async () => {
    const hook = await webhook();
    const sandbox = await start({
      webhookUrl: hook.url,
      duplicates: 0,
      outcomes: { failed: 0, delivered: 0 },
    });
    await send(sandbox);
    sandbox.reply(sandbox.sent[0] as never, 'Ça va 🙏');
    await sandbox.flush();
    for (const { body, signature } of hook.received) {
      expect(signature).toBe(
        `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`,
      );
      expect(/^[\x20-\x7e]*$/.test(body.toString('latin1'))).toBe(true);
    }
    expect(hook.messages().map(({ text }) => text.body)).toEqual(['Ça va 🙏']);
    expect(hook.statuses()).toMatchObject([
      {
        id: sandbox.sent[0]?.id,
        status: 'sent',
        recipient_id: '16505551234',
        biz_opaque_callback_data: 'our id',
        timestamp: expect.stringMatching(/^\d{10}$/),
      },
    ]);
  });

  test('hears of sent, delivered and read messages, failures and replies', async () => {
    const hook = await webhook();
    const sandbox = await start({ webhookUrl: hook.url, messagesPerSecond: null });
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => send(sandbox, { to: `1650555${1_000 + index}` })),
    );
    await sandbox.flush();
    const counts = Map.groupBy(hook.statuses(), ({ status }) => status);
    expect([...counts.keys()].sort()).toEqual(['delivered', 'failed', 'read', 'sent']);
    expect(new Set(counts.get('sent')?.map(({ id }) => id))).toEqual(
      new Set(sandbox.sent.map(({ id }) => id)),
    );
    expect(counts.get('failed')?.[0].errors[0]).toMatchObject({
      code: expect.any(Number),
      title: expect.any(String),
      error_data: { details: expect.any(String) },
    });
    expect(hook.messages().length).toBeGreaterThan(3);
    expect(hook.messages().some(({ context }) => context?.id)).toBe(true);
  });

  test('gets everything at least once, and some of it twice', async () => {
    const hook = await webhook();
    const sandbox = await start({
      webhookUrl: hook.url,
      messagesPerSecond: null,
      duplicates: 0.5,
      batchSize: 5,
      outcomes: { failed: 0, delivered: 0 },
    });
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => send(sandbox, { to: `1650555${1_000 + index}` })),
    );
    await sandbox.flush();
    expect(new Set(hook.statuses().map(({ id }) => id)).size).toBe(100);
    expect(hook.statuses().length).toBeGreaterThan(100);
  });

  test('gets a call again until it answers 200', async () => {
    const hook = await webhook((call) => (call < 3 ? 503 : 200));
    const sandbox = await start({
      webhookUrl: hook.url,
      duplicates: 0,
      outcomes: { failed: 0, delivered: 0 },
    });
    await send(sandbox);
    await sandbox.flush();
    expect(sandbox.calls.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(new Set(hook.received.map(({ signature }) => signature)).size).toBe(1);
  });

  test('hears nothing while events are held', async () => {
    const hook = await webhook();
    const sandbox = await start({ webhookUrl: hook.url, speed: 1_000 });
    sandbox.hold();
    await send(sandbox);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(hook.received).toEqual([]);
    await sandbox.flush();
    expect(hook.received).not.toEqual([]);
  });

  test('can be told of any event', async () => {
    const hook = await webhook();
    const sandbox = await start({
      webhookUrl: hook.url,
      duplicates: 0,
      outcomes: { failed: 0, delivered: 0 },
    });
    await send(sandbox);
    await sandbox.flush();
    sandbox.emit(
      statusEvent(sandbox.sent[0] as never, 'failed', { errorCode: 131026, at: 1_750_030_073_000 }),
    );
    await sandbox.flush();
    expect(hook.statuses().at(-1)).toMatchObject({
      status: 'failed',
      timestamp: '1750030073',
      errors: [{ code: 131026 }],
    });
  });
});

describe('a number', () => {
  const lookUp = async (sandbox: WhatsAppSandbox, id: string, token: string) => {
    const response = await fetch(`${sandbox.url}/${id}?fields=id,verified_name`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: (await response.json()) as any };
  };

  test('is shown to the tokens that reach it, with the fields that were asked for', async () => {
    const sandbox = await start({ phoneNumberIds: ['1'], accounts: { other: ['2'] } });
    expect(await lookUp(sandbox, '1', SANDBOX_ACCESS_TOKEN)).toEqual({
      status: 200,
      body: { id: '1', verified_name: 'Sandbox' },
    });
    expect((await lookUp(sandbox, '2', 'other')).status).toBe(200);
  });

  test('is refused to other tokens as WhatsApp refuses it', async () => {
    const sandbox = await start({ phoneNumberIds: ['1'], accounts: { other: ['2'] } });
    expect(await lookUp(sandbox, '1', 'nonsense')).toMatchObject({
      status: 401,
      body: { error: { code: 190 } },
    });
    for (const id of ['1', '3'])
      expect(await lookUp(sandbox, id, 'other')).toMatchObject({
        status: 400,
        body: { error: { code: 100, error_subcode: 33 } },
      });
  });
});
