/** E-mail addresses as people type and paste them. */
import { domainToASCII } from 'node:url';
import parseAddresses from 'nodemailer/lib/addressparser';
import { z } from 'zod';
import { EMAIL_LENGTH } from '../../platform/input.ts';

const Address = z.email();

/** What is wrong with a text that should hold e-mail addresses, in a sentence. */
export class AddressProblem extends Error {}

/**
 * The addresses in a text, without names and `mailto:`. 'Ann <ann@acme.example>; bob@acme.example'
 * → ['ann@acme.example', 'bob@acme.example']. Throws an AddressProblem if a part of it is none.
 */
export function readEmails(text: string): string[] {
  const parsed = parseAddresses(text, { flatten: true });
  if (parsed.length === 0) throw new AddressProblem('Expected an e-mail address.');
  return parsed.map(({ name, address }) => {
    const bare = address.replace(/^mailto:/i, '').replace(/\?.*$/, '');
    const shown = bare || name;
    if (name.includes('@'))
      throw new AddressProblem(
        `Expected e-mail addresses with commas or semicolons between them, found "${name}" beside "${shown}".`,
      );
    if (!isEmail(bare))
      throw new AddressProblem(
        `Expected an e-mail address such as ann@acme.example, found "${shown.slice(0, EMAIL_LENGTH)}".`,
      );
    return bare;
  });
}

/**
 * Whether a text is an address, by the rules of HTML forms. Letters of other scripts count too, in
 * both of its parts.
 */
function isEmail(text: string): boolean {
  if (text.length > EMAIL_LENGTH) return false;
  const at = text.lastIndexOf('@');
  const local = text
    .slice(0, at)
    .replace(/[^\p{ASCII}]/gu, (one) => (/[\p{L}\p{N}]/u.test(one) ? 'x' : '@'));
  return at > 0 && Address.safeParse(`${local}@${domainToASCII(text.slice(at + 1))}`).success;
}
