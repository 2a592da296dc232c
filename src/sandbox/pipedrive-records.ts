/**
 * What is in a company account of the sandbox Pipedrive, in the shapes of its API v2. A record is
 * generated when it is requested, from the seed of its account and its id, so that an account of
 * 10,000 persons needs no more memory than a small one.
 */
import {
  COMPANY_HEADS,
  FIRST_NAMES,
  JOB_TITLES,
  LAST_NAMES,
  PLACES,
  STREETS,
  TRADES,
} from '../demo/names.ts';
import { demoPhone } from '../demo/phones.ts';
import { Random } from '../demo/random.ts';
import { searchWords } from '../platform/text.ts';
import { DAY, HOUR, SECOND } from '../platform/time.ts';

/** The kinds of records, by their names in the API's paths. */
export const PIPEDRIVE_KINDS = ['organizations', 'persons', 'deals', 'activities'] as const;
/** A kind of record, which the API has a list of. */
export type SandboxKind = (typeof PIPEDRIVE_KINDS)[number];

/** A record as the API sends it. */
export type SandboxRecord = Record<string, unknown> & {
  id: number;
  update_time: string;
  is_deleted: boolean;
};

/** A user of the account, in the form of the API's v1. */
export interface SandboxUser {
  id: number;
  name: string;
  email: string;
  active_flag: boolean;
}

/** What the records of an account are generated from. */
export interface AccountPlan {
  seed: string;
  /** The number of persons; those of the other kinds are in proportion to it. */
  size: number;
  users: readonly SandboxUser[];
  /** In milliseconds since 1970; all records were last changed in the year before. */
  now: number;
  country: 'US' | 'GB';
  /** The index of the first company's name among all possible ones. */
  firstCompany: number;
}

const YEAR_DAYS = 365;
/** Coprime to the number of names, so that every name is used once before any is used again. */
const NAME_STEP = 1_597;
const PERSONS_PER_ORGANIZATION = 5;
const DEALS_PER_PERSON = 0.4;
const ACTIVITIES_PER_PERSON = 2;

/** How many records of a kind there are before any is added. */
export function countOf({ size }: AccountPlan, kind: SandboxKind): number {
  const counts: Record<SandboxKind, number> = {
    organizations: Math.ceil(size / PERSONS_PER_ORGANIZATION),
    persons: size,
    deals: Math.ceil(size * DEALS_PER_PERSON),
    activities: size * ACTIVITIES_PER_PERSON,
  };
  return counts[kind];
}

/** When record `id` was last changed, in milliseconds since 1970, rounded to seconds. */
export function updatedAt(plan: AccountPlan, kind: SandboxKind, id: number): number {
  const random = new Random(`${plan.seed}/${kind}/${id}/updated`);
  return plan.now - random.whole(1, YEAR_DAYS * 24 * 3_600) * SECOND;
}

