/**
 * How urgent a maintenance request is, by its words: what assigns priorities where there is no AI.
 */
import type { MaintenancePriority } from '../../../generated/kysely.ts';
import { searchWords } from '../../platform/text.ts';

export interface Assessment {
  priority: MaintenancePriority;
  reason: string;
}

interface Rule {
  priority: MaintenancePriority;
  /** Beginnings of words, each set of which must all be there. */
  signs: readonly string[][];
  reason: string;
  /** Months (1 to 12) in which it holds; all when absent. */
  months?: readonly number[];
}

/**
 * October to April: the heating season of the temperate north, where the tenants of this server
 * are.
 */
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

/** The first that fits is taken. */
const RULES: readonly Rule[] = [
  {
    priority: 'EMERGENCY',
    signs: [
      ['gas', 'leak'],
      ['gas', 'smell'],
      ['smell', 'gas'],
      ['carbon', 'monoxide'],
    ],
    reason: 'Gas may escape.',
  },
  {
    priority: 'EMERGENCY',
    signs: [['fire'], ['smok'], ['burning'], ['spark'], ['flame']],
    reason: 'Something burns or may catch fire.',
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
    reason: 'There is no heat in winter.',
    months: COLD_MONTHS,
  },
  { priority: 'HIGH', signs: NO_HEAT, reason: 'The heating does not work.' },
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
    reason: 'Something that people need every day does not work.',
  },
  {
    priority: 'HIGH',
    signs: [['leak'], ['mold'], ['mould'], ['clog', 'toilet'], ['toilet', 'block']],
    reason: 'It does damage while it waits.',
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

/** What the rules say; `month` is 1 to 12. */
export function assessByRules(
  { title, description, category }: { title: string; description: string; category: string | null },
  month: number,
): Assessment {
  const words = searchWords(`${title} ${description} ${category ?? ''}`);
  const isThere = (sign: string) =>
    words.some((word) => (sign.length <= 3 ? word === sign : word.startsWith(sign)));
  const rule = RULES.find(
    ({ signs, months }) =>
      (months?.includes(month) ?? true) && signs.some((together) => together.every(isThere)),
  );
  return rule
    ? { priority: rule.priority, reason: rule.reason }
    : { priority: 'MEDIUM', reason: 'Nothing in it is urgent.' };
}
