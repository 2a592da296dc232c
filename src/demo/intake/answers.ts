/**
 * What the clients of the demo data answered: plausible answers to all required questions and to
 * most of the others.
 */
import type { ClientType } from '../../../generated/kysely.ts';
import { STARTER_BLOCKS, STARTER_PATHS } from '../../intake/starter-set/index.ts';
import type { QuestionData } from '../../intake/vocabulary.ts';
import { type CalendarDay, DAY, fromCalendarDay, toCalendarDay } from '../../platform/time.ts';
import { FIRST_NAMES, LAST_NAMES } from '../names.ts';
import type { Random } from '../random.ts';

const AGES: Record<ClientType, [youngest: number, oldest: number]> = {
  INDIVIDUAL: [22, 61],
  ATHLETE: [18, 38],
  YOUTH: [9, 16],
  SENIOR: [65, 84],
  CORPORATE: [24, 60],
};

/** Numbers whose usual answers are only a part of what is allowed. */
const USUAL: Record<string, [low: number, high: number]> = {
  heightCm: [156, 192],
  weightKg: [54, 98],
  targetWeightKg: [55, 85],
  confidence: [5, 10],
  restingHeartRateBpm: [48, 76],
  monthsSinceBirth: [0, 12],
  mealsPerDay: [3, 5],
  waterLitresPerDay: [1, 3],
  sessionMinutes: [30, 90],
  dailySteps: [3_000, 12_000],
  sleepHours: [6, 9],
  sorenessDays: [0, 3],
  caffeineCups: [0, 4],
  alcoholDrinksPerWeek: [0, 6],
  weeklyTrainingHours: [5, 16],
  measuredMaxHeartRateBpm: [178, 200],
  activeMinutesPerDay: [30, 150],
  screenHoursPerDay: [1, 5],
  fallsLastYear: [0, 1],
  chairStands: [8, 18],
  deskHoursPerDay: [4, 9],
  breaksPerDay: [1, 5],
};
/** For children: what is computed from an adult's weight would make no sense for them. */
const USUAL_OF_YOUTH: Record<string, [low: number, high: number]> = {
  heightCm: [134, 172],
  weightKg: [30, 62],
  sleepHours: [8, 10],
  sessionMinutes: [30, 60],
};

/** Rarely true: most people may train without asking a doctor. */
const WARNING_SIGNS = new Set([
  'chestPainOnExertion',
  'dizzinessOrFainting',
  'supervisionAdvised',
  'pelvicFloorConcerns',
]);

const TEXTS: Record<string, readonly string[]> = {
  motivation: [
    'I want to keep up with my children and wake up without a stiff back.',
    'My brother had a heart attack at 50. I would like to be fitter than he was.',
    'I used to run, then work took over. I miss how I felt.',
    'A friend and I booked a week of hiking in the mountains for next summer.',
    'I am tired by three in the afternoon, every day, and that has to change.',
  ],
  currentInjuries: [
    'Right knee hurts on stairs since spring.',
    'Lower back after long days of sitting.',
    'Left shoulder, old swimming injury.',
    'None at the moment.',
  ],
  medications: [
    'None',
    'Blood pressure tablet in the morning',
    'L-thyroxine 75',
    'Inhaler before sport',
  ],
  dislikedFoods: [
    'Mushrooms, liver',
    'Coriander',
    'Cottage cheese',
    'Beetroot and anything pickled',
  ],
  hardestMeal: [
    'Lunch: meetings from eleven to two.',
    'Late evenings in front of the television.',
    'Weekends, when we eat out with friends.',
  ],
  trainingHistory: [
    'Two runs of 5 km a week, nothing heavy.',
    'Gym twice a week with a machine circuit.',
    'Walking the dog, and football on Sundays.',
    'Nothing regular since the winter.',
  ],
  exercisesToAvoid: ['Deep squats', 'Overhead pressing', 'Jumps'],
  weekNotes: [
    'School run at half past seven, every second week away on Thursdays.',
    'Night shifts in the last week of the month.',
    'Mornings are free, evenings belong to the family.',
  ],
  dayDescription: [
    'Up at six, desk until five, supper at seven, in bed by eleven.',
    'On my feet in the shop all day, and then the garden.',
    'Train to work, meetings, and laptop again after the children sleep.',
  ],
  supportAtHome: [
    'My wife trains along on Saturdays.',
    'A colleague with the same plan.',
    'My sister, by phone.',
  ],
  anythingElse: [
    'Please be patient with the first weeks.',
    'I like to see figures.',
    'I travel to Lisbon in March for ten days.',
  ],
  sport: [
    'Rowing, single sculls',
    'Football, central midfield',
    '800 m and 1,500 m',
    'Judo, up to 66 kg',
    'Road cycling',
    'Handball, left wing',
  ],
  nextCompetitionName: [
    'Regional championships',
    'Spring cup',
    'National trials',
    'City half-marathon',
  ],
  personalBests: [
    '5 km in 18:40, 10 km in 38:55.',
    'Back squat 140 kg, bench press 95 kg.',
    '2,000 m on the ergometer in 6:38.',
  ],
  guardianPhone: ['+1 206 555 0142', '+44 20 7946 0958'],
  guardianEmail: ['family@mail.example'],
  emergencyContact: ['Grandmother, +1 206 555 0117', 'Uncle next door, +44 20 7946 0321'],
  whatMakesItFun: [
    'Playing with friends. Standing in line spoils it.',
    'Games with a ball, and when nobody shouts.',
    'Learning tricks.',
  ],
  activitiesToKeep: [
    'Climbing the stairs to my flat and carrying my own shopping.',
    'Working in the garden, and dancing at weddings.',
    'Getting up from the floor after playing with the grandchildren.',
  ],
  companyName: ['Harbour Logistics', 'Brightwater Insurance', 'Kestrel Software'],
};

