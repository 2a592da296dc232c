/** The responses of the sandbox WhatsApp: acceptances and errors in the shapes of the Cloud API. */
import { createHash } from 'node:crypto';

/** A response; its body is sent as JSON. */
export interface WhatsAppAnswer {
  status: number;
  body: object;
}

interface KnownError {
  status: number;
  message: string;
  details: string;
}

/** Errors of the Cloud API by their code, each with its most frequent status. */
const ERRORS: Readonly<Record<number, KnownError>> = {
  1: {
    status: 500,
    message: 'An unknown error occurred',
    details: 'Possibly an invalid request, or a server error.',
  },
  2: {
    status: 503,
    message: 'Service temporarily unavailable',
    details: 'Temporary, due to downtime or overload.',
  },
  4: {
    status: 400,
    message: '(#4) Application request limit reached',
    details: 'The app has reached its API call rate limit.',
  },
  100: {
    status: 400,
    message: '(#100) Invalid parameter',
    details: 'The request has a parameter that is not supported or misspelled.',
  },
  190: {
    status: 401,
    message: 'Error validating access token: the session has expired.',
    details: 'The access token has expired.',
  },
  200: {
    status: 403,
    message: '(#200) You do not have the necessary permissions to manage this account.',
    details: 'The access token lacks the permission whatsapp_business_management.',
  },
  80007: {
    status: 400,
    message: '(#80007) Rate limit issues',
    details: 'The WhatsApp Business Account has reached its rate limit.',
  },
  130429: {
    status: 429,
    message: '(#130429) Rate limit hit',
    details: 'Cloud API message throughput has been reached.',
  },
  131000: {
    status: 500,
    message: '(#131000) Something went wrong',
    details: 'Message failed to send due to an unknown error.',
  },
  131009: {
    status: 400,
    message: '(#131009) Parameter value is not valid',
    details: 'One or more parameter values are invalid.',
  },
  131016: {
    status: 500,
    message: '(#131016) Service unavailable',
    details: 'A service is temporarily unavailable.',
  },
  131026: {
    status: 400,
    message: '(#131026) Message undeliverable',
    details: 'Unable to deliver the message.',
  },
  131042: {
    status: 400,
    message: '(#131042) Business eligibility payment issue',
    details:
      'Message failed to send because there were one or more errors related to your payment method.',
  },
  131047: {
    status: 400,
    message: '(#131047) Re-engagement message',
    details: 'More than 24 hours have passed since the recipient last replied.',
  },
  131048: {
    status: 400,
    message: '(#131048) Spam rate limit hit',
    details: 'Too many messages from this phone number were blocked or flagged as spam.',
  },
  131049: {
    status: 400,
    message: '(#131049) This message was not delivered to maintain healthy ecosystem engagement.',
    details: 'This message was not delivered to maintain healthy ecosystem engagement.',
  },
  131050: {
    status: 400,
    message: '(#131050) User opted out',
    details: 'The user has stopped marketing messages of your business.',
  },
  131056: {
    status: 400,
    message: '(#131056) (Business Account, Consumer Account) pair rate limit hit',
    details:
      'Message failed to send because too many were sent from this phone number to the same phone number in a short time.',
  },
  131057: {
    status: 500,
    message: '(#131057) Business Account is in maintenance mode',
    details: 'The business account is in maintenance mode.',
  },
  132000: {
    status: 400,
    message: '(#132000) Number of parameters does not match the expected number of params',
    details: 'body: the number of localizable_params does not match the expected number of params.',
  },
  132001: {
    status: 404,
    message: '(#132001) Template name does not exist in the translation',
    details: 'The template does not exist in this language.',
  },
  132012: {
    status: 400,
    message: '(#132012) Parameter format does not match format in the created template',
    details: 'The parameters are formatted wrongly.',
  },
  132015: {
    status: 400,
    message: '(#132015) Template is paused',
    details: 'The template is paused due to low quality.',
  },
  132016: {
    status: 400,
    message: '(#132016) Template is disabled',
    details: 'The template was paused too often due to low quality.',
  },
};

/** What an error has in place of what usually comes with its code. */
export interface ErrorChange {
  status?: number | undefined;
  message?: string;
  details?: string;
  subcode?: number;
}

/** An error in the form of the Graph API; unknown codes get the status 400. */
export function errorAnswer(code: number, change: ErrorChange = {}): WhatsAppAnswer {
  const known = ERRORS[code] ?? {
    status: 400,
    message: `(#${code}) Error`,
    details: 'An error code for which the sandbox has no text.',
  };
  const {
    status = known.status,
    message = known.message,
    details = known.details,
    subcode,
  } = change;
  const error = {
    message,
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
  };
  return {
    status,
    body: {
      error: {
        ...error,
        error_data: { messaging_product: 'whatsapp', details },
        fbtrace_id: traceId(`${code} ${details}`),
      },
    },
  };
}

/** The error in a `failed` status, in the form of the webhook. */
export function statusError(code: number): object {
  const known = ERRORS[code];
  const title = (known?.message ?? 'Error').replace(/^\(#\d+\) /, '');
  return {
    code,
    title,
    message: title,
    error_data: { details: known?.details ?? title },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  };
}

/** The response to an accepted message; `to` is the number as it was given. */
export function acceptance(to: string, id: string): WhatsAppAnswer {
  const body = {
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: waIdOf(to) }],
    messages: [{ id, message_status: 'accepted' }],
  };
  return { status: 200, body };
}

/** A phone number as WhatsApp writes it: without the plus. */
export function digits(phone: string): string {
  return phone.replace(/\D/g, '');
}

/**
 * The number by which WhatsApp knows whoever is reached at a number: it still writes mobile numbers
 * of Mexico, Brazil and Argentina in their older or other form.
 */
export function waIdOf(phone: string): string {
  return digits(phone)
    .replace(/^52(\d{10})$/, '521$1')
    .replace(/^55([3-9]\d)9(\d{8})$/, '55$1$2')
    .replace(/^54(\d{10})$/, '549$1');
}

/** The id by which WhatsApp knows whoever is reached at a number, for one business. */
export function userIdOf(phone: string): string {
  const hash = createHash('sha256').update(waIdOf(phone)).digest();
  return `US.${hash.readBigUInt64BE()}`;
}

function traceId(text: string): string {
  return `A${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
}
