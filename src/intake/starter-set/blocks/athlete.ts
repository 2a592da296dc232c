/** What athletes are asked. */
import { GOALS } from '../../computed/inputs.ts';
import type { UnplacedBlock } from '../../vocabulary.ts';

/** The sport and its goals, for clients of type ATHLETE. */
export const ATHLETE_BLOCKS: readonly UnplacedBlock[] = [
  {
    key: 'sport',
    title: 'Your sport',
    category: 'sport',
    questions: [
      {
        key: 'sport',
        label: 'Your sport and discipline or position',
        kind: 'TEXT',
        required: true,
      },
      {
        key: 'athleteGoal',
        label: 'Main aim of this season',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: Object.keys(GOALS.athleteGoal),
      },
      {
        key: 'competitionLevel',
        label: 'Level you compete at',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: ['Recreational', 'Club or regional', 'National', 'International'],
      },
      {
        key: 'seasonPhase',
        label: 'Where in the season are you?',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: ['Off-season', 'Pre-season', 'In season', 'Taper'],
      },
      {
        key: 'weeklyTrainingHours',
        label: 'Hours of training in a usual week',
        kind: 'NUMBER',
        required: true,
        unit: 'hours',
        min: 0,
        max: 40,
      },
      { key: 'nextCompetitionName', label: 'Next important competition', kind: 'TEXT' },
      { key: 'nextCompetitionDate', label: 'Its date', kind: 'DATE' },
      { key: 'personalBests', label: 'Personal bests and recent results', kind: 'LONG_TEXT' },
      {
        key: 'measuredMaxHeartRateBpm',
        label: 'Highest pulse you have measured',
        kind: 'NUMBER',
        unit: 'bpm',
        min: 120,
        max: 230,
      },
      {
        key: 'supplements',
        label: 'Supplements you use',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'Protein powder',
          'Creatine',
          'Caffeine',
          'Electrolytes',
          'Vitamin D',
          'Iron',
          'Omega-3',
          'Beta-alanine',
        ],
      },
      { key: 'dopingTests', label: 'Are you subject to doping tests?', kind: 'BOOLEAN' },
    ],
  },
];
