/**
 * How urgent a maintenance request is, judged by its words: the built-in rules, used without an AI.
 */
import type { MaintenancePriority } from '../../../generated/kysely.ts';
import { searchWords } from '../../platform/text.ts';

/** How urgent a request is, and why. */
export interface Assessment {
  priority: MaintenancePriority;
  reason: string;
}

interface Rule {
  priority: MaintenancePriority;
  /** Sets of beginnings of words: a request fits if it has all words of one set. */
  signs: readonly string[][];
  reason: string;
  /** Months (1 to 12) in which the rule applies; without them it always does. */
  months?: readonly number[];
}

/** October to April: the heating season of the temperate north, where the tenants are. */
const COLD_MONTHS = [10, 11, 12, 1, 2, 3, 4];
const NO_HEAT = [
  ['no', 'heat'],
  ['heat', 'broken'],
  ['heat', 'not', 'work'],
  ['heat', 'fail'],
  ['without', 'heat'],
  ['boiler', 'not', 'work'],
  ['boiler', 'broken'],
  ['furnace', 'not', 'work'],
  ['radiator', 'cold'],
];

/** The first rule that fits applies. */
const RULES: readonly Rule[] = [
  {
    priority: 'EMERGENCY',
    signs: [
      ['gas', 'leak'],
      ['gas', 'smell'],
      ['smell', 'gas'],
      ['carbon', 'monoxide'],
    ],
    reason: 'Gas may be escaping.',
  },
  {
    priority: 'EMERGENCY',
    signs: [['fire'], ['smok'], ['burning'], ['spark'], ['flame']],
    reason: 'Something is burning or may catch fire.',
  },
  {
    priority: 'EMERGENCY',
    signs: [['flood'], ['burst'], ['sewage'], ['water', 'pour'], ['water', 'gush']],
    reason: 'Water is flooding the place.',
  },
  {
    priority: 'EMERGENCY',
    signs: [
      ['electric', 'shock'],
      ['exposed', 'wire'],
      ['live', 'wire'],
      ['trapped'],
      ['collaps'],
      ['break', 'in'],
      ['ceiling', 'fall'],
    ],
    reason: 'People are in danger.',
  },
  {
    priority: 'EMERGENCY',
    signs: NO_HEAT,
    reason: 'There is no heating in winter.',
    months: COLD_MONTHS,
  },
  { priority: 'HIGH', signs: NO_HEAT, reason: 'The heating is not working.' },
  {
    priority: 'HIGH',
    signs: [
      ['no', 'water'],
      ['no', 'hot'],
      ['no', 'power'],
      ['no', 'electric'],
      ['power', 'out'],
      ['outage'],
      ['locked', 'out'],
      ['elevator'],
      ['lift', 'stuck'],
    ],
    reason: 'Something that people need every day is not working.',
  },
  {
    priority: 'HIGH',
    signs: [['leak'], ['mold'], ['mould'], ['clog', 'toilet'], ['toilet', 'block']],
    reason: 'It causes damage as long as it is not repaired.',
  },
  {
    priority: 'LOW',
    signs: [
      ['paint'],
      ['cosmetic'],
      ['scratch'],
      ['squeak'],
      ['light', 'bulb'],
      ['lightbulb'],
      ['loose', 'handle'],
      ['when', 'convenient'],
      ['no', 'hurry'],
    ],
    reason: 'It can wait for the next visit.',
  },
];

/** The priority and reason by the rules; `month` is 1 to 12. MEDIUM if no rule fits. */
export function assessByRules(
  { title, description, category }: { title: string; description: string; category: string | null },
  month: number,
): Assessment {
  const words = searchWords(`${title} ${description} ${category ?? ''}`);
  const hasWord = (sign: string) =>
    words.some((word) => (sign.length <= 3 ? word === sign : word.startsWith(sign)));
  const rule = RULES.find(
    ({ signs, months }) =>
      (months?.includes(month) ?? true) && signs.some((together) => together.every(hasWord)),
  );
  return rule
    ? { priority: rule.priority, reason: rule.reason }
    : { priority: 'MEDIUM', reason: 'Nothing in the request is urgent.' };
}
