/** Notifications that are sent elsewhere: as e-mail, and to a webhook. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Message, notify } from '../../src/notifications/index.ts';
import { readConfig } from '../../src/platform/config.ts';
import { decodeGlobalId } from '../../src/platform/global-id.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { type FakeServer, startFakeServer } from '../workflows/fake-server.ts';

const SECRET = 'a secret of the webhook';

let server: TestServer;
let mail: Awaited<ReturnType<typeof startMailServer>>;
let webhook: FakeServer;

beforeAll(async () => {
  mail = await startMailServer();
  webhook = await startFakeServer();
  server = await startTestServer({
    settings: {
      SMTP_URL: mail.url,
      SMTP_FROM: 'Sheaf <sheaf@north.example>',
      NOTIFICATION_WEBHOOK_URL: `${webhook.url}/hook`,
      NOTIFICATION_WEBHOOK_SECRET: SECRET,
      WORKFLOW_HTTP_ALLOW_PRIVATE: 'true',
    },
  });
});
afterAll(async () => {
  await server.stop();
  await mail.stop();
  await webhook.stop();
});
beforeEach(() => {
  mail.mails.length = 0;
  webhook.requests.length = 0;
});

/** As much of a mail server as it takes. */
async function startMailServer() {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let data: string | null = null;
    let rest = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 mail.example');
    socket.on('data', (chunk) => {
      rest += String(chunk);
      const lines = rest.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (data !== null) {
          if (line !== '.') data += `${line}\n`;
          else {
            mails.push(data);
            data = null;
            say('250 taken');
          }
        } else if (/^data/i.test(line)) {
          data = '';
          say('354 go on');
        } else if (/^quit/i.test(line)) socket.end('221 bye\r\n');
        else say('250 ok');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  };
  return {
    url: `smtp://127.0.0.1:${(listener.address() as { port: number }).port}?ignoreTLS=true`,
    mails,
    stop,
  };
}

function tellMember(message: Partial<Message> & { title: string }): Promise<number> {
  const { platform } = server.app;
  const to = { userId: server.north.member.id };
  return platform.database
    .forTenant(server.north)
    .transaction((tx) => notify(platform, tx, { to, body: '', subject: null, ...message }));
}

test('a notification is sent as e-mail and as signed JSON, once each', async () => {
  const subject = decodeGlobalId(server.north.contactId);
  await tellMember({ title: 'The title', body: 'The text', subject });
  const { text, request } = await eventually('both came', () => {
    const [sent, posted] = [mail.mails[0], webhook.requests[0]];
    return sent && posted ? { text: sent, request: posted } : null;
  });
  expect(text).toMatch(/^From: Sheaf <sheaf@north\.example>$/m);
  expect(text).toMatch(/^To: member@north\.example$/m);
  expect(text).toMatch(/^Subject: The title$/m);
  expect(text).toContain('The text');
  expect(request.headers['x-sheaf-signature-256']).toBe(
    `sha256=${createHmac('sha256', SECRET).update(request.body).digest('hex')}`,
  );
  expect(JSON.parse(request.body)).toMatchObject({
    email: 'member@north.example',
    title: 'The title',
    body: 'The text',
    subjectId: server.north.contactId,
  });
  expect(JSON.parse(request.body).id).toBe(
    (await server.north.member.run('{ notifications(first: 1) { nodes { id } } }')).data
      .notifications.nodes[0].id,
  );
});

test('a title with line breaks adds no header', async () => {
  await tellMember({ title: 'x\r\nBcc: eve@evil.example' });
  const text = await eventually('it came', () => mail.mails[0]);
  expect(text).not.toMatch(/^Bcc:/m);
});

test('a webhook that fails is tried again', async () => {
  // What an earlier test sent may still be on its way.
  const tries = () => webhook.requests.filter(({ body }) => JSON.parse(body).title === 'again');
  webhook.answer = (_request, response) => response.writeHead(tries().length < 2 ? 500 : 204).end();
  await tellMember({ title: 'again' });
  await eventually('it was tried twice', () => tries().length === 2);
  const [first, second] = tries().map(({ body }) => body);
  expect(second).toBe(first);
});

test.each([
  [{ SMTP_URL: 'smtp://mail.example' }, 'SMTP_FROM'],
  [{ NOTIFICATION_WEBHOOK_URL: 'https://hook.example' }, 'NOTIFICATION_WEBHOOK_SECRET'],
])('a setting without the one that belongs to it stops the start: %j', (settings, missing) => {
  expect(() => readConfig(settings)).toThrow(missing);
});
