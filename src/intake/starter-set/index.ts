/**
 * What every new tenant begins with, and may change: questions, paths, and a default template for
 * each packet type.
 */

import type { BlockData, TemplateData } from '../vocabulary.ts';
import { BODY_BLOCKS } from './blocks/body.ts';
import { CLIENT_TYPE_BLOCKS } from './blocks/client-types.ts';
import { HABIT_BLOCKS } from './blocks/habits.ts';
import { PROFILE_BLOCKS } from './blocks/profile.ts';
import { NUTRITION_TEMPLATE } from './templates/nutrition.ts';
import { PERFORMANCE_TEMPLATE } from './templates/performance.ts';
import { RECOVERY_TEMPLATE } from './templates/recovery.ts';
import { WELCOME_TEMPLATE } from './templates/welcome.ts';
import { WELLNESS_TEMPLATE } from './templates/wellness.ts';
import { WORKOUT_TEMPLATE } from './templates/workout.ts';
import { YOUTH_TEMPLATE } from './templates/youth.ts';

export { STARTER_PATHS } from './paths.ts';

export const STARTER_BLOCKS: readonly BlockData[] = [
  ...PROFILE_BLOCKS,
  ...BODY_BLOCKS,
  ...HABIT_BLOCKS,
  ...CLIENT_TYPE_BLOCKS,
].map((block, position) => ({
  ...block,
  position,
}));

export const STARTER_TEMPLATES: readonly TemplateData[] = [
  WELCOME_TEMPLATE,
  NUTRITION_TEMPLATE,
  WORKOUT_TEMPLATE,
  RECOVERY_TEMPLATE,
  WELLNESS_TEMPLATE,
  PERFORMANCE_TEMPLATE,
  YOUTH_TEMPLATE,
];
