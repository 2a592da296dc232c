/** What the sandbox responds with, whole or broken. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptance, type WhatsAppAnswer } from './whatsapp-answers.ts';
import type { SandboxMessage } from './whatsapp-events.ts';
import type { WhatsAppFault } from './whatsapp-faults.ts';

const MAX_BODY_BYTES = 262_144;
const HUGE_BYTES = 20_000_000;

/** What the sender receives. */
export type Reply = WhatsAppAnswer | { status: number; text: string } | typeof CUT | typeof SILENT;

/** The connection ends without a response. */
export const CUT = { status: 0, ends: true } as const;
const SILENT = { status: 0, ends: false } as const;
/** The page of a proxy in front. */
export const BAD_GATEWAY =
  '<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>';

/** The response to an accepted message, as the fault has it. */
export function confirmation(message: SandboxMessage, action: WhatsAppFault['action']): Reply {
  if (action === 'silent') return SILENT;
  if (action === 'lost') return CUT;
  if (action === 'nonsense') return { status: 200, text: '{"messages":[{' };
  if (action === 'huge') return { status: 200, text: ' '.repeat(HUGE_BYTES) };
  return acceptance(message.to, message.id);
}

/** Sends a response. */
export function send(response: ServerResponse, reply: Reply): void {
  if ('ends' in reply) {
    if (reply.ends) response.destroy();
    return;
  }
  const [type, text] =
    'text' in reply
      ? ['text/html', reply.text]
      : ['application/json; charset=UTF-8', JSON.stringify(reply.body)];
  response.writeHead(reply.status, { 'content-type': type }).end(text);
}

/** Reads the body of a request; rejects if it is too large. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
