/**
 * Sends notifications elsewhere: as e-mail, or to a webhook. Each is delivered at least once; a
 * second delivery has the same notification id.
 */
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { JobFailure, type RunningJob } from '../platform/jobs/definition.ts';
import type { Platform } from '../platform/platform.ts';
import { toIso } from '../platform/time.ts';
import type { Delivery } from './delivery-job.ts';
import { sendEmail } from './email-client.ts';
import { postNotification } from './webhook-client.ts';

const withRecipient = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('notification')
    .innerJoin('user', 'user.id', 'notification.userId')
    .select([
      'notification.id',
      'notification.title',
      'notification.body',
      'notification.subjectType',
      'notification.subjectId',
      'notification.createdAt',
      'user.id as userId',
      'user.email',
      'user.active',
    ])
    .where('notification.id', '=', anyOf(p.ids)),
);

/**
 * Runs one delivery; nothing is sent to a user who is inactive by now. Rejects if it has to be
 * tried again.
 */
export async function deliver(platform: Platform, job: RunningJob<Delivery>): Promise<void> {
  const [found] = await platform.database
    .forTenant(job)
    .runPrepared(withRecipient, { ids: [job.payload.notificationId] });
  if (!found?.active) return;
  const { id, title, body, email } = found;
  try {
    if (job.payload.channel === 'EMAIL')
      return await sendEmail(platform, { id, to: email, title, body });
    await postNotification(platform, messageOf(job.tenantId, found), job.signal);
  } catch (error) {
    // The reason may name addresses and people; the log has it.
    platform.log.warn(
      { notification: id, channel: job.payload.channel, reason: String(error) },
      'a notification could not be sent',
    );
    throw new JobFailure('The notification could not be sent.', { cause: error });
  }
}

type Found =
  NonNullable<(typeof withRecipient)['types']> extends (parameters: never) => infer Row
    ? Row
    : never;

function messageOf(
  tenantId: string,
  { id, title, body, subjectType, subjectId, createdAt, userId, email }: Found,
) {
  return {
    id: encodeGlobalId('Notification', id),
    tenantId: encodeGlobalId('Tenant', tenantId),
    userId: encodeGlobalId('User', userId),
    email,
    title,
    body,
    subjectId:
      subjectType === null || subjectId === null ? null : encodeGlobalId(subjectType, subjectId),
    createdAt: toIso(createdAt),
  };
}
