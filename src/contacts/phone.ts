import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js';

/** What people write between two numbers in one field. */
const BETWEEN = /\s*[/;,|\n]\s*|\s+(?:-|or|and|oder|und|ou|et|o|y|e)\s+/i;
/** Numbers that are read from one field. */
const MAX_NUMBERS = 5;
/**
 * The mobile numbers of Mexico had a 1 after the country code until 2019; WhatsApp still writes
 * them so.
 */
const MEXICAN_MOBILE = /^\+521(\d{10})$/;

/** As WhatsApp writes numbers. Shorter ones may be local numbers without their area code. */
const INTERNATIONAL_DIGITS = /^[1-9]\d{9,14}$/;

/**
 * A phone number in E.164; null if there is no valid number. One without a country code is taken to
 * be of `country`, an ISO 3166 code such as DE, or if that is wrong, to lack only its plus, as
 * WhatsApp writes numbers. Of several numbers it is the first valid one.
 */
export function toE164(phone: string, country: string): string | null {
  const candidates = [phone, ...phone.split(BETWEEN, MAX_NUMBERS)];
  for (const candidate of candidates) {
    const number = validNumber(candidate, country);
    if (number !== null) return number;
  }
  return null;
}

function validNumber(text: string, country: string): string | null {
  const national = parsePhoneNumberFromString(text, country as CountryCode);
  const number = checked(national);
  if (number !== null) return number;
  const digits = text.replace(/[\s().-]/g, '');
  return INTERNATIONAL_DIGITS.test(digits)
    ? checked(parsePhoneNumberFromString(`+${digits}`))
    : null;
}

function checked(number: PhoneNumber | undefined): string | null {
  if (number === undefined) return null;
  if (number.isValid()) return number.number;
  const withoutMobilePrefix = number.number.replace(MEXICAN_MOBILE, '+52$1');
  return withoutMobilePrefix !== number.number &&
    parsePhoneNumberFromString(withoutMobilePrefix)?.isValid()
    ? withoutMobilePrefix
    : null;
}
