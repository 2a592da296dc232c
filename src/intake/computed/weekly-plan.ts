/**
 * A week of training by level, goal and the available days. Volume follows WHO, Guidelines on
 * physical activity and sedentary behavior (2020): adults 150 to 300 minutes and strength twice a
 * week, from 65 also balance on three days; minors mostly play, with strength on three days.
 * Frequency by level: ACSM position stand, Med Sci Sports Exerc 41 (2009): two to three days of
 * strength for beginners, three to four, then four and more.
 */
import { ADULT_AGE_YEARS, SENIOR_AGE_YEARS } from './body.ts';
import type { GoalKind, Level } from './inputs.ts';
import { type PlannedDay, WEEKDAYS, type Weekday } from './types.ts';

/** What a plan depends on. */
export interface TrainingWeek {
  level: Level;
  goal: GoalKind;
  ageYears: number;
  availableDays: readonly Weekday[];
  sessionMinutes: number;
}

type Effort = 'Easy' | 'Moderate' | 'Hard';
type Session = readonly [name: string, effort: Effort];

const MAX_DAYS: Record<Level, number> = { Beginner: 3, Intermediate: 4, Advanced: 6 };
/** Minors and seniors rest on at least two days of the week. */
const MAX_DAYS_MINOR_OR_SENIOR: Record<Level, number> = {
  Beginner: 3,
  Intermediate: 4,
  Advanced: 5,
};
const MAX_MINUTES: Record<Level, number> = { Beginner: 60, Intermediate: 90, Advanced: 120 };
const MAX_MINUTES_MINOR_OR_SENIOR = 60;

const FULL_BODY: Session = ['Full-body strength', 'Moderate'];
const EASY_CARDIO: Session = ['Easy endurance: walk, ride or swim', 'Easy'];
const INTERVALS: Session = ['Intervals: short hard efforts, long easy ones', 'Hard'];
const UPPER: Session = ['Upper-body strength', 'Hard'];
const LOWER: Session = ['Lower-body strength', 'Hard'];
const MOBILITY: Session = ['Mobility and core', 'Easy'];
const LONG: Session = ['Long steady endurance', 'Moderate'];
const TEMPO: Session = ['Tempo: steady and brisk', 'Hard'];
const POWER: Session = ['Power: jumps, throws and fast lifts', 'Hard'];
const BALANCE: Session = ['Balance and leg strength', 'Moderate'];
const WALK: Session = ['Brisk walk with posture breaks', 'Easy'];
const CHAIR: Session = ['Strength with chair and band', 'Moderate'];
const GAMES: Session = ['Games and sprints', 'Moderate'];
const SKILLS: Session = ['Skills: balls, ropes, coordination', 'Easy'];
const BODYWEIGHT: Session = ['Body-weight strength circuit', 'Moderate'];
const ADVENTURE: Session = ['Bike, swim or hike with family or friends', 'Easy'];

/** A short week uses the first sessions of the list. */
const SESSIONS: Record<GoalKind, readonly Session[]> = {
  lose: [FULL_BODY, EASY_CARDIO, FULL_BODY, INTERVALS, FULL_BODY, MOBILITY],
  build: [UPPER, LOWER, FULL_BODY, UPPER, LOWER, MOBILITY],
  strength: [FULL_BODY, POWER, FULL_BODY, EASY_CARDIO, LOWER, MOBILITY],
  endurance: [EASY_CARDIO, FULL_BODY, LONG, TEMPO, EASY_CARDIO, INTERVALS],
  maintain: [FULL_BODY, EASY_CARDIO, FULL_BODY, MOBILITY, INTERVALS, EASY_CARDIO],
  mobility: [BALANCE, WALK, CHAIR, BALANCE, WALK, MOBILITY],
  play: [GAMES, BODYWEIGHT, SKILLS, ADVENTURE, BODYWEIGHT, GAMES],
};

/** Beginners start with the whole body, and without hard sessions. */
const BEGINNER_SESSIONS: Record<GoalKind, readonly Session[]> = {
  ...SESSIONS,
  lose: [FULL_BODY, EASY_CARDIO, FULL_BODY],
  build: [FULL_BODY, FULL_BODY, FULL_BODY],
  strength: [FULL_BODY, MOBILITY, FULL_BODY],
  endurance: [EASY_CARDIO, FULL_BODY, EASY_CARDIO],
  maintain: [FULL_BODY, EASY_CARDIO, FULL_BODY],
};

/** The plan from Monday to Sunday; null when no day is available. */
export function weeklyPlanOf(week: TrainingWeek): PlannedDay[] | null {
  if (week.availableDays.length === 0) return null;
  const isMinorOrSenior = week.ageYears < ADULT_AGE_YEARS || week.ageYears >= SENIOR_AGE_YEARS;
  const chosen = spreadOut(
    week.availableDays,
    (isMinorOrSenior ? MAX_DAYS_MINOR_OR_SENIOR : MAX_DAYS)[week.level],
  );
  const sessions = sessionsOf(week);
  const minutes = Math.min(
    week.sessionMinutes,
    isMinorOrSenior ? MAX_MINUTES_MINOR_OR_SENIOR : MAX_MINUTES[week.level],
  );
  return WEEKDAYS.map((day) => {
    const [session, effort] = sessions[chosen.indexOf(day)] ?? [];
    return session === undefined || effort === undefined
      ? restOn(day)
      : { day, session, minutes, effort };
  });
}

function restOn(day: Weekday): PlannedDay {
  return { day, session: 'Rest, or a walk', minutes: 0, effort: '' };
}

function sessionsOf({ level, goal, ageYears }: TrainingWeek): readonly Session[] {
  if (ageYears < ADULT_AGE_YEARS) return SESSIONS.play;
  if (ageYears >= SENIOR_AGE_YEARS)
    return goal === 'strength' ? [CHAIR, WALK, BALANCE, CHAIR, WALK] : SESSIONS.mobility;
  return (level === 'Beginner' ? BEGINNER_SESSIONS : SESSIONS)[goal];
}

/** `count` of the days, spread over the week as evenly as possible. */
function spreadOut(days: readonly Weekday[], count: number): Weekday[] {
  if (days.length <= count) return [...days];
  const chosen = bestSubset(days, count);
  return WEEKDAYS.filter((_, index) => chosen.includes(index));
}

function bestSubset(days: readonly Weekday[], count: number): number[] {
  const subsets = choose(
    days.map((day) => WEEKDAYS.indexOf(day)),
    count,
  );
  return subsets.reduce((best, subset) => (crowding(subset) < crowding(best) ? subset : best));
}

function choose(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, index) =>
    choose(from.slice(index + 1), count - 1).map((rest) => [first, ...rest]),
  );
}

/** The sum of the squared distances around the week: lower when the days are evenly spread. */
function crowding(indexes: readonly number[]): number {
  return indexes.reduce((sum, at, index) => {
    const next = indexes[index + 1] ?? (indexes[0] ?? 0) + WEEKDAYS.length;
    return sum + (next - at) ** 2;
  }, 0);
}
