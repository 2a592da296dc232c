/** How the client eats and trains, and when. */
import { LEVEL_OPTIONS } from '../../computed/inputs.ts';
import { WEEKDAYS } from '../../computed/types.ts';
import type { UnplacedBlock } from '../../vocabulary.ts';

/** Nutrition, training and schedule, for most client types. */
export const BODY_BLOCKS: readonly UnplacedBlock[] = [
  {
    key: 'nutrition',
    title: 'How you eat',
    category: 'nutrition',
    questions: [
      {
        key: 'dietaryPattern',
        label: 'Which describes your diet best?',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: ['I eat everything', 'Pescatarian', 'Vegetarian', 'Vegan', 'Low carbohydrate'],
      },
      {
        key: 'foodRules',
        label: 'Rules you keep',
        kind: 'MULTIPLE_CHOICE',
        options: ['Halal', 'Kosher', 'Gluten-free', 'Lactose-free', 'No pork', 'No alcohol'],
      },
      {
        key: 'foodAllergies',
        label: 'Food allergies',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'Peanuts',
          'Tree nuts',
          'Milk',
          'Eggs',
          'Fish',
          'Shellfish',
          'Soya',
          'Wheat',
          'Sesame',
        ],
      },
      { key: 'dislikedFoods', label: 'Foods you do not want to see in a plan', kind: 'TEXT' },
      {
        key: 'mealsPerDay',
        label: 'Meals on a usual day, snacks included',
        kind: 'NUMBER',
        required: true,
        min: 1,
        max: 8,
      },
      {
        key: 'cookingTime',
        label: 'Time to cook on a weekday',
        kind: 'SINGLE_CHOICE',
        options: ['Almost none', 'Up to 20 minutes', 'Up to 45 minutes', 'I enjoy cooking'],
      },
      {
        key: 'waterLitresPerDay',
        label: 'Water and tea on a usual day',
        kind: 'NUMBER',
        unit: 'l',
        min: 0,
        max: 8,
      },
      { key: 'hardestMeal', label: 'When is eating well hardest for you?', kind: 'LONG_TEXT' },
    ],
  },
  {
    key: 'training',
    title: 'Your training',
    category: 'training',
    questions: [
      {
        key: 'trainingLevel',
        label: 'Your training level',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: [...LEVEL_OPTIONS],
      },
      {
        key: 'equipment',
        label: 'What can you train with?',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'Gym membership',
          'Dumbbells',
          'Barbell and rack',
          'Kettlebells',
          'Resistance bands',
          'Bicycle',
          'Treadmill',
          'Swimming pool',
          'Body weight only',
        ],
      },
      {
        key: 'trainingPlace',
        label: 'Where do you prefer to train?',
        kind: 'SINGLE_CHOICE',
        options: ['At home', 'In a gym', 'Outdoors', 'It changes'],
      },
      {
        key: 'enjoyedActivities',
        label: 'What do you enjoy?',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'Walking',
          'Running',
          'Cycling',
          'Swimming',
          'Lifting',
          'Yoga or Pilates',
          'Dancing',
          'Team sports',
          'Racket sports',
          'Climbing',
        ],
      },
      {
        key: 'trainingHistory',
        label: 'What have you done in the last six months?',
        kind: 'LONG_TEXT',
      },
      {
        key: 'exercisesToAvoid',
        label: 'Exercises that hurt or that you want to avoid',
        kind: 'TEXT',
      },
    ],
  },
  {
    key: 'schedule',
    title: 'Your week',
    category: 'schedule',
    questions: [
      {
        key: 'availableDays',
        label: 'On which days can you train?',
        kind: 'MULTIPLE_CHOICE',
        required: true,
        options: [...WEEKDAYS],
      },
      {
        key: 'sessionMinutes',
        label: 'Time for one session',
        kind: 'NUMBER',
        required: true,
        unit: 'minutes',
        min: 15,
        max: 180,
      },
      {
        key: 'preferredTimeOfDay',
        label: 'Best time of day',
        kind: 'SINGLE_CHOICE',
        options: ['Early morning', 'Late morning', 'Lunch break', 'Afternoon', 'Evening'],
      },
      { key: 'startDate', label: 'When would you like to begin?', kind: 'DATE' },
      {
        key: 'weekNotes',
        label: 'Shifts, school runs, travel: what should a plan work around?',
        kind: 'LONG_TEXT',
      },
    ],
  },
];
