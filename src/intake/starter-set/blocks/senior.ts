/** What seniors are asked. */
import { GOALS } from '../../computed/inputs.ts';
import type { UnplacedBlock } from '../../vocabulary.ts';

/** Mobility and its goals, for clients of type SENIOR. */
export const SENIOR_BLOCKS: readonly UnplacedBlock[] = [
  {
    key: 'moving-with-confidence',
    title: 'Moving with confidence',
    category: 'mobility',
    questions: [
      {
        key: 'seniorGoal',
        label: 'What matters most to you right now?',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: Object.keys(GOALS.seniorGoal),
      },
      {
        key: 'fallsLastYear',
        label: 'Falls in the last 12 months',
        kind: 'NUMBER',
        required: true,
        unit: 'falls',
        min: 0,
        max: 50,
      },
      {
        key: 'balanceConfidence',
        label: 'How steady do you feel on your feet?',
        kind: 'NUMBER',
        required: true,
        unit: 'of 10',
        min: 1,
        max: 10,
      },
      {
        key: 'walkingAid',
        label: 'Do you use a walking aid?',
        kind: 'SINGLE_CHOICE',
        options: ['No', 'A stick, sometimes', 'A stick, always', 'A walker'],
      },
      {
        key: 'chairStands',
        label: 'How often can you stand up from a chair in 30 seconds, arms crossed?',
        kind: 'NUMBER',
        unit: 'times',
        min: 0,
        max: 50,
      },
      {
        key: 'painfulJoints',
        label: 'Joints that hurt',
        kind: 'MULTIPLE_CHOICE',
        options: ['Neck', 'Shoulders', 'Back', 'Hips', 'Knees', 'Ankles or feet', 'Hands'],
      },
      {
        key: 'activitiesToKeep',
        label: 'What do you want to be able to do for many years?',
        kind: 'LONG_TEXT',
      },
    ],
  },
];