/** The questions of a path, in order. */
export function questionsOf(clientType: ClientType): readonly QuestionData[] {
  const keys = STARTER_PATHS.find((path) => path.clientType === clientType)?.blockKeys ?? [];
  return keys.flatMap((key) => STARTER_BLOCKS.find((block) => block.key === key)?.questions ?? []);
}

/**
 * Answers to the first `share` of the path's questions: to all required ones among them and to most
 * of the others.
 */
export function answersOf(
  client: { clientType: ClientType; name: string; share: number },
  day: CalendarDay,
  random: Random,
): Record<string, unknown> {
  const questions = questionsOf(client.clientType);
  const answers: Record<string, unknown> = {};
  const youth = client.clientType === 'YOUTH';
  for (const question of questions.slice(0, Math.ceil(questions.length * client.share))) {
    if (!question.required && random.chance(0.3)) continue;
    if (question.key === 'preferredName') answers[question.key] = client.name.split(' ')[0];
    else if (question.key === 'guardianName')
      answers[question.key] = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
    else if (question.key === 'guardianConsent') answers[question.key] = true;
    else if (question.key === 'dateOfBirth')
      answers[question.key] = dateOfBirth(AGES[client.clientType], day, random);
    else answers[question.key] = answerOf(question, { day, random, youth });
  }
  return answers;
}

function dateOfBirth(
  [youngest, oldest]: [number, number],
  day: CalendarDay,
  random: Random,
): CalendarDay {
  const age = random.whole(youngest, oldest);
  return toCalendarDay(
    new Date(fromCalendarDay(day).getTime() - (age * 365.25 + random.whole(1, 360)) * DAY),
  );
}

interface Asked {
  day: CalendarDay;
  random: Random;
  youth: boolean;
}

function answerOf(question: QuestionData, { day, random, youth }: Asked): unknown {
  const { key, kind, options = [], min = 0, max = 10 } = question;
  if (kind === 'NUMBER') {
    const [low, high] = (youth ? USUAL_OF_YOUTH[key] : undefined) ?? USUAL[key] ?? [min, max];
    return random.whole(low, high);
  }
  if (kind === 'BOOLEAN') return random.chance(WARNING_SIGNS.has(key) ? 0.06 : 0.5);
  if (kind === 'DATE')
    return toCalendarDay(new Date(fromCalendarDay(day).getTime() + random.whole(7, 150) * DAY));
  if (kind === 'SINGLE_CHOICE') return random.pick(options);
  if (kind === 'MULTIPLE_CHOICE')
    return random.sample(options, random.whole(1, Math.min(4, options.length)));
  return random.pick(TEXTS[key] ?? ['Nothing that matters for the plan.']);
}
