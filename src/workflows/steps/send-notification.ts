/** SEND_NOTIFICATION {userId | role, title, body, subjectId} → {recipients} */
import { z } from 'zod';
import { notify } from '../../notifications/index.ts';
import { anyId, idOf, NOTES_LENGTH, name, text } from '../../platform/input.ts';
import { refused, stepType } from './step-type.ts';

const SendNotification = z
  .strictObject({
    userId: idOf('User').nullish(),
    role: z.enum(['OWNER', 'MEMBER', 'CLIENT'], 'Expected OWNER, MEMBER or CLIENT.').nullish(),
    title: name(),
    body: text(NOTES_LENGTH).nullish(),
    subjectId: anyId().nullish(),
  })
  .refine(
    ({ userId, role }) => (userId == null) !== (role == null),
    'Expected either userId or role.',
  );

/**
 * Notifies one user or all of a role (OWNER by default); fails for good if `userId` is not active.
 */
export const sendNotification = stepType({
  type: 'SEND_NOTIFICATION',
  input: SendNotification,
  run: async ({ platform }, { userId, role, title, body, subjectId }) => ({
    store: async (tx) => {
      const to = userId == null ? { role: role ?? 'OWNER' } : { userId };
      const recipients = await notify(platform, tx, {
        to,
        title,
        body: body ?? '',
        subject: subjectId ?? null,
      });
      if (recipients === 0 && userId != null)
        throw refused('input.userId: No active user has this id.');
      return { recipients };
    },
  }),
});
