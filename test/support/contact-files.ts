/** Files of contacts: sent as a client does, and as rows for tests that only read them. */
import { randomUUID } from 'node:crypto';
import type { App } from '../../src/app.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { TestTenant, TestUser } from './server.ts';

/**
 * A complete upload of `times` rows about the tenant's contact and one bad row, and as many finished
 * imports with as many problems; answers the global ids of the upload and of an import.
 */
export async function fillContactFiles(
  { platform }: App,
  { tenantId, owner, contactId }: TestTenant,
  times: number,
): Promise<{ contactUpload: string; contactImport: string }> {
  const prisma = prismaOf(platform.database);
  const uploadId = randomUUID();
  const lines = Array.from({ length: times }, () => contactId);
  const content = Buffer.from(['id', ...lines, 'nonsense'].join('\n'));
  const createdById = owner.id;
  const bytes = content.length;
  await prisma.contactUpload.create({
    data: {
      ...{ tenantId, id: uploadId, slot: 1, fileName: 'contacts.csv', createdById },
      ...{ bytes, receivedBytes: bytes },
      parts: { create: { position: 0, content } },
    },
  });
  const ids = lines.map(() => randomUUID());
  for (const id of ids)
    await prisma.contactImport.create({
      data: {
        ...{ tenantId, id, uploadId: randomUUID(), fileName: 'contacts.csv', status: 'COMPLETED' },
        ...{ onMatch: 'UPDATE', options: {}, startedById: owner.id },
        problems: {
          create: ids.map((_id, position) => ({
            position,
            line: position + 2,
            message: 'No name',
          })),
        },
      },
    });
  return {
    contactUpload: encodeGlobalId('ContactUpload', uploadId),
    contactImport: encodeGlobalId('ContactImport', ids[0] ?? ''),
  };
}

const CREATE = `mutation ($input: CreateContactUploadInput!) {
  createContactUpload(input: $input) { upload { id path complete receivedBytes } userErrors { code field message } }
}`;

/** Begins an upload of so many bytes. */
export async function begin(user: TestUser, bytes: number, fileName = 'contacts.csv') {
  const { data } = await user.run(CREATE, { input: { bytes, fileName } });
  const { upload, userErrors } = data.createContactUpload;
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return upload as { id: string; path: string };
}

/** Sends some bytes of an upload. */
export function patch(
  url: string,
  user: TestUser,
  { path, offset, body }: { path: string; offset: number; body: string | Uint8Array<ArrayBuffer> },
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${user.token}`,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
    },
    body,
  });
}

/** Uploads a whole file, and answers the id of the upload. */
export async function upload(url: string, user: TestUser, file: string | Buffer): Promise<string> {
  const body = new Uint8Array(Buffer.from(file));
  const { id, path } = await begin(user, body.length);
  const answer = await patch(url, user, { path, offset: 0, body });
  if (answer.status !== 204) throw new Error(await answer.text());
  return id;
}
