/** Which blocks a client of each type is asked, in which order, and what they get for it. */
import type { PathData } from './types.ts';

export const STARTER_PATHS: readonly PathData[] = [
  {
    clientType: 'INDIVIDUAL',
    title: 'Personal coaching',
    blockKeys: ['profile', 'goals', 'health', 'womens-health', 'lifestyle', 'habits', 'nutrition', 'training', 'schedule', 'recovery', 'coaching'],
    packetTypes: ['WELCOME', 'NUTRITION', 'WORKOUT', 'RECOVERY'],
  },
  {
    clientType: 'ATHLETE',
    title: 'Performance coaching',
    blockKeys: ['profile', 'sport', 'health', 'womens-health', 'lifestyle', 'nutrition', 'training', 'schedule', 'recovery', 'coaching'],
    packetTypes: ['WELCOME', 'PERFORMANCE', 'NUTRITION', 'WORKOUT', 'RECOVERY'],
  },
  {
    clientType: 'YOUTH',
    title: 'Youth programme',
    blockKeys: ['guardian', 'profile', 'school-and-play', 'health', 'lifestyle', 'training', 'schedule', 'coaching'],
    packetTypes: ['WELCOME', 'YOUTH'],
  },
  {
    clientType: 'SENIOR',
    title: 'Active ageing',
    blockKeys: ['profile', 'moving-with-confidence', 'health', 'lifestyle', 'habits', 'nutrition', 'training', 'schedule', 'recovery', 'coaching'],
    packetTypes: ['WELCOME', 'WELLNESS', 'NUTRITION', 'WORKOUT'],
  },
  {
    clientType: 'CORPORATE',
    title: 'Wellbeing at work',
    blockKeys: ['profile', 'workplace', 'goals', 'health', 'womens-health', 'lifestyle', 'habits', 'nutrition', 'training', 'schedule', 'recovery', 'coaching'],
    packetTypes: ['WELCOME', 'WELLNESS', 'NUTRITION', 'RECOVERY'],
  },
];
