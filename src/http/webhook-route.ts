/**
 * `/webhooks/whatsapp`. Bodies are read as bytes, because their signature is computed over the
 * bytes.
 */
import type { FastifyInstance, FastifyRequest, RouteShorthandOptions } from 'fastify';
import {
  expectSignature,
  receiveWebhook,
  startWebhook,
  verifyWebhook,
} from '../campaigns/ingest/webhook.ts';
import type { Platform } from '../platform/platform.ts';
import { BodyBudget } from './body-limits.ts';
import { refuseOtherMethods } from './refusals.ts';
import { whenOver } from './request-end.ts';
import { sendCode } from './responses.ts';

const BODY_LIMIT_BYTES = 4 * 1_048_576;
/**
 * The signature covers the whole body, so anybody can make the server read one. WhatsApp retries
 * calls that are refused temporarily.
 */
const ALL_BODIES_BYTES = 64 * 1_048_576;
const PATH = '/webhooks/whatsapp';

/** Adds the webhook that WhatsApp calls. */
export async function addWebhookRoute(app: FastifyInstance, platform: Platform): Promise<void> {
  startWebhook(platform);
  refuseOtherMethods(app, PATH, 'GET, POST');
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.get(PATH, async (request, reply) => {
      const challenge = verifyWebhook(platform, request.query as Record<string, unknown>);
      if (challenge === null)
        return sendCode(reply, 'FORBIDDEN', {
          message: 'Expected the verify token of this webhook.',
          status: 403,
        });
      return reply.type('text/plain; charset=utf-8').send(challenge);
    });
    const budget = new BodyBudget(ALL_BODIES_BYTES);
    const options: RouteShorthandOptions = {
      bodyLimit: BODY_LIMIT_BYTES,
      onRequest: async (request) => expectSignature(platform, signatureOf(request)),
      preParsing: async (request, reply, body) =>
        budget.limit(body, whenOver(reply.raw, request.raw.socket)),
    };
    scope.post(PATH, options, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await receiveWebhook(platform, body, signatureOf(request));
      return reply.send('');
    });
  });
}

function signatureOf({ headers }: FastifyRequest): string | undefined {
  const signature = headers['x-hub-signature-256'];
  return typeof signature === 'string' ? signature : undefined;
}
