/**
 * Asks WhatsApp for the templates of a number's account. The account is the one that the number's
 * health names, since a number does not say it otherwise.
 */
import { HttpClientError } from '../../platform/http-client.ts';
import { isRecord, recordsIn } from '../../platform/records.ts';
import { SECOND } from '../../platform/time.ts';
import { problemOf, type WhatsAppClientOptions } from '../whatsapp/client.ts';
import { idOf } from '../whatsapp/identities.ts';

/** The templates as WhatsApp has them, or why they are not known, for a person. */
export type TemplateList =
  | { kind: 'listed'; accountId: string; templates: Record<string, unknown>[] }
  | { kind: 'unavailable'; message: string };

/** For all requests together, because a person waits. */
const TIMEOUT_MS = 8 * SECOND;
const PAGE_SIZE = 250;
/** WhatsApp's own limit of the templates of an account. */
const MAX_TEMPLATES = 6_000;
const MAX_BYTES = 8 * 1_048_576;
const FIELDS =
  'name,language,status,category,components,parameter_format,quality_score,rejected_reason';

class Unavailable extends Error {}

/** Lists all templates; failures are results too, so it does not reject for them. */
export async function listTemplates(
  options: WhatsAppClientOptions,
  signal?: AbortSignal,
): Promise<TemplateList> {
  const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const stop = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    const accountId = await accountOf(options, stop);
    return { kind: 'listed', accountId, templates: await allPages(options, accountId, stop) };
  } catch (error) {
    if (error instanceof Unavailable) return { kind: 'unavailable', message: error.message };
    if (!(error instanceof HttpClientError)) throw error;
    const message = limit.aborted ? 'It did not respond in time.' : error.message;
    return { kind: 'unavailable', message };
  }
}

async function accountOf(options: WhatsAppClientOptions, signal: AbortSignal): Promise<string> {
  const { health_status: health } = await get(
    options,
    `${encodeURIComponent(options.phoneNumberId)}?fields=health_status`,
    signal,
  );
  const entities = isRecord(health) ? recordsIn(health['entities']) : [];
  const account = entities.find(({ entity_type: type }) => type === 'WABA');
  const id = idOf(account?.['id']);
  if (id === '') throw new Unavailable('It does not say which account the number belongs to.');
  return id;
}

async function allPages(
  options: WhatsAppClientOptions,
  accountId: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const templates: Record<string, unknown>[] = [];
  let after: string | null = null;
  do {
    const cursor: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
    const path = `${encodeURIComponent(accountId)}/message_templates?fields=${FIELDS}&limit=${PAGE_SIZE}${cursor}`;
    const page = await get(options, path, signal);
    if (!Array.isArray(page['data']))
      throw new Unavailable('The response is no list of templates.');
    templates.push(...recordsIn(page['data']));
    after = nextOf(page);
  } while (after !== null && templates.length < MAX_TEMPLATES);
  return templates.slice(0, MAX_TEMPLATES);
}

/** The cursor of the next page. WhatsApp names the next page only if there is one. */
function nextOf({ paging }: Record<string, unknown>): string | null {
  if (!isRecord(paging) || typeof paging['next'] !== 'string') return null;
  const { cursors } = paging;
  return isRecord(cursors) && typeof cursors['after'] === 'string' ? cursors['after'] : null;
}

async function get(
  { apiUrl, accessToken, http }: WhatsAppClientOptions,
  path: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
  const response = await http.send(`${apiUrl.replace(/\/+$/, '')}/${path}`, {
    headers,
    maxBytes: MAX_BYTES,
    signal,
  });
  const problem = problemOf(response);
  if (problem !== null) throw new Unavailable(problem);
  try {
    const json: unknown = JSON.parse(response.body.toString('utf8'));
    if (isRecord(json)) return json;
  } catch {}
  throw new Unavailable("The response is not from WhatsApp's API.");
}
