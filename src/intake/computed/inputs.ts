/**
 * The answers that values are computed from. Nothing else is read, so the same inputs on the same
 * day give the same values, and can be their cache key.
 */
import { WEEKDAYS, type Weekday } from './types.ts';

/** The keys of the questions whose answers are read. */
export const COMPUTED_INPUTS = [
  'dateOfBirth',
  'sexAtBirth',
  'heightCm',
  'weightKg',
  'activityLevel',
  'pregnancyOrNursing',
  'primaryGoal',
  'athleteGoal',
  'seniorGoal',
  'youthGoal',
  'mealsPerDay',
  'restingHeartRateBpm',
  'measuredMaxHeartRateBpm',
  'trainingLevel',
  'availableDays',
  'sessionMinutes',
] as const;

/** Like all options here: those that the formulas know, which the starter set's questions offer. */
export const SEX_OPTIONS = ['Female', 'Male', 'Prefer not to say'] as const;
/** From least to most active, in the order of the activity factors. */
export const ACTIVITY_OPTIONS = [
  'Mostly sitting',
  'Lightly active',
  'Moderately active',
  'Very active',
  'Extremely active',
] as const;
/** How much training the client is used to. */
export const LEVEL_OPTIONS = ['Beginner', 'Intermediate', 'Advanced'] as const;
/** Only Pregnant and Breastfeeding change a result. */
export const PREGNANCY_OPTIONS = ['No', 'Pregnant', 'Breastfeeding', 'Prefer not to say'] as const;

/** Limits the days and minutes of training. */
export type Level = (typeof LEVEL_OPTIONS)[number];
/** How active a usual day is, training included. */
export type ActivityLevel = (typeof ACTIVITY_OPTIONS)[number];
/** Sex at birth, for energy and water: "Prefer not to say" gets the mean of both. */
export type SexOption = (typeof SEX_OPTIONS)[number];

/** What a goal means for food and training, whatever the client type calls it. */
export type GoalKind =
  | 'lose'
  | 'build'
  | 'endurance'
  | 'strength'
  | 'maintain'
  | 'mobility'
  | 'play';

/** The options of the four goal questions. */
export const GOALS = {
  primaryGoal: {
    'Lose weight': 'lose',
    'Build muscle': 'build',
    'Get fitter': 'endurance',
    'Keep my weight and stay healthy': 'maintain',
    'Feel better day to day': 'maintain',
  },
  athleteGoal: {
    'Build endurance': 'endurance',
    'Build strength and power': 'strength',
    'Gain lean mass': 'build',
    'Reach a lower weight class': 'lose',
    'Come back from a break or injury': 'maintain',
  },
  seniorGoal: {
    'Stay independent': 'mobility',
    'Improve balance and prevent falls': 'mobility',
    'Get stronger': 'strength',
    'Lose weight': 'lose',
    'More energy for the day': 'maintain',
  },
  youthGoal: {
    'Have fun and be active': 'play',
    'Get better at my sport': 'play',
    'Get stronger': 'play',
    'Feel more confident': 'play',
  },
} as const satisfies Record<string, Record<string, GoalKind>>;

/** The answers as the formulas use them; null for one that is missing or unusable. */
export interface ComputedInputs {
  dateOfBirth: string | null;
  sex: SexOption | null;
  heightCm: number | null;
  weightKg: number | null;
  activityLevel: ActivityLevel | null;
  pregnantOrNursing: boolean;
  goal: GoalKind | null;
  mealsPerDay: number | null;
  restingHeartRateBpm: number | null;
  measuredMaxHeartRateBpm: number | null;
  trainingLevel: Level | null;
  /** In the order of the week. */
  availableDays: Weekday[];
  sessionMinutes: number | null;
}

/** Picks the inputs from all answers; whatever has the wrong type or is no known option is null. */
export function readInputs(answers: Record<string, unknown>): ComputedInputs {
  const pregnancy = answers['pregnancyOrNursing'];
  const days = Array.isArray(answers['availableDays']) ? answers['availableDays'] : [];
  return {
    dateOfBirth: typeof answers['dateOfBirth'] === 'string' ? answers['dateOfBirth'] : null,
    sex: optionOf(SEX_OPTIONS, answers['sexAtBirth']),
    heightCm: positive(answers['heightCm']),
    weightKg: positive(answers['weightKg']),
    activityLevel: optionOf(ACTIVITY_OPTIONS, answers['activityLevel']),
    pregnantOrNursing: pregnancy === 'Pregnant' || pregnancy === 'Breastfeeding',
    goal: goalOf(answers),
    mealsPerDay: positive(answers['mealsPerDay']),
    restingHeartRateBpm: positive(answers['restingHeartRateBpm']),
    measuredMaxHeartRateBpm: positive(answers['measuredMaxHeartRateBpm']),
    trainingLevel: optionOf(LEVEL_OPTIONS, answers['trainingLevel']),
    availableDays: WEEKDAYS.filter((day) => days.includes(day)),
    sessionMinutes: positive(answers['sessionMinutes']),
  };
}

function goalOf(answers: Record<string, unknown>): GoalKind | null {
  for (const [key, kinds] of Object.entries(GOALS)) {
    const answer = answers[key];
    const kind =
      typeof answer === 'string'
        ? new Map<string, GoalKind>(Object.entries(kinds)).get(answer)
        : undefined;
    if (kind !== undefined) return kind;
  }
  return null;
}

function optionOf<Option extends string>(
  options: readonly Option[],
  answer: unknown,
): Option | null {
  return options.find((option) => option === answer) ?? null;
}

function positive(answer: unknown): number | null {
  return typeof answer === 'number' && Number.isFinite(answer) && answer > 0 ? answer : null;
}
