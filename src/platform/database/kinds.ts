/**
 * The kinds of data, as `@kind` in prisma/schema.prisma gives each table one: what an answer was
 * made of, and what a transaction changed, is said in them. A table without a kind changes all the
 * time; no answer that shows it is kept.
 */
import { KINDS } from '../../../generated/tables.ts';

type Table = keyof typeof KINDS;

/** A kind of data; each has a version in each tenant. */
export type Kind = NonNullable<(typeof KINDS)[Table]>;

/** All kinds, in the order of their names. */
export const ALL_KINDS: readonly Kind[] = [
  ...new Set(Object.values(KINDS).filter((kind) => kind !== null)),
].sort();

/** The kind of a table; null where it has none. Throws for a table that the data model lacks. */
export function kindOf(table: string): Kind | null {
  const kind = (KINDS as Record<string, Kind | null>)[table];
  if (kind === undefined)
    throw new Error(`The table ${table} has no kind: see prisma/schema.prisma.`);
  return kind;
}

/**
 * What our SQL functions read, since a statement that calls one does not show it. A test compares
 * the list with the database.
 */
const READ_BY_FUNCTION: Readonly<Record<string, readonly Table[]>> = {
  campaignDrift: ['campaign_counter', 'send_queue'],
  // Of a campaign without figures it counts the queue, which is empty until the figures are made.
  campaignStats: ['campaign', 'campaign_counter', 'campaign_figures', 'campaign_template'],
  consentOf: ['consent_word', 'recipient_identity'],
  countCampaign: ['send_queue'],
  countSendingFigures: ['send_queue'],
  emailKey: [],
  erasedHash: [],
  errorCodeOf: [],
  great_circle_metres: [],
  kindVersions: [],
  measureWorkflows: ['workflow_execution', 'workflow_step_run'],
  phoneKey: [],
  searchPieces: [],
  sendingFigureKeys: [],
  workflowBlocks: [],
  workflowFigures: ['workflow_execution', 'workflow_figure', 'workflow_step_run'],
  workflowStepLetters: ['workflow_step_run'],
  workingDays: [],
};

/** Our SQL functions that change something, besides triggers. */
const CHANGING_FUNCTIONS: ReadonlySet<string> = new Set([
  'countWorkflows',
  'finishWorkflowStep',
  'foldEvents',
  'linkRecipients',
  'moveCounters',
  'moveWorkflowFigures',
  'recountCampaign',
  'retryMessages',
  'storeMessages',
  'storeSent',
  'takeWhatsappNumber',
  'uncountWorkflow',
]);

/** What a call of an SQL function does; nothing for one of PostgreSQL's own. */
export function calledFunction(name: string): { reads: readonly string[]; changes: boolean } {
  return {
    reads: Object.hasOwn(READ_BY_FUNCTION, name) ? (READ_BY_FUNCTION[name] ?? []) : [],
    changes: CHANGING_FUNCTIONS.has(name),
  };
}

/** The names of all functions that are known here. */
export function knownFunctions(): string[] {
  return [...Object.keys(READ_BY_FUNCTION), ...CHANGING_FUNCTIONS];
}
