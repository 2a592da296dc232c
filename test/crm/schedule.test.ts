/** Syncs that nobody asks for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDueSyncs } from '../../src/crm/schedule.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { type ConnectedServer, connect, ended, startConnected, sync } from './crm.ts';

let connected: ConnectedServer;
const owner = () => connected.server.north.owner;
const tick = (minutes: number) => {
  const { platform } = connected.server.app;
  const every: Platform = {
    ...platform,
    config: {
      ...platform.config,
      PIPEDRIVE_SYNC_MINUTES: minutes,
      PIPEDRIVE_FULL_SYNC_HOURS: 0,
    },
  };
  return startDueSyncs(every, AbortSignal.timeout(10_000));
};
const syncs = async () =>
  (await owner().run('{ crmSyncs { totalCount nodes { id status full } } }')).data.crmSyncs;
const age = (minutes: number) =>
  prismaOf(connected.server.app.platform.database).$executeRawUnsafe(
    `with aged as (update crm_connection set "connectedAt" = "connectedAt" - interval '${minutes} min')
     update crm_sync set "createdAt" = "createdAt" - interval '${minutes} min'`,
  );

beforeAll(async () => {
  connected = await startConnected({ size: 5 });
  await connect(owner(), { apiToken: connected.sandbox.token });
});
afterAll(() => connected.stop());

test('a connection is synced when it is old enough, then again when the last sync is', async () => {
  await tick(15);
  expect((await syncs()).totalCount).toBe(0);
  await age(16);
  await tick(15);
  const [first] = (await syncs()).nodes;
  expect(await ended(owner(), first.id)).toMatchObject({ status: 'COMPLETED', full: true });
  await tick(15);
  expect((await syncs()).totalCount).toBe(1);
  await age(16);
  await tick(15);
  const { totalCount, nodes } = await syncs();
  expect(totalCount).toBe(2);
  expect(await ended(owner(), nodes[0].id)).toMatchObject({ status: 'COMPLETED', full: false });
});

test('two ticks at once start one sync, and none is started by the setting 0', async () => {
  await age(16);
  const { totalCount: before } = await syncs();
  await tick(0);
  expect((await syncs()).totalCount).toBe(before);
  await Promise.all([tick(15), tick(15), tick(15)]);
  const { totalCount, nodes } = await syncs();
  expect(totalCount).toBe(before + 1);
  await ended(owner(), nodes[0].id);
});

test('syncs of long ago go, but for the last completed one', async () => {
  await age(31 * 24 * 60);
  await tick(15);
  const { nodes } = await syncs();
  expect(nodes).toHaveLength(2);
  await ended(owner(), nodes[0].id);
  expect(await sync(owner())).toMatchObject({ full: false });
});
