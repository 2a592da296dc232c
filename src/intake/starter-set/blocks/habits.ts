/** How the client lives when not training. */
import { ACTIVITY_OPTIONS } from '../../computed/inputs.ts';
import type { UnplacedBlock } from '../../vocabulary.ts';

/** Everyday life, recovery and habits, and how the client wants to be coached. */
export const HABIT_BLOCKS: readonly UnplacedBlock[] = [
  {
    key: 'lifestyle',
    title: 'Your days',
    category: 'lifestyle',
    questions: [
      {
        key: 'activityLevel',
        label: 'How active is a usual day, training included?',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: [...ACTIVITY_OPTIONS],
      },
      {
        key: 'dailySteps',
        label: 'Steps on a usual day, if you count them',
        kind: 'NUMBER',
        unit: 'steps',
        min: 0,
        max: 60_000,
      },
      {
        key: 'sleepHours',
        label: 'Sleep on a usual night',
        kind: 'NUMBER',
        required: true,
        unit: 'hours',
        min: 3,
        max: 14,
      },
      {
        key: 'stressLevel',
        label: 'How stressed have you felt lately?',
        kind: 'NUMBER',
        unit: 'of 10',
        min: 1,
        max: 10,
      },
      { key: 'dayDescription', label: 'Walk us through a usual day', kind: 'LONG_TEXT' },
    ],
  },
  {
    key: 'recovery',
    title: 'Sleep and recovery',
    category: 'recovery',
    questions: [
      {
        key: 'bedtime',
        label: 'Lights out at',
        kind: 'SINGLE_CHOICE',
        options: [
          'Before 22:00',
          '22:00 to 23:00',
          '23:00 to midnight',
          'After midnight',
          'It changes',
        ],
      },
      {
        key: 'sleepQuality',
        label: 'How rested do you wake up?',
        kind: 'NUMBER',
        unit: 'of 10',
        min: 1,
        max: 10,
      },
      {
        key: 'sleepDisturbers',
        label: 'What disturbs your sleep?',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'Screens in bed',
          'Worries',
          'Noise or light',
          'Late meals',
          'Late caffeine',
          'Pain',
          'Children',
          'Shift work',
        ],
      },
      {
        key: 'sorenessDays',
        label: 'How long are you sore after a hard session?',
        kind: 'NUMBER',
        unit: 'days',
        min: 0,
        max: 7,
      },
      {
        key: 'recoveryHabits',
        label: 'What do you do to recover?',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'Stretching',
          'Walking',
          'Foam rolling',
          'Massage',
          'Sauna',
          'Breathing exercises',
          'Meditation',
          'Nothing yet',
        ],
      },
    ],
  },
  {
    key: 'habits',
    title: 'Drinks and smoking',
    category: 'lifestyle',
    questions: [
      {
        key: 'caffeineCups',
        label: 'Cups of coffee or energy drinks a day',
        kind: 'NUMBER',
        unit: 'cups',
        min: 0,
        max: 15,
      },
      {
        key: 'alcoholDrinksPerWeek',
        label: 'Alcoholic drinks a week',
        kind: 'NUMBER',
        unit: 'drinks',
        min: 0,
        max: 60,
      },
      {
        key: 'smoking',
        label: 'Do you smoke or vape?',
        kind: 'SINGLE_CHOICE',
        options: ['No', 'I stopped', 'Now and then', 'Daily'],
      },
    ],
  },
  {
    key: 'coaching',
    title: 'Working together',
    category: 'coaching',
    questions: [
      {
        key: 'coachingStyle',
        label: 'What kind of coaching helps you?',
        kind: 'SINGLE_CHOICE',
        options: [
          'Clear instructions',
          'Gentle encouragement',
          'Facts and figures',
          'Freedom with a safety net',
        ],
      },
      {
        key: 'checkInFrequency',
        label: 'How often shall we check in?',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: ['Weekly', 'Every two weeks', 'Monthly'],
      },
      { key: 'supportAtHome', label: 'Who at home or at work supports you?', kind: 'TEXT' },
      { key: 'anythingElse', label: 'What else should your coach know?', kind: 'LONG_TEXT' },
    ],
  },
];
