/** The log line of a request: which operation it was, and why nobody was signed in. */
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { get, send } from '../support/http.ts';
import { eventually, setActive, tokenFor } from '../support/live.ts';
import { SECRET, startTestServer, type TestServer, userFor } from '../support/server.ts';

const lines: Record<string, unknown>[] = [];
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    worker: false,
    settings: { LOG_LEVEL: 'info' },
    logTo: (line) => lines.push(JSON.parse(line)),
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  lines.length = 0;
});

/** The line of the only request since the test began, or of the one with this id. */
function lineOf(id: string): Promise<Record<string, unknown>> {
  return eventually(`the log line of ${id}`, () =>
    lines.find((line) => line['msg'] === 'request' && line['id'] === id),
  );
}

describe('the log line names the operation', () => {
  const NAMED = 'query NamedHere { workPackages(first: 2) { totalCount nodes { title } } }';
  const token = () => server.north.owner.token;

  test('each time that it is asked for, kept or not', async () => {
    for (const id of ['first', 'second', 'third', 'fourth']) {
      await send(server.url, {
        token: token(),
        headers: { 'x-request-id': id },
        body: { query: NAMED },
      });
      expect(await lineOf(id)).toMatchObject({ operation: 'NamedHere', status: 200 });
    }
  });

  test('of a mutation, of a query by GET, and the one of several that was run', async () => {
    const sent = { token: token(), headers: { 'x-request-id': 'it' } };
    const mutation = 'mutation Rename { updateTenant(input: {}) { userErrors { code } } }';
    await send(server.url, { ...sent, body: { query: mutation } });
    expect(await lineOf('it')).toMatchObject({ operation: 'Rename', method: 'POST' });
    lines.length = 0;
    await get(server.url, { query: 'query ByGet { viewer { role } }' }, sent);
    expect(await lineOf('it')).toMatchObject({ operation: 'ByGet', method: 'GET' });
    lines.length = 0;
    const query = 'query One { viewer { role } } query Two { viewer { role } }';
    await send(server.url, { ...sent, body: { query, operationName: 'Two' } });
    expect(await lineOf('it')).toMatchObject({ operation: 'Two' });
  });

  test('of one that is refused, where the client says the name', async () => {
    const headers = { 'x-request-id': 'it' };
    const body = { query: 'query Wrong { nothing }', operationName: 'Wrong' };
    await send(server.url, { token: token(), headers, body });
    expect(await lineOf('it')).toMatchObject({ operation: 'Wrong' });
    lines.length = 0;
    const odd = { ...body, operationName: 'Wrong\n{"forged":1}' };
    await send(server.url, { token: token(), headers, body: odd });
    expect(await lineOf('it')).not.toHaveProperty('operation');
  });

  test('of a stream', async () => {
    const query = 'subscription Watched { changed(kinds: [CONTACTS]) { version } }';
    const controller = new AbortController();
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        authorization: `Bearer ${token()}`,
        'content-type': 'application/json',
        'x-request-id': 'it',
      },
      body: JSON.stringify({ query }),
    });
    await response.body?.getReader().read();
    controller.abort();
    expect(await lineOf('it')).toMatchObject({ operation: 'Watched' });
  });
});

test('a request whose client gave up has a line, with status 499', async () => {
  const pool = server.app.platform.database.pool;
  const client = await pool.connect();
  const controller = new AbortController();
  try {
    await client.query('begin');
    await client.query('select from tenant where id = $1 for update', [server.north.tenantId]);
    const query =
      'mutation Waits { updateTenant(input: { name: "Other" }) { userErrors { code } } }';
    const sent = fetch(`${server.url}/graphql`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        authorization: `Bearer ${server.north.owner.token}`,
        'content-type': 'application/json',
        'x-request-id': 'it',
      },
      body: JSON.stringify({ query }),
    });
    // Not by the client: within a transaction the view stays as it was first seen.
    await eventually('the mutation waits', async () => {
      const waiting = "select from pg_stat_activity where wait_event_type = 'Lock'";
      return (await pool.query(waiting)).rowCount;
    });
    controller.abort();
    await expect(sent).rejects.toThrow();
    expect(await lineOf('it')).toMatchObject({ operation: 'Waits', status: 499 });
  } finally {
    await client.query('rollback');
    client.release();
  }
});

describe('a request that nobody is signed in for', () => {
  const now = () => Math.floor(Date.now() / 1_000);
  const sign = (claims: object, secret = SECRET) =>
    new SignJWT({ sub: server.north.owner.id, exp: now() + 600, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
  const bearer = async (token: Promise<string>) => `Bearer ${await token}`;

  test.each<[string, RegExp, () => Promise<string | undefined>]>([
    ['NO_TOKEN', /send a token/, async () => undefined],
    ['MALFORMED', /not of the form Bearer/, () => sign({})],
    ['INVALID', /not valid here/, () => bearer(sign({}, `${SECRET}!`))],
    ['INVALID', /not valid here/, () => bearer(sign({ exp: undefined }))],
    ['EXPIRED', /has expired/, () => bearer(tokenFor(server.north.owner.id, -120))],
    ['NO_USER', /not active here/, () => bearer(sign({ sub: crypto.randomUUID() }))],
    // Nothing that a token says counts before its signature does.
    ['INVALID', /not valid here/, () => bearer(sign({ exp: now() - 120 }, `${SECRET}!`))],
    ['INVALID', /not valid here/, () => bearer(sign({ sub: crypto.randomUUID() }, `${SECRET}!`))],
  ])('is told why: %s', async (reason, message, make) => {
    const authorization = await make();
    const headers = { 'x-request-id': 'it', ...(authorization ? { authorization } : {}) };
    const answer = await send(server.url, { headers, body: { query: '{ viewer { role } }' } });
    expect(answer.status).toBe(401);
    expect(answer.body.errors).toEqual([
      {
        message: expect.stringMatching(message),
        extensions: { code: 'UNAUTHENTICATED', reason },
      },
    ]);
    expect(await lineOf('it')).toMatchObject({ status: 401, signIn: reason });
  });

  test('is told that its user was deactivated', async () => {
    const user = await userFor(server.app, {
      tenantId: server.north.tenantId,
      id: crypto.randomUUID(),
      email: 'gone@north.example',
      role: 'MEMBER',
    });
    await setActive(server.north.owner, user, false);
    const { errors } = await user.run('{ viewer { role } }');
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('deactivated'),
      extensions: { reason: 'NO_USER' },
    });
  });

  test('has no reason in its line once it is signed in', async () => {
    await send(server.url, {
      token: server.north.owner.token,
      headers: { 'x-request-id': 'it' },
      body: { query: '{ viewer { role } }' },
    });
    expect(await lineOf('it')).not.toHaveProperty('signIn');
  });
});
