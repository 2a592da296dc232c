/** The enums of intake in GraphQL: those of the database. */
import {
  ClientType,
  PacketPriority,
  PacketStatus,
  PacketType,
  QuestionKind,
} from '../../generated/kysely.ts';
import { NOTES_LENGTH } from '../platform/input.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { count } from '../schema-builder/maxima.ts';
import { TEXT_LENGTH } from './questionnaires/answers.ts';

/** Decides the intake path. */
export const ClientTypeEnum = enumOf('ClientType', ClientType, {
  description:
    'The kind of client. It decides the intake path: which questions are asked, and which packets the client gets.',
  values: {
    INDIVIDUAL: 'An adult in personal coaching.',
    ATHLETE: 'Somebody who trains for competitions.',
    YOUTH: 'A minor; the answers of a guardian are part of the intake.',
    SENIOR: 'An older adult.',
    CORPORATE: 'Somebody who takes part in a programme of their employer.',
  },
});

/** Decides how answers are checked; see questionnaires/answers.ts. */
export const QuestionKindEnum = enumOf('QuestionKind', QuestionKind, {
  description: 'What an answer to a question looks like in the JSON of `answers`.',
  values: {
    TEXT: `A short text, of at most ${count(TEXT_LENGTH)} characters.`,
    LONG_TEXT: `A text of at most ${count(NOTES_LENGTH)} characters.`,
    NUMBER: 'A number, within `min` and `max` where the question has them.',
    BOOLEAN: '`true` or `false`.',
    DATE: 'A day as a text, YYYY-MM-DD.',
    SINGLE_CHOICE: 'A text that is one of the `options`.',
    MULTIPLE_CHOICE: 'A list of texts out of the `options`, each at most once.',
  },
});

/** Decides the template, of which each type has one default. */
export const PacketTypeEnum = enumOf('PacketType', PacketType, {
  description:
    'What a packet is about. A client has at most one packet of each type, made from the default template of that type.',
  values: {
    WELCOME: 'The start: what the agency has understood, and what comes next.',
    NUTRITION: 'Eating and drinking.',
    WORKOUT: 'The training week, and how to train.',
    RECOVERY: 'Sleep, rest and stress.',
    WELLNESS: 'Feeling well in daily life.',
    PERFORMANCE: 'The season of an athlete.',
    YOUTH: 'Sport and everyday life of a minor.',
  },
});

/** PENDING → GENERATING → COMPLETED, or back to PENDING, or FAILED, after a failure. */
export const PacketStatusEnum = enumOf('PacketStatus', PacketStatus, {
  description: 'The status of the generation of a packet.',
  values: {
    PENDING: 'Waiting for its first attempt, or for the next one after a failure.',
    GENERATING: 'A worker is rendering its sections.',
    COMPLETED: 'Finished: title, sections and page are there. It no longer changes.',
    FAILED: 'Failed, with no further attempt. `retryPacket` puts it back into the queue.',
    CANCELLED: 'Stopped by `cancelPacket`.',
  },
});

/** The priority of a packet's job; see packets/job.ts. */
export const PacketPriorityEnum = enumOf('PacketPriority', PacketPriority, {
  description: 'Which of the waiting packets are generated first; of equal priority, the oldest.',
  values: {
    LOW: 'After all others.',
    NORMAL: 'Before LOW, after URGENT.',
    URGENT: 'Before all others.',
  },
});