/** A moment as the API writes it: `2026-11-22T10:00:00Z`, without fractions. */
export function moment(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Record `id` (from 1 on) as it was before any change. */
export function makeRecord(plan: AccountPlan, kind: SandboxKind, id: number): SandboxRecord {
  const random = new Random(`${plan.seed}/${kind}/${id}`);
  const updated = updatedAt(plan, kind, id);
  const common = {
    id,
    owner_id: random.pick(plan.users).id,
    add_time: moment(updated - random.whole(0, 200 * 24) * HOUR),
    update_time: moment(updated),
    is_deleted: false,
    custom_fields: {},
  };
  return { ...common, ...MAKERS[kind](plan, id, random) };
}

type Maker = (plan: AccountPlan, id: number, random: Random) => Record<string, unknown>;
const MAKERS: Record<SandboxKind, Maker> = {
  organizations: organization,
  persons: person,
  deals: deal,
  activities: activity,
};

function companyName(plan: AccountPlan, id: number): string {
  const names = COMPANY_HEADS.length * TRADES.length;
  const index = id - 1;
  const number = (index * NAME_STEP + plan.firstCompany) % names;
  const round = Math.floor(index / names);
  const suffix = round === 0 ? '' : ` ${PLACES[plan.country].cities[round - 1] ?? round}`;
  return `${COMPANY_HEADS[Math.floor(number / TRADES.length)]} ${TRADES[number % TRADES.length]?.[0]}${suffix}`;
}

function organization(plan: AccountPlan, id: number, random: Random): Record<string, unknown> {
  const place = PLACES[plan.country];
  const locality = random.pick(place.cities);
  const street = `${random.whole(1, 240)} ${random.pick(STREETS)}`;
  const address = {
    value: `${street}, ${locality}, ${place.country}`,
    country: place.country,
    locality,
    admin_area_level_1: null,
    postal_code: null,
  };
  return {
    name: random.chance(0.3)
      ? `${companyName(plan, id)} ${random.pick(place.legalForms)}`
      : companyName(plan, id),
    address: random.chance(0.75) ? address : null,
    label_ids: [],
    visible_to: 3,
  };
}

/** Separate, so that it can be found without generating the whole person. */
function organizationOfPerson(plan: AccountPlan, id: number): number | null {
  const random = new Random(`${plan.seed}/persons/${id}/organization`);
  return random.chance(0.88) ? random.whole(1, countOf(plan, 'organizations')) : null;
}

function person(plan: AccountPlan, id: number, random: Random): Record<string, unknown> {
  const first = random.pick(FIRST_NAMES);
  const last = random.pick(LAST_NAMES);
  const org = organizationOfPerson(plan, id);
  const domain =
    org === null ? 'mail.example' : `${searchWords(companyName(plan, org)).join('-')}.example`;
  const local = [first, last].map((part) => searchWords(part).join('')).join('.');
  const emails = random.chance(0.94)
    ? [{ value: `${local}.${id}@${domain}`, primary: true, label: 'work' }]
    : [];
  if (random.chance(0.1))
    emails.push({ value: `${local}${id}@home.example`, primary: false, label: 'home' });
  const phones = random.chance(0.8)
    ? [{ value: demoPhone(plan.country, id, random), primary: true, label: 'work' }]
    : [];
  return {
    name: `${first} ${last}`,
    first_name: first,
    last_name: last,
    org_id: org,
    emails,
    phones,
    job_title: random.chance(0.8) ? random.pick(JOB_TITLES) : null,
    label_ids: [],
    visible_to: 3,
  };
}

const DEAL_SUBJECTS = [
  'Brand refresh',
  'Content retainer',
  'Launch campaign',
  'Website relaunch',
  'Quarterly reporting',
  'Trade fair',
  'Newsletter',
  'Video series',
];

function deal(plan: AccountPlan, _id: number, random: Random): Record<string, unknown> {
  const person_id = random.whole(1, plan.size);
  const org_id = organizationOfPerson(plan, person_id);
  return {
    title: random.pick(DEAL_SUBJECTS),
    value: Math.round(400 * Math.exp(random.fraction() * 5)),
    currency: plan.country === 'US' ? 'USD' : 'GBP',
    person_id,
    org_id,
    status: random.pick(['open', 'open', 'open', 'won', 'won', 'lost']),
    is_archived: random.chance(0.05),
    pipeline_id: 1,
    stage_id: random.whole(1, 5),
    label_ids: [],
  };
}

const ACTIVITY_SUBJECTS: readonly (readonly [type: string, subject: string])[] = [
  ['call', 'Call about the proposal'],
  ['call', 'Check-in call'],
  ['email', 'Sent the case studies'],
  ['email', 'Follow-up after the meeting'],
  ['meeting', 'Kick-off meeting'],
  ['meeting', 'Quarterly review'],
  ['lunch', 'Lunch'],
  ['task', 'Prepare the offer'],
  ['deadline', 'Offer due'],
  ['site_visit', 'Visit on site'],
];

function activity(plan: AccountPlan, id: number, random: Random): Record<string, unknown> {
  const [type, subject] = random.pick(ACTIVITY_SUBJECTS);
  const person_id = random.whole(1, plan.size);
  const done = random.chance(0.8);
  const updated = updatedAt(plan, 'activities', id);
  const due = done ? updated - random.whole(0, 72) * HOUR : plan.now + random.whole(-5, 20) * DAY;
  return {
    subject,
    type,
    person_id: random.chance(0.75) ? person_id : null,
    participants: [{ person_id, primary: true }],
    org_id: organizationOfPerson(plan, person_id),
    deal_id: null,
    lead_id: null,
    due_date: moment(due).slice(0, 10),
    due_time: random.chance(0.7)
      ? `${String(random.whole(8, 17)).padStart(2, '0')}:${random.pick(['00', '15', '30', '45'])}:00`
      : null,
    duration: random.pick([null, '00:30:00', '01:00:00']),
    done,
    note: random.chance(0.5)
      ? `<p>${subject}: ${random.pick(['went well', 'to be continued', 'they want an offer', 'left a message'])}.</p>`
      : null,
    marked_as_done_time: done ? moment(updated) : null,
  };
}
