/**
 * Clients with plausible answers to everything they are asked, for tests of templates and pages.
 */
import type { ClientType } from '../../generated/kysely.ts';
import { STARTER_BLOCKS, STARTER_PATHS } from '../../src/intake/starter-set/index.ts';
import type { BlockData, QuestionData } from '../../src/intake/vocabulary.ts';

export const TODAY = '2026-11-22';

const SHARED = {
  heightCm: 172,
  weightKg: 81,
  sexAtBirth: 'Female',
  dateOfBirth: '1988-05-14',
  preferredContact: 'WhatsApp',
  chestPainOnExertion: false,
  dizzinessOrFainting: false,
  supervisionAdvised: false,
  currentInjuries: 'Left knee aches after long runs',
  restingHeartRateBpm: 62,
  activityLevel: 'Lightly active',
  dailySteps: 5400,
  sleepHours: 6.5,
  stressLevel: 7,
  dietaryPattern: 'Vegetarian',
  foodRules: ['Lactose-free'],
  foodAllergies: ['Peanuts'],
  dislikedFoods: 'Olives, Brussels sprouts',
  mealsPerDay: 4,
  cookingTime: 'Up to 20 minutes',
  waterLitresPerDay: 1.2,
  hardestMeal: 'In the evening, when the children are in bed and the kitchen is quiet',
  trainingLevel: 'Intermediate',
  equipment: ['Dumbbells', 'Resistance bands'],
  enjoyedActivities: ['Cycling', 'Swimming'],
  trainingHistory: 'Two runs a week until August, then nothing',
  exercisesToAvoid: 'Burpees',
  availableDays: ['Monday', 'Tuesday', 'Thursday', 'Saturday', 'Sunday'],
  sessionMinutes: 45,
  preferredTimeOfDay: 'Early morning',
  startDate: '2026-12-01',
  weekNotes: 'Late shift on Wednesdays\nSchool run at 7:30',
  bedtime: '23:00 to midnight',
  sleepQuality: 5,
  sleepDisturbers: ['Screens in bed', 'Worries'],
  sorenessDays: 3,
  recoveryHabits: ['Stretching', 'Walking'],
  caffeineCups: 5,
  alcoholDrinksPerWeek: 4,
  smoking: 'I stopped',
  coachingStyle: 'Facts and figures',
  checkInFrequency: 'Weekly',
  supportAtHome: 'my partner Jo',
  motivation:
    'I want to keep up with my kids on the mountain next summer, and sleep through the night again.',
  secondaryGoals: ['Better sleep', 'More energy'],
  primaryGoal: 'Lose weight',
  targetWeightKg: 72,
  goalDate: '2027-06-01',
  pastObstacles: ['Not enough time', 'Too strict a plan'],
  confidence: 6,
};

const OWN: Record<ClientType, Record<string, unknown>> = {
  INDIVIDUAL: { preferredName: 'Anna' },
  ATHLETE: {
    preferredName: 'Mats',
    dateOfBirth: '2001-02-03',
    sexAtBirth: 'Male',
    heightCm: 186,
    weightKg: 78,
    activityLevel: 'Very active',
    trainingLevel: 'Advanced',
    equipment: ['Gym membership', 'Barbell and rack'],
    dietaryPattern: 'I eat everything',
    availableDays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
    sessionMinutes: 75,
    sport: 'Rowing, lightweight single',
    athleteGoal: 'Build endurance',
    competitionLevel: 'National',
    seasonPhase: 'Pre-season',
    weeklyTrainingHours: 14,
    nextCompetitionName: 'Head of the River',
    nextCompetitionDate: '2027-03-20',
    personalBests: '2000 m ergometer: 6:28\n6000 m: 20:55',
    measuredMaxHeartRateBpm: 196,
    restingHeartRateBpm: 46,
    supplements: ['Creatine', 'Vitamin D'],
    dopingTests: true,
  },
  YOUTH: {
    preferredName: 'Lena',
    dateOfBirth: '2014-04-02',
    heightCm: 151,
    weightKg: 41,
    trainingLevel: 'Beginner',
    sleepHours: 9,
    medicalConditions: ['Asthma'],
    guardianName: 'Katrin Weber',
    guardianRelationship: 'Mother',
    guardianPhone: '+49 151 2345 6789',
    guardianEmail: 'katrin.weber@example.org',
    guardianConsent: true,
    photoConsent: false,
    emergencyContact: 'Grandma Ruth, +49 30 123456',
    mayGoHomeAlone: true,
    youthGoal: 'Get better at my sport',
    sportsPlayed: ['Football', 'Dance'],
    activeMinutesPerDay: 45,
    screenHoursPerDay: 3,
    eatsBreakfast: false,
    whatMakesItFun: 'Playing with friends. Not fun: standing in a line.',
  },
  SENIOR: {
    preferredName: 'Mr Okafor',
    dateOfBirth: '1951-09-30',
    sexAtBirth: 'Male',
    medicalConditions: ['High blood pressure', 'Arthritis'],
    trainingLevel: 'Beginner',
    sessionMinutes: 40,
    seniorGoal: 'Improve balance and prevent falls',
    fallsLastYear: 2,
    balanceConfidence: 5,
    walkingAid: 'A stick, sometimes',
    chairStands: 10,
    painfulJoints: ['Hips', 'Knees'],
    activitiesToKeep: 'Work on my allotment and carry my grandson',
  },
  CORPORATE: {
    preferredName: 'Priya',
    companyName: 'Northwind & Sons',
    workPattern: 'Some of both',
    deskHoursPerDay: 8,
    workStress: 7,
    breaksPerDay: 2,
    lunchHabit: 'At the desk',
    wellbeingPriorities: ['Back and neck', 'Energy in the afternoon'],
    primaryGoal: 'Feel better day to day',
  },
};

const NAMES: Record<ClientType, string> = {
  INDIVIDUAL: 'Anna Lindqvist',
  ATHLETE: 'Mats van der Berg',
  YOUTH: 'Lena Weber',
  SENIOR: 'Chinedu Okafor',
  CORPORATE: 'Priya Raman',
};

export interface SampleClient {
  name: string;
  clientType: ClientType;
  answers: Record<string, unknown>;
}

export function blocksOf(clientType: ClientType): BlockData[] {
  const path = STARTER_PATHS.find((candidate) => candidate.clientType === clientType);
  return (path?.blockKeys ?? []).flatMap((key) =>
    STARTER_BLOCKS.filter((block) => block.key === key),
  );
}

export function questionsOf(clientType: ClientType): QuestionData[] {
  return blocksOf(clientType).flatMap((block) => block.questions);
}

/** One that answered nearly everything. */
export function fullClient(clientType: ClientType): SampleClient {
  const asked = new Set(questionsOf(clientType).map((question) => question.key));
  const given = Object.entries({ ...SHARED, ...OWN[clientType] }).filter(([key]) => asked.has(key));
  return { name: NAMES[clientType], clientType, answers: Object.fromEntries(given) };
}

/** One that answered what is required, and nothing else. */
export function minimalClient(clientType: ClientType): SampleClient {
  const full = fullClient(clientType);
  const required = questionsOf(clientType).filter((question) => question.required);
  return {
    ...full,
    answers: Object.fromEntries(required.map(({ key }) => [key, full.answers[key]])),
  };
}
