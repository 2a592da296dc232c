/** LOG_ACTIVITY {contactId, type, subject, note} → {activityId} */
import { z } from 'zod';
import { ActivityType } from '../../../generated/kysely.ts';
import { insertActivity } from '../../contacts/index.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { idOf, NOTES_LENGTH, name, text } from '../../platform/input.ts';
import { refused, stepType } from './step-type.ts';

const LogActivity = z.strictObject({
  contactId: idOf('Contact'),
  type: z.enum(ActivityType, `Expected one of ${Object.values(ActivityType).join(', ')}.`),
  subject: name(),
  note: text(NOTES_LENGTH).nullish(),
});

/**
 * Adds an activity of the user who started the execution; fails for good without such a contact.
 */
export const logActivity = stepType({
  type: 'LOG_ACTIVITY',
  input: LogActivity,
  run: async ({ startedById }, activity) => ({
    store: async (tx) => {
      const logged = await insertActivity(tx, { ...activity, userId: startedById });
      if (logged === null) throw refused('input.contactId: Nothing with this id exists.');
      return { activityId: encodeGlobalId('Activity', logged.id) };
    },
  }),
});
