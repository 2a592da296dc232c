/** What young people and their guardians are asked. */
import { GOALS } from '../../computed/inputs.ts';
import type { UnplacedBlock } from '../../vocabulary.ts';

/** Guardian, school and play, for clients of type YOUTH. */
export const YOUTH_BLOCKS: readonly UnplacedBlock[] = [
  {
    key: 'guardian',
    title: 'Parent or guardian',
    category: 'guardian',
    questions: [
      {
        key: 'guardianName',
        label: 'Name of the parent or guardian',
        kind: 'TEXT',
        required: true,
      },
      {
        key: 'guardianRelationship',
        label: 'Relationship to the young person',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: ['Mother', 'Father', 'Grandparent', 'Legal guardian', 'Other'],
      },
      {
        key: 'guardianPhone',
        label: 'Phone we can reach you at during sessions',
        kind: 'TEXT',
        required: true,
      },
      { key: 'guardianEmail', label: 'E-mail', kind: 'TEXT' },
      {
        key: 'guardianConsent',
        label: 'I agree to my child taking part in the programme',
        kind: 'BOOLEAN',
        required: true,
      },
      {
        key: 'photoConsent',
        label: 'Photos and videos of training may be taken for coaching',
        kind: 'BOOLEAN',
      },
      {
        key: 'emergencyContact',
        label: 'A second person to call in an emergency, with phone',
        kind: 'TEXT',
        required: true,
      },
      {
        key: 'mayGoHomeAlone',
        label: 'May the young person go home alone after sessions?',
        kind: 'BOOLEAN',
      },
    ],
  },
  {
    key: 'school-and-play',
    title: 'School and play',
    category: 'youth',
    questions: [
      {
        key: 'youthGoal',
        label: 'What would you like most from training?',
        kind: 'SINGLE_CHOICE',
        required: true,
        options: Object.keys(GOALS.youthGoal),
      },
      {
        key: 'sportsPlayed',
        label: 'Sports and games you do',
        kind: 'MULTIPLE_CHOICE',
        options: [
          'Football',
          'Basketball',
          'Swimming',
          'Gymnastics',
          'Athletics',
          'Dance',
          'Martial arts',
          'Tennis',
          'Cycling or skating',
          'Just playing outside',
        ],
      },
      {
        key: 'activeMinutesPerDay',
        label: 'Minutes you move on a usual day, play included',
        kind: 'NUMBER',
        required: true,
        unit: 'minutes',
        min: 0,
        max: 480,
      },
      {
        key: 'screenHoursPerDay',
        label: 'Hours at a screen outside of school',
        kind: 'NUMBER',
        unit: 'hours',
        min: 0,
        max: 16,
      },
      { key: 'eatsBreakfast', label: 'Do you eat breakfast on school days?', kind: 'BOOLEAN' },
      {
        key: 'whatMakesItFun',
        label: 'What makes sport fun for you, and what spoils it?',
        kind: 'LONG_TEXT',
      },
    ],
  },
];
