/** Who the client is and what brings them. */
import { GOALS, PREGNANCY_OPTIONS, SEX_OPTIONS } from '../../computed/inputs.ts';
import type { UnplacedBlock } from '../types.ts';

export const PROFILE_BLOCKS: readonly UnplacedBlock[] = [
  {
    key: 'profile',
    title: 'About you',
    category: 'profile',
    questions: [
      { key: 'preferredName', label: 'What should we call you?', kind: 'TEXT' },
      { key: 'dateOfBirth', label: 'Date of birth', kind: 'DATE', required: true },
      { key: 'sexAtBirth', label: 'Sex at birth (energy formulas need it)', kind: 'SINGLE_CHOICE', required: true, options: [...SEX_OPTIONS] },
      { key: 'heightCm', label: 'Height', kind: 'NUMBER', required: true, unit: 'cm', min: 80, max: 250 },
      { key: 'weightKg', label: 'Weight', kind: 'NUMBER', required: true, unit: 'kg', min: 12, max: 350 },
      {
        key: 'preferredContact',
        label: 'How do you like to be contacted?',
        kind: 'SINGLE_CHOICE',
        options: ['E-mail', 'Phone call', 'Text message', 'WhatsApp'],
      },
    ],
  },
  {
    key: 'goals',
    title: 'Your goals',
    category: 'goals',
    questions: [
      { key: 'primaryGoal', label: 'What matters most to you right now?', kind: 'SINGLE_CHOICE', required: true, options: Object.keys(GOALS.primaryGoal) },
      {
        key: 'secondaryGoals',
        label: 'What else would be good to have?',
        kind: 'MULTIPLE_CHOICE',
        options: ['Better sleep', 'Less back or joint pain', 'More energy', 'Better posture', 'Less stress', 'Healthier blood values', 'More flexibility'],
      },
      { key: 'targetWeightKg', label: 'Weight you have in mind, if any', kind: 'NUMBER', unit: 'kg', min: 30, max: 250 },
      { key: 'goalDate', label: 'Is there a day you want to be ready for?', kind: 'DATE' },
      { key: 'motivation', label: 'Why now? What would change for you?', kind: 'LONG_TEXT', required: true },
      {
        key: 'pastObstacles',
        label: 'What got in the way before?',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'Not enough time',
          'Lost motivation',
          'Pain or injury',
          'Too strict a plan',
          'Travel',
          'Stress',
          'Nobody to do it with',
          'This is my first try',
        ],
      },
      { key: 'confidence', label: 'How confident are you that you will stay with it?', kind: 'NUMBER', unit: 'of 10', min: 1, max: 10 },
    ],
  },
  {
    key: 'health',
    title: 'Health check',
    category: 'health',
    questions: [
      {
        key: 'chestPainOnExertion',
        label: 'Do you get chest pain or unusual breathlessness when you exert yourself?',
        kind: 'BOOLEAN',
        required: true,
      },
      { key: 'dizzinessOrFainting', label: 'Have you been dizzy or fainted in the last 12 months?', kind: 'BOOLEAN', required: true },
      { key: 'supervisionAdvised', label: 'Has a doctor told you to exercise only under supervision?', kind: 'BOOLEAN', required: true },
      {
        key: 'medicalConditions',
        label: 'Has a doctor diagnosed any of these?',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'High blood pressure',
          'Heart condition',
          'Diabetes',
          'Asthma',
          'Arthritis',
          'Osteoporosis',
          'Thyroid condition',
          'Kidney condition',
          'Epilepsy',
        ],
      },
      { key: 'currentInjuries', label: 'Injuries or pain at the moment', kind: 'LONG_TEXT' },
      { key: 'medications', label: 'Medicines you take regularly', kind: 'TEXT' },
      { key: 'restingHeartRateBpm', label: 'Resting pulse in the morning, if you know it', kind: 'NUMBER', unit: 'bpm', min: 30, max: 120 },
    ],
  },
  {
    key: 'womens-health',
    title: 'Pregnancy and nursing',
    category: 'health',
    questions: [
      { key: 'pregnancyOrNursing', label: 'Are you pregnant or breastfeeding?', kind: 'SINGLE_CHOICE', options: [...PREGNANCY_OPTIONS] },
      { key: 'monthsSinceBirth', label: 'If you gave birth in the last year: how many months ago?', kind: 'NUMBER', unit: 'months', min: 0, max: 12 },
      { key: 'pelvicFloorConcerns', label: 'Any pelvic floor complaints we should plan around?', kind: 'BOOLEAN' },
    ],
  },
];
