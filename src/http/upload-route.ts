/**
 * `/uploads/:id`: the bytes of files with contacts, as the core of the tus protocol has it
 * (https://tus.io/protocols/resumable-upload, version 1.0.0): HEAD tells how many bytes are here,
 * PATCH adds those that follow. Uploads are created by GraphQL.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { receiveUpload, uploadState, WrongPositionError } from '../contacts/index.ts';
import { RequestError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { memberOf, uuidIn } from './members.ts';
import { refuseOtherMethods } from './refusals.ts';
import { sendCode } from './responses.ts';
import { requireSession } from './session.ts';

const PATH = '/uploads/:id';
const BYTES = 'application/offset+octet-stream';
const VERSION = '1.0.0';

/** Adds the endpoint that receives files. */
export async function addUploadRoute(app: FastifyInstance, platform: Platform): Promise<void> {
  refuseOtherMethods(app, PATH, 'HEAD, PATCH');
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Read by the handler, as the bytes arrive.
    scope.addContentTypeParser(BYTES, (_request, _body, done) => done(null));
    const options = { onRequest: requireSession(platform) };
    scope.head(PATH, options, async (request: FastifyRequest, reply) => {
      const upload = await uploadState(platform, memberOf(request), uuidIn(request));
      if (upload.bytes !== null) reply.header('upload-length', upload.bytes);
      return answer(reply, upload.receivedBytes).code(200).send();
    });
    scope.patch(PATH, options, async (request: FastifyRequest, reply) => {
      const viewer = memberOf(request);
      const id = uuidIn(request);
      const position = offsetOf(request);
      const upload = await uploadState(platform, viewer, id);
      const refused = refusal(upload, { position, length: lengthOf(request) });
      if (refused) return refuse(answer(reply, upload.receivedBytes), refused);
      // Else a refusal in the middle would end the connection before its response.
      const body = request.raw.iterator({ destroyOnReturn: false });
      try {
        const received = await receiveUpload(platform, viewer, { id, position, body });
        return answer(reply, received).code(204).send();
      } catch (error) {
        if (!(error instanceof WrongPositionError)) throw error;
        const { receivedBytes } = await uploadState(platform, viewer, id);
        return refuse(answer(reply, receivedBytes), WRONG_POSITION);
      }
    });
  });
}

function offsetOf({ headers }: FastifyRequest): number {
  const offset = headers['upload-offset'];
  if (typeof offset === 'string' && /^\d{1,9}$/.test(offset)) return Number(offset);
  throw new RequestError(
    'BAD_REQUEST',
    'Expected the header Upload-Offset: how many bytes of the file are before those of this request.',
  );
}

function lengthOf({ headers }: FastifyRequest): number {
  return Number(headers['content-length'] ?? 0);
}

interface Refusal {
  code: 'BAD_REQUEST' | 'PAYLOAD_TOO_LARGE';
  message: string;
  status: number;
}

const WRONG_POSITION: Refusal = {
  code: 'BAD_REQUEST',
  message:
    'These bytes do not follow those that are here, or go beyond the size of the file. The header Upload-Offset says where to go on.',
  status: 409,
};

/** What can be refused before the body is read. */
function refusal(
  { bytes, receivedBytes }: { bytes: number | null; receivedBytes: number },
  { position, length }: { position: number; length: number },
): Refusal | null {
  if (bytes === null)
    return {
      code: 'BAD_REQUEST',
      message: 'This file is fetched from its address, so none can be sent.',
      status: 409,
    };
  if (position !== receivedBytes) return WRONG_POSITION;
  if (position + length <= bytes) return null;
  return {
    code: 'PAYLOAD_TOO_LARGE',
    message: `Expected at most ${bytes - position} more bytes, since the file has ${bytes}.`,
    status: 413,
  };
}

function refuse(reply: FastifyReply, { code, message, status }: Refusal): FastifyReply {
  return sendCode(reply, code, { message, status });
}

function answer(reply: FastifyReply, receivedBytes: number): FastifyReply {
  return reply.headers({
    'tus-resumable': VERSION,
    'upload-offset': receivedBytes,
    'cache-control': 'no-store',
  });
}
