/**
 * The starter set: the questions, the paths and the default template of each packet type that every
 * new tenant begins with, and may change.
 */
import type { BlockData, TemplateData } from '../vocabulary.ts';
import { ATHLETE_BLOCKS } from './blocks/athlete.ts';
import { BODY_BLOCKS } from './blocks/body.ts';
import { CORPORATE_BLOCKS } from './blocks/corporate.ts';
import { HABIT_BLOCKS } from './blocks/habits.ts';
import { PROFILE_BLOCKS } from './blocks/profile.ts';
import { SENIOR_BLOCKS } from './blocks/senior.ts';
import { YOUTH_BLOCKS } from './blocks/youth.ts';
import { NUTRITION_TEMPLATE } from './templates/nutrition.ts';
import { PERFORMANCE_TEMPLATE } from './templates/performance.ts';
import { RECOVERY_TEMPLATE } from './templates/recovery.ts';
import { WELCOME_TEMPLATE } from './templates/welcome.ts';
import { WELLNESS_TEMPLATE } from './templates/wellness.ts';
import { WORKOUT_TEMPLATE } from './templates/workout.ts';
import { YOUTH_TEMPLATE } from './templates/youth.ts';

export { STARTER_PATHS } from './paths.ts';

/** In the order of their positions. */
export const STARTER_BLOCKS: readonly BlockData[] = [
  ...PROFILE_BLOCKS,
  ...BODY_BLOCKS,
  ...HABIT_BLOCKS,
  ...ATHLETE_BLOCKS,
  ...YOUTH_BLOCKS,
  ...SENIOR_BLOCKS,
  ...CORPORATE_BLOCKS,
].map((block, position) => ({ ...block, position }));

/** One for each packet type, its default. */
export const STARTER_TEMPLATES: readonly TemplateData[] = [
  WELCOME_TEMPLATE,
  NUTRITION_TEMPLATE,
  WORKOUT_TEMPLATE,
  RECOVERY_TEMPLATE,
  WELLNESS_TEMPLATE,
  PERFORMANCE_TEMPLATE,
  YOUTH_TEMPLATE,
];
