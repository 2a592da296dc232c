/** What people in a programme of their company are asked. */
import type { UnplacedBlock } from '../../vocabulary.ts';

/** Work and wellbeing, for clients of type CORPORATE. */
export const CORPORATE_BLOCKS: readonly UnplacedBlock[] = [
  {
    key: 'workplace',
    title: 'Work and wellbeing',
    category: 'workplace',
    questions: [
      {
        key: 'companyName',
        label: 'The company whose programme you take part in',
        kind: 'TEXT',
        required: true,
      },
      {
        key: 'workPattern',
        label: 'How do you work?',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: ['In the office', 'At home', 'Some of both', 'Shifts', 'Mostly travelling'],
      },
      {
        key: 'deskHoursPerDay',
        label: 'Hours at a desk or a wheel',
        kind: 'NUMBER',
        required: true,
        unit: 'hours',
        min: 0,
        max: 16,
      },
      {
        key: 'workStress',
        label: 'How much does work weigh on you?',
        kind: 'NUMBER',
        unit: 'of 10',
        min: 1,
        max: 10,
      },
      {
        key: 'breaksPerDay',
        label: 'Breaks you really take',
        kind: 'NUMBER',
        unit: 'breaks',
        min: 0,
        max: 12,
      },
      {
        key: 'lunchHabit',
        label: 'Lunch on a working day',
        kind: 'SINGLE_CHOICE',
        options: [
          'Brought from home',
          'Canteen',
          'Restaurant or delivery',
          'At the desk',
          'Often none',
        ],
      },
      {
        key: 'wellbeingPriorities',
        label: 'What should the programme help you with?',
        kind: 'MULTIPLE_CHOICE',
        required: true,
        options: [
          'Back and neck',
          'Stress',
          'Sleep',
          'Energy in the afternoon',
          'Eating at work',
          'Moving more',
          'Switching off after work',
        ],
      },
    ],
  },
];
