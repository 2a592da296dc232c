/** What is searched for, in the words of the demo data: as people type, and with their errors. */

/** Two, three and more letters of names, companies and domains. */
const BEGINNINGS = [
  'ma',
  'al',
  'sa',
  'jo',
  'mi',
  'an',
  'be',
  'ch',
  'da',
  'el',
  'ex',
  'co',
  'wi',
  'gr',
  'zo',
  'mar',
  'joh',
  'cat',
  'ben',
  'wil',
  'ana',
  'exam',
];
const WORDS = [
  'maria',
  'catherine',
  'müller',
  "o'brien",
  'smith-jones',
  'zoë',
  'yılmaz',
  'fernandez',
  'nakamura',
  'analytics',
  'lighthouse',
  'bakeries',
  'example',
];
const SEVERAL = [
  'maria s',
  'john sm',
  'anna mü',
  'smith maria',
  'daniel analytics',
  'kim cloud',
  'sofia hotels',
  'blue heron',
  'emma example',
  'zoe example',
  'ma ex',
  'jo an',
];
/** A letter left out, doubled, wrong, or swapped with its neighbour. */
const TYPING_ERRORS = [
  'mraia',
  'cathrine',
  'jennifre',
  'shcmidt',
  'nakamrua',
  'gonzalex',
  'wiliams',
  'andersson',
  'kowalcyzk',
  'hernandes',
  'anaylytics',
  'lighthuose',
  'bakreies',
  'samule',
  'patriica',
  'mria smith',
  'jonh smtih',
];

/** All of the texts, each searched for in each round. */
export const SEARCHES: readonly string[] = [...BEGINNINGS, ...WORDS, ...SEVERAL, ...TYPING_ERRORS];
