/**
 * What an entry of `messages` in a webhook call is: an answer that somebody wrote, the notice that
 * somebody is known by something else now, or neither.
 */
import { isRecord } from '../../platform/records.ts';
import { idOf, phoneOf, userIdOf } from '../whatsapp/identities.ts';

type Json = Record<string, unknown>;

/** Messages that nobody wrote, or that take back what was written. */
const NO_ANSWERS = new Set<unknown>([
  'system',
  'request_welcome',
  'unsupported',
  // What `unsupported` was called.
  'unknown',
  'revoke',
]);

/** Whether somebody wrote, tapped or sent something. A reaction without an emoji was taken back. */
export function isAnswer({ type, reaction }: Json): boolean {
  if (type === 'reaction') return isRecord(reaction) && isText(reaction['emoji']);
  return !NO_ANSWERS.has(type);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** The id of the message that an answer quotes or reacts to; '' if it does neither. */
export function quotedIdOf({ type, context, reaction }: Json): string {
  if (type === 'reaction' && isRecord(reaction)) return idOf(reaction['message_id']);
  return isRecord(context) ? idOf(context['id']) : '';
}

/** Characters of what is kept of a message; WhatsApp's own limit for a text. */
const MAX_TEXT_LENGTH = 4_096;
const MAX_TYPE_LENGTH = 50;

/** What WhatsApp calls the kind of a message, such as text or image; '' if it names none. */
export function typeOf({ type }: Json): string {
  return typeof type === 'string' && /^[a-z_]+$/.test(type) ? type.slice(0, MAX_TYPE_LENGTH) : '';
}

/**
 * What somebody wrote or tapped: a text, the title of a button or of an entry of a list, the
 * caption of media, or the emoji of a reaction; '' for anything else.
 */
export function textOf(message: Json): string {
  const content = message[typeOf(message)];
  if (!isRecord(content)) return '';
  const reply = content['button_reply'] ?? content['list_reply'];
  const title = isRecord(reply) ? reply['title'] : undefined;
  const given = [content['body'], content['text'], content['caption'], content['emoji'], title];
  const text = given.find((one) => isText(one));
  return typeof text === 'string'
    ? text.replaceAll('\u0000', '').slice(0, MAX_TEXT_LENGTH).toWellFormed()
    : '';
}

/** Whether somebody tapped a button, of a template or of a message. */
export function isButton({ type }: Json): boolean {
  return type === 'button' || type === 'interactive';
}

/** Longer texts are no words that opt out or in. */
const MAX_WORD_LENGTH = 60;

/** What an answer says that may be such a word: its text, or a button's title and payload. */
export function shortTextsOf(message: Json): string[] {
  const content = message[typeOf(message)];
  const reply = isRecord(content) ? content['button_reply'] : undefined;
  const payload =
    isRecord(content) && message['type'] === 'button'
      ? content['payload']
      : isRecord(reply) && reply['id'];
  const texts = message['type'] === 'text' || isButton(message) ? [textOf(message)] : [];
  return [...texts, payload].filter(
    (text) => typeof text === 'string' && text !== '' && text.length <= MAX_WORD_LENGTH,
  ) as string[];
}

/** What somebody is known by now, the number first, and was known by before. */
export interface MoveOf {
  now: string[];
  before: string[];
}

/**
 * Reads the notice that somebody has another number or id; null for any other message. The new
 * number is in `new_wa_id`, or in newer versions in `wa_id`, which was the old one in older ones.
 */
export function moveOf({ type, from, system }: Json): MoveOf | null {
  if (type !== 'system' || !isRecord(system)) return null;
  const kind = system['type'];
  const isMove = typeof kind === 'string' && /^(user|customer)_changed_/.test(kind);
  if (!isMove) return null;
  const waId = phoneOf(system['wa_id']);
  const newWaId = phoneOf(system['new_wa_id']);
  const isNew = waId !== phoneOf(from) && waId !== phoneOf(system['customer']);
  const phone = newWaId || (isNew ? waId : '');
  const now = [phone, userIdOf(system['user_id'])];
  const before = [waId, phoneOf(system['customer']), userIdOf(system['previous_user_id'])];
  return {
    now: now.filter((identity) => identity !== ''),
    before: before.filter((identity) => identity !== '' && !now.includes(identity)),
  };
}
