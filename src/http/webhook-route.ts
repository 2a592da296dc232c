/** `/webhooks/whatsapp`: bodies are taken as bytes, since their signature is over the bytes. */
import type { FastifyInstance } from 'fastify';
import { receiveWebhook, startWebhook, verifyWebhook } from '../campaigns/webhook.ts';
import type { Platform } from '../platform/platform.ts';
import { refuseOtherMethods } from './graphql-route.ts';
import { sendCode } from './responses.ts';

const BODY_LIMIT_BYTES = 4 * 1_048_576;
const PATH = '/webhooks/whatsapp';

/** Adds the webhook that WhatsApp calls. */
export async function addWebhookRoute(app: FastifyInstance, platform: Platform): Promise<void> {
  startWebhook(platform);
  refuseOtherMethods(app, PATH, 'GET, POST');
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.get(PATH, async (request, reply) => {
      const challenge = verifyWebhook(platform, request.query as Record<string, unknown>);
      if (challenge === null) return sendCode(reply, 'FORBIDDEN', { message: 'Expected the verify token of this webhook.', status: 403 });
      return reply.type('text/plain; charset=utf-8').send(challenge);
    });
    scope.post(PATH, { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const signature = request.headers['x-hub-signature-256'];
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await receiveWebhook(platform, body, typeof signature === 'string' ? signature : undefined);
      return reply.send('');
    });
  });
}
