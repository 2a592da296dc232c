/**
 * Test messages: a template of a campaign as one contact would get it, sent to a user of the tenant.
 * They are in no queue and no figures.
 */
import { z } from 'zod';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, RequestError, userError } from '../../platform/errors.ts';
import { idOf, name } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { SecretError } from '../../platform/secrets.ts';
import { HOUR } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { TEMPLATE_NAME_LENGTH } from '../inputs.ts';
import { readRecipients } from '../sending/recipients.ts';
import { openToken } from '../whatsapp/access-token.ts';
import { WhatsAppClient, whatsAppHttp } from '../whatsapp/client.ts';
import { numberOf } from './checks.ts';
import { ensureListed } from './list.ts';
import { fillTemplate, inSentLanguage, isOptedOut } from './preview.ts';
import { templatesOfCampaigns } from './rows.ts';

/** Test messages of a tenant in an hour. */
const TESTS_PER_HOUR = 60;

/** The input of sendTestMessage. */
export const SendTestMessage = z
  .object({
    campaignId: idOf('Campaign').describe('The campaign to test, whatever its status.'),
    templateName: name(TEMPLATE_NAME_LENGTH)
      .nullish()
      .describe("Which of the campaign's templates to send. The first if omitted."),
    contactId: idOf('Contact').describe('The contact that the template is filled for.'),
    userId: idOf('User')
      .nullish()
      .describe('The user whose `phone` the message goes to. You if omitted.'),
  })
  .describe('A test message of a campaign.');

/** What WhatsApp took. */
export interface SentTest {
  whatsappMessageId: string;
  phone: string;
}

/**
 * Sends one template of a campaign, filled for a contact, to the phone of a user. INVALID if it
 * can't be filled, the user has no phone or has opted out, or WhatsApp refuses it.
 */
export async function sendTestMessage(
  platform: Platform,
  viewer: Viewer,
  { campaignId, templateName, contactId, userId }: z.output<typeof SendTestMessage>,
): Promise<SentTest> {
  const database = platform.database.forTenant(viewer);
  const numberId = await numberOf(database, { campaignId });
  if (numberId !== null) await ensureListed(platform, { tenantId: viewer.tenantId, numberId });
  const templates = await database.runPrepared(templatesOfCampaigns, { ids: [campaignId] });
  if (templates.length === 0) throw notFound(['campaignId']);
  const wanted =
    templateName == null
      ? templates[0]
      : templates.find((one) => one.templateName === templateName);
  if (!wanted) throw notFound(['templateName']);
  const [template = wanted] = await inSentLanguage(database, numberId, [wanted]);
  const recipient = (await readRecipients(database, [contactId])).get(contactId);
  if (!recipient) throw notFound(['contactId']);
  const phone = await phoneOfUser(platform, viewer, userId ?? viewer.userId);
  const { components, problem } = fillTemplate(template, recipient);
  if (problem !== null) throw userError('INVALID', ['contactId'], problem);
  const client = await clientOf(platform, viewer, numberId);
  await requireLeft(platform, viewer);
  const outcome = await client.send({
    to: phone,
    template: template.templateName,
    language: template.language,
    components,
    callbackData: 'test',
  });
  if (outcome.kind === 'sent') return { whatsappMessageId: outcome.whatsappMessageId, phone };
  if (outcome.kind === 'unknown')
    throw new RequestError(
      'SERVICE_UNAVAILABLE',
      `It is not known whether the test message was sent. ${outcome.message}`,
    );
  throw userError('INVALID', ['campaignId'], `WhatsApp refused the message: ${outcome.message}`);
}

async function phoneOfUser(platform: Platform, viewer: Viewer, id: string): Promise<string> {
  const database = platform.database.forTenant(viewer);
  const [user] = await database.run(
    query.selectFrom('user').select('phone').where('id', '=', id).where('active', '=', true),
  );
  if (!user) throw notFound(['userId']);
  if (user.phone === null)
    throw userError('INVALID', ['userId'], 'This user has no phone number. An owner can set it.');
  if (await isOptedOut(database, user.phone, null))
    throw userError('INVALID', ['userId'], 'The person at this number wants no campaign messages.');
  return user.phone;
}

async function clientOf(
  platform: Platform,
  viewer: Viewer,
  numberId: string | null,
): Promise<WhatsAppClient> {
  const [number] =
    numberId === null
      ? []
      : await platform.database
          .forTenant(viewer)
          .run(
            query
              .selectFrom('whatsapp_number')
              .select(['phoneNumberId', 'accessToken'])
              .where('id', '=', numberId),
          );
  if (!number)
    throw userError(
      'INVALID',
      ['campaignId'],
      'There is no WhatsApp number to send from. Connect one first.',
    );
  const { phoneNumberId, accessToken: sealed } = number;
  const { tenantId } = viewer;
  try {
    return new WhatsAppClient({
      apiUrl: platform.config.WHATSAPP_API_URL,
      phoneNumberId,
      accessToken: openToken(platform.config, { tenantId, phoneNumberId, sealed }),
      http: whatsAppHttp(platform),
    });
  } catch (error) {
    if (error instanceof SecretError) throw userError('INVALID', ['campaignId'], error.message);
    throw error;
  }
}

async function requireLeft({ rateLimits }: Platform, { tenantId }: Viewer): Promise<void> {
  const { allowed } = await rateLimits.take({
    name: 'test-messages',
    key: tenantId,
    points: TESTS_PER_HOUR,
    windowMs: HOUR,
  });
  if (!allowed)
    throw new RequestError(
      'RATE_LIMITED',
      `Your tenant has sent ${TESTS_PER_HOUR} test messages within an hour. Try again later.`,
    );
}
