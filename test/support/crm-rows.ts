/** A connected CRM and finished syncs as rows, for tests that only read them. */
import { randomUUID } from 'node:crypto';
import type { App } from '../../src/app.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { TestTenant } from './server.ts';

/**
 * `times` completed syncs with as many failures each, deals of each contact, and its person; answers
 * the global id of a sync.
 */
export async function fillCrm(
  { platform }: App,
  { tenantId, owner }: TestTenant,
  times: number,
): Promise<string> {
  const prisma = prismaOf(platform.database);
  const provider = 'PIPEDRIVE';
  await prisma.crmConnection.create({
    data: { tenantId, provider, tokenCipher: 'sealed', connectedBy: owner.id },
  });
  const ids = Array.from({ length: times }, () => randomUUID());
  const [startedAt, finishedAt] = [new Date(Date.now() - 60_000), new Date()];
  await prisma.crmSync.createMany({
    data: ids.map((id) => ({
      tenantId,
      id,
      provider,
      full: true,
      status: 'COMPLETED',
      failed: times,
      startedAt,
      finishedAt,
    })),
  });
  const contacts = await prisma.contact.findMany({
    where: { tenantId },
    select: { id: true, organizationId: true },
  });
  await prisma.deal.createMany({
    data: contacts.flatMap(({ id: contactId, organizationId }) =>
      ids.map((_id, index) => ({
        tenantId,
        id: randomUUID(),
        contactId,
        organizationId,
        title: `Deal ${index}`,
        value: 100,
        currency: 'EUR',
        status: 'OPEN' as const,
      })),
    ),
  });
  await prisma.contactErasure.createMany({
    data: contacts.map(({ id: contactId }) => ({
      tenantId,
      id: randomUUID(),
      contactId,
      reason: 'NOT_NEEDED' as const,
      status: 'FAILED' as const,
      requestedById: owner.id,
    })),
  });
  await prisma.crmConflict.createMany({
    data: contacts.map(({ id: contactId }) => ({
      tenantId,
      id: randomUUID(),
      contactId,
      detail: 'NAME' as const,
      ours: 'Ours',
      theirs: 'Theirs',
    })),
  });
  await prisma.crmRecord.createMany({
    data: contacts.map(({ id }) => ({
      tenantId,
      kind: 'persons',
      externalId: id,
      record: { id, name: 'Somebody', email: null, phone: null, jobTitle: null, updateTime: null },
    })),
  });
  await Promise.all(
    contacts.map(({ id }) =>
      prisma.contact.update({
        where: { tenantId_id: { tenantId, id } },
        data: { pipedrivePersonId: id },
      }),
    ),
  );
  const failures = ids.flatMap((syncId) =>
    Array.from({ length: times }, (_element, position) => ({
      tenantId,
      syncId,
      position,
      externalId: String(position),
      message: 'No name',
    })),
  );
  await prisma.crmSyncFailure.createMany({ data: failures });
  return encodeGlobalId('CrmSync', ids[0] ?? '');
}
