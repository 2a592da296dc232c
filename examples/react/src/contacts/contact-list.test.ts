/** The list against a server whose answers the test gives. */
import { type Client, createClient, fetchExchange } from '@urql/core';
import { expect, test } from 'vitest';
import { createContactList } from './contact-list.ts';

interface Asked {
  variables: { after: string | null; search: string | null };
  answer: (names: string[], endCursor?: string) => Promise<void>;
  fail: () => Promise<void>;
}

/** Requests in the order in which they are sent; none is answered by itself. */
function fakeServer() {
  const asked: Asked[] = [];
  const fetch = (_url: unknown, { body }: { body: string }) =>
    new Promise<Response>((resolve, reject) => {
      const settled = () => new Promise<void>((done) => setTimeout(done, 5));
      asked.push({
        variables: JSON.parse(body).variables,
        answer: (names, endCursor) => {
          const pageInfo = { hasNextPage: endCursor !== undefined, endCursor: endCursor ?? null };
          resolve(
            Response.json({
              data: { contacts: { totalCount: 9, pageInfo, nodes: names.map((id) => ({ id })) } },
            }),
          );
          return settled();
        },
        fail: () => {
          reject(new TypeError('Failed to fetch'));
          return settled();
        },
      });
    });
  const client: Client = createClient({
    url: 'http://unused.example',
    preferGetMethod: false,
    fetch: fetch as never,
    exchanges: [fetchExchange],
  });
  const request = async (index: number): Promise<Asked> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const found = asked[index];
    if (!found) throw new Error(`There are ${asked.length} requests.`);
    return found;
  };
  return { list: createContactList(client), asked, request };
}

const ids = ({ getState }: ReturnType<typeof createContactList>) =>
  getState().contacts.map(({ id }) => id);
const by = (search: string) => ({ search, organizationId: null });

test('an answer to an older filter is dropped, also when it comes last', async () => {
  const { list, request } = fakeServer();
  list.show(by('a'));
  const older = await request(0);
  list.show(by('ab'));
  await (await request(1)).answer(['ab']);
  await older.answer(['a', 'ab']);
  expect(ids(list)).toEqual(['ab']);
  expect(list.getState()).toMatchObject({ filter: by('ab'), isLoading: false });
});

test('the contacts of the last filter stay until those of the next one come', async () => {
  const { list, request } = fakeServer();
  list.show(by('a'));
  await (await request(0)).answer(['a']);
  list.show(by('b'));
  expect(ids(list)).toEqual(['a']);
  expect(list.getState()).toMatchObject({ filter: by('a'), isLoading: true });
});

test('pages are read one after the other, and a contact that moved into the next one is listed once', async () => {
  const { list, request, asked } = fakeServer();
  list.show(by(''));
  await (await request(0)).answer(['a', 'b'], 'cursor of b');
  list.more();
  list.more();
  const second = await request(1);
  expect(second.variables.after).toBe('cursor of b');
  await second.answer(['b', 'c']);
  list.more();
  expect(ids(list)).toEqual(['a', 'b', 'c']);
  expect(asked.length).toBe(2);
});

test('a page that failed is read again only when asked for, and from where it was', async () => {
  const { list, request, asked } = fakeServer();
  list.show(by(''));
  await (await request(0)).answer(['a'], 'cursor of a');
  list.more();
  await (await request(1)).fail();
  expect(list.getState().error).not.toBeNull();
  list.more();
  expect(asked.length).toBe(2);
  list.retry();
  const again = await request(2);
  expect(again.variables.after).toBe('cursor of a');
  await again.answer(['b']);
  expect(ids(list)).toEqual(['a', 'b']);
  expect(list.getState().error).toBeNull();
});
