/**
 * `npm run demo-data -- --scale N [--only PART,…]` fills the database of DATABASE_URL, or the
 * embedded one, with demo data.
 */
import {
  DEMO_PARTS,
  DEMO_USERS,
  DemoDataExistsError,
  type DemoPart,
  type DemoProgress,
  loadDemoData,
} from '../demo/index.ts';
import { UsageError } from '../platform/command-line.ts';
import type { Config } from '../platform/config.ts';
import { SECOND } from '../platform/time.ts';
import {
  CommandError,
  print,
  printNote,
  readSettingsWithoutTokens,
  runCommand,
  withMigratedUrl,
} from './command.ts';

const ALL_PARTS = DEMO_PARTS.join(',');
const COMMAND = {
  usage: ['npm run demo-data -- [--scale N] [--only PART,…]'],
  about:
    'Fills an empty database with demo data: the one of DATABASE_URL, or the embedded one. Scale 1 is 200 packages, 5,000\ncontacts and 500 clients with packets. It shows how far it is.',
  options: {
    scale: { type: 'string', default: '1', value: 'N', meaning: 'how much; 1 by default' },
    only: {
      type: 'string',
      default: ALL_PARTS,
      value: 'PART,…',
      meaning: `some of ${ALL_PARTS}; all by default`,
    },
  },
  examples: [
    'npm run demo-data -- --scale 0.1',
    'DATA_DIR=/tmp/large npm run demo-data -- --scale 10 --only packages',
  ],
} as const;
const LARGEST_SCALE = 1_000;
const BAR_WIDTH = 30;

await runCommand(COMMAND, async ({ values }) => {
  const { scale, only } = readArguments(values);
  const config = readSettingsWithoutTokens();
  const startedAt = performance.now();
  const loaded = await withMigratedUrl(config, (url) => load(config, url, { scale, only }));
  if (!loaded) return;
  print(
    `Loaded demo data of scale ${scale} in ${((performance.now() - startedAt) / SECOND).toFixed(1)} s. Users:`,
  );
  for (const { email, role, tenant } of DEMO_USERS)
    print(`  ${email.padEnd(22)}${role.padEnd(8)}${tenant}`);
});

function readArguments(values: { scale: string; only: string }): {
  scale: number;
  only: DemoPart[];
} {
  const scale = Number(values.scale);
  if (!(scale > 0 && scale <= LARGEST_SCALE))
    throw new UsageError(
      `--scale: expected a number above 0 and up to ${LARGEST_SCALE}, found "${values.scale}".`,
    );
  return { scale, only: values.only.split(',').map(parsePart) };
}

function parsePart(name: string): DemoPart {
  const part = DEMO_PARTS.find((known) => known === name.trim().toLowerCase());
  if (part === undefined)
    throw new UsageError(`--only: expected some of ${DEMO_PARTS.join(', ')}, found "${name}".`);
  return part;
}

/** Resolves to whether anything was loaded: false if all that was asked for already exists. */
async function load(
  config: Config,
  url: string,
  wanted: { scale: number; only: DemoPart[] },
): Promise<boolean> {
  try {
    const onProgress = process.stderr.isTTY ? progressBar() : undefined;
    await loadDemoData(url, {
      ...wanted,
      hoursPerWorkingDay: config.HOURS_PER_WORKING_DAY,
      onProgress,
    });
    return true;
  } catch (error) {
    if (!(error instanceof DemoDataExistsError)) throw error;
    if (!error.sufficient)
      throw new CommandError(
        `${error.message} More of it can't be added. ${howToStartOver(config)}`,
        { cause: error },
      );
    printNote(`${error.message} Nothing to do.`);
    return false;
  }
}

function howToStartOver(config: Config): string {
  if (config.DATABASE_URL) return 'Set DATABASE_URL to another, empty database.';
  return `To start over, stop Sheaf, delete the folder ${config.DATA_DIR} with everything in it, and run this command before "npm start"; or set DATA_DIR to another folder.`;
}

/** Draws only when the line changes: progress is reported for each contact. */
function progressBar(): (progress: DemoProgress) => void {
  let drawn = '';
  return ({ part, done, total }) => {
    const share = Math.min(1, done / total);
    const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
    const line = `\r${bar} ${String(Math.floor(share * 100)).padStart(3)} % ${part.padEnd(12)}`;
    if (line === drawn) return;
    drawn = line;
    process.stderr.write(done >= total ? `${line}\n` : line);
  };
}
