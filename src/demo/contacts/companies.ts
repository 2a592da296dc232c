/** Organizations and contacts of the demo data: the client companies and their people. */
import { nameColumns } from '../../contacts/organizations/organizations.ts';
import { toE164 } from '../../contacts/phone.ts';
import { contactSearchText } from '../../contacts/search-text.ts';
import { searchWords } from '../../platform/text.ts';
import { DAY, SECOND } from '../../platform/time.ts';
import type { Agency } from '../agency.ts';
import {
  COMPANY_HEADS,
  COMPANY_SIZES,
  FIRST_NAMES,
  JOB_TITLES,
  LAST_NAMES,
  PLACES,
  STREETS,
  TRADES,
} from '../names.ts';
import { demoPhone } from '../phones.ts';
import { Random } from '../random.ts';
import { type DemoTenant, idOf } from '../tenants.ts';

/** Contacts 0 and 1, the portal user's and a colleague's, belong to organization 0. */
const PORTAL_CONTACTS = 2;
const PORTAL_ORGANIZATION = 0;
const WITHOUT_ORGANIZATION = -1;
/** Shares no divisor with the number of names, so that all of them come before any comes again. */
const NAME_STEP = 1_597;
const YEAR = 365;

/**
 * The name of an organization without its legal form, and its industry. No other organization of the
 * tenant has that name.
 */
export function companyOf(tenant: DemoTenant, index: number): { name: string; industry: string } {
  const names = COMPANY_HEADS.length * TRADES.length;
  const number = (index * NAME_STEP + (tenant.key === 'north' ? 0 : names / 2)) % names;
  const [trade, industry] = TRADES[number % TRADES.length] as (typeof TRADES)[number];
  const round = Math.floor(index / names);
  const { cities } = PLACES[tenant.country];
  const suffix = round === 0 ? '' : ` ${cities[round - 1] ?? round}`;
  return {
    name: `${COMPANY_HEADS[Math.floor(number / TRADES.length)]} ${trade}${suffix}`,
    industry,
  };
}

/**
 * The organization of each contact, -1 for none: a few organizations have many contacts, most have
 * some.
 */
function assignContacts({ tenant, volume: { organizations, contacts } }: Agency): Int32Array {
  const random = new Random(`${tenant.key}/assignment`);
  const assigned = new Int32Array(contacts);
  for (let index = PORTAL_CONTACTS; index < contacts; index += 1) {
    assigned[index] = random.chance(0.12)
      ? WITHOUT_ORGANIZATION
      : Math.floor(random.fraction() ** 1.5 * organizations);
  }
  return assigned;
}

/** The rows of the organizations. The database counts their contacts as these are inserted. */
export function* organizationRows(agency: Agency) {
  for (let index = 0; index < agency.volume.organizations; index += 1)
    yield organizationRow(agency, index);
}

function organizationRow({ tenant, midnight }: Agency, index: number) {
  const random = new Random(`${tenant.key}/organization/${index}`);
  const place = PLACES[tenant.country];
  const { bare, name, industry } = namesOf(tenant, index, random);
  const createdAt =
    midnight - random.whole(YEAR, 2 * YEAR - 10) * DAY - random.whole(0, 86_399) * SECOND;
  return {
    tenantId: tenant.id,
    id: idOf(tenant, 'organization', index),
    ...nameColumns(name),
    industry: random.chance(0.92) ? industry : null,
    size: random.chance(0.85) ? random.pick(COMPANY_SIZES) : null,
    website: random.chance(0.9) ? `https://${domainOf(bare)}` : null,
    address: random.chance(0.7) ? `${random.whole(1, 240)} ${random.pick(STREETS)}` : null,
    city: random.chance(0.8) ? random.pick(place.cities) : null,
    country: place.country,
    createdAt: new Date(createdAt),
    updatedAt: new Date(createdAt + random.whole(0, YEAR - 1) * DAY),
  };
}

/** The names of an organization, which are drawn before anything else of it. */
function namesOf(
  tenant: DemoTenant,
  index: number,
  random = new Random(`${tenant.key}/organization/${index}`),
) {
  const { name: bare, industry } = companyOf(tenant, index);
  return {
    bare,
    industry,
    name: random.chance(0.45) ? `${bare} ${random.pick(PLACES[tenant.country].legalForms)}` : bare,
  };
}

/** A domain reserved for examples: mail to it never reaches anybody. */
function domainOf(company: string): string {
  return `${searchWords(company).join('-')}.example`;
}

/** The rows of the contacts. Contact 0 uses the portal. */
export function* contactRows(agency: Agency) {
  const { tenant, volume } = agency;
  const assigned = assignContacts(agency);
  const taken = new Set<string>();
  const searchTexts = Array.from({ length: volume.organizations }, (_, index) =>
    nameColumns(namesOf(tenant, index).name),
  );
  for (let index = 0; index < volume.contacts; index += 1) {
    const organization = assigned[index] ?? WITHOUT_ORGANIZATION;
    const row = contactRow(agency, {
      index,
      organization,
      random: new Random(`${tenant.key}/contact/${index}`),
      taken,
    });
    yield {
      ...row,
      searchText: contactSearchText(
        row.name,
        row.email === null ? [] : [row.email],
        searchTexts[organization],
      ),
    };
  }
}

interface ContactOrder {
  index: number;
  organization: number;
  random: Random;
  /** The e-mail addresses of the contacts before. */
  taken: Set<string>;
}

function contactRow({ tenant, midnight }: Agency, order: ContactOrder) {
  const { index, organization, random } = order;
  const name =
    index === 0 ? tenant.client : `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
  const hasOrganization = organization !== WITHOUT_ORGANIZATION;
  const phone = random.chance(0.92) ? demoPhone(tenant.country, index, random) : null;
  const createdAt =
    midnight -
    random.whole(30, hasOrganization ? YEAR - 1 : 2 * YEAR - 10) * DAY -
    random.whole(0, 86_399) * SECOND;
  return {
    tenantId: tenant.id,
    id: idOf(tenant, 'contact', index),
    name,
    email:
      index === 0 || random.chance(0.95)
        ? freeEmail(
            name,
            hasOrganization ? domainOf(companyOf(tenant, organization).name) : 'mail.example',
            order.taken,
          )
        : null,
    phone,
    phoneE164: phone === null ? null : toE164(phone, tenant.country),
    jobTitle: index === 0 || random.chance(0.86) ? random.pick(JOB_TITLES) : null,
    ownerId: idOf(tenant, 'user', random.whole(0, tenant.team.length - 1)),
    organizationId: hasOrganization ? idOf(tenant, 'organization', organization) : null,
    leadStatus: random.pick([
      null,
      null,
      'NEW',
      'NEW',
      'CONTACTED',
      'CONTACTED',
      'QUALIFIED',
      'UNQUALIFIED',
    ]),
    createdAt: new Date(createdAt),
    updatedAt: new Date(createdAt + random.whole(0, 29 * 86_400) * SECOND),
    addedToCampaign: random.chance(0.15),
  };
}

function freeEmail(name: string, domain: string, taken: Set<string>): string {
  const local = name
    .split(' ')
    .map((part) => searchWords(part).join(''))
    .join('.');
  for (let number = 1; ; number += 1) {
    const email = `${local}${number === 1 ? '' : number}@${domain}`;
    if (taken.has(email)) continue;
    taken.add(email);
    return email;
  }
}

/** A contact with an organization, by their numbers: what a work package may be for. */
export interface Client {
  contact: number;
  organization: number;
}

/** The contacts that have an organization, other than the portal user's. */
export function clientsOf(agency: Agency): Client[] {
  return Array.from(assignContacts(agency), (organization, contact) => ({
    contact,
    organization,
  })).filter(({ organization }) => organization > PORTAL_ORGANIZATION);
}
