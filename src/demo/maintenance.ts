/**
 * Houses with things that break, the technicians who repair them, and the requests so far; and the
 * workflows that every tenant starts with.
 */
import type pg from 'pg';
import { searchText } from '../platform/text.ts';
import { DAY, HOUR } from '../platform/time.ts';
import { READY_MADE } from '../workflows/definitions/ready-made.ts';
import { skillKey } from '../workflows/maintenance/technicians.ts';
import type { Advance, Agency } from './agency.ts';
import { insertTables } from './insert.ts';
import { FIRST_NAMES, LAST_NAMES, PLACES, STREETS } from './names.ts';
import { Random } from './random.ts';
import { idOf } from './tenants.ts';
import { ROWS_PER_PROPERTY } from './volume.ts';

/** What breaks, and how people report it. */
const ASSETS = [
  {
    category: 'Plumbing',
    name: 'Water pipes',
    calls: ['Tap in the kitchen is leaking', 'Toilet is blocked', 'Burst pipe in the cellar'],
  },
  {
    category: 'Heating',
    name: 'Boiler',
    calls: ['There is no heat', 'Radiator in the bedroom stays cold', 'Boiler makes a noise'],
  },
  {
    category: 'Electrical',
    name: 'Switchboard',
    calls: ['Sparks from a socket', 'Light in the hallway is broken', 'Fuse blows every evening'],
  },
  {
    category: 'Lifts',
    name: 'Lift',
    calls: ['Lift is stuck on the second floor', 'Lift door squeaks'],
  },
  {
    category: 'Roofing',
    name: 'Roof',
    calls: ['Water comes through the ceiling', 'A tile fell into the garden'],
  },
] as const;

/** The centres around which houses and technicians are. */
const CENTRES = {
  US: { latitude: 45.5152, longitude: -122.6784 },
  GB: { latitude: 51.5045, longitude: -0.0865 },
} as const;

/** Loads an agency's houses, technicians, requests and workflows. */
export async function loadMaintenance(
  client: pg.Client,
  agency: Agency,
  advance: Advance,
): Promise<void> {
  const { properties: count } = agency.volume;
  const properties = Array.from({ length: count }, (_, index) => propertyRows(agency, index));
  const technicians = Math.max(ASSETS.length, Math.round(count / 2));
  await insertTables(client, {
    ...workflowRows(agency),
    property: properties.map(({ property }) => property),
    asset: properties.flatMap(({ assets }) => assets),
    technician: Array.from({ length: technicians }, (_, index) => technicianRow(agency, index)),
    maintenance_request: properties.flatMap(({ requests }) => requests),
  });
  advance(count * ROWS_PER_PROPERTY);
}

function placeAround({ tenant }: Agency, random: Random) {
  const { latitude, longitude } = CENTRES[tenant.country];
  return {
    latitude: latitude + (random.fraction() - 0.5) * 0.4,
    longitude: longitude + (random.fraction() - 0.5) * 0.6,
  };
}

function propertyRows(agency: Agency, index: number) {
  const { tenant, midnight } = agency;
  const random = new Random(`${tenant.key}/property/${index}`);
  const address = `${random.whole(1, 180)} ${random.pick(STREETS)}, ${random.pick(PLACES[tenant.country].cities)}`;
  const name = `${random.pick(LAST_NAMES)} ${random.pick(['House', 'Court', 'Place', 'Building'])}`;
  const createdAt = midnight - random.whole(200, 700) * DAY;
  const property = {
    tenantId: tenant.id,
    id: idOf(tenant, 'property', index),
    name,
    address,
    ...placeAround(agency, random),
    searchText: searchText(name, address),
  };
  const kinds = ASSETS.filter((_asset, number) => number < 2 || random.chance(0.6));
  const assets = kinds.map(({ category, name: asset }, number) => ({
    tenantId: tenant.id,
    id: idOf(tenant, 'asset', `${index}/${number}`),
    propertyId: property.id,
    name: asset,
    category,
    createdAt: new Date(createdAt),
  }));
  const requests = kinds.flatMap(({ calls }, number) => {
    if (!random.chance(0.5)) return [];
    const requestedAt = new Date(midnight - random.whole(1, 60 * 24) * HOUR);
    const done = random.chance(0.7);
    return [
      {
        tenantId: tenant.id,
        id: idOf(tenant, 'maintenance-request', `${index}/${number}`),
        propertyId: property.id,
        assetId: idOf(tenant, 'asset', `${index}/${number}`),
        title: random.pick(calls),
        description: 'Reported by telephone.',
        status: done ? 'DONE' : 'OPEN',
        priority: done ? random.pick(['LOW', 'MEDIUM', 'MEDIUM', 'HIGH']) : null,
        createdAt: requestedAt,
        updatedAt: requestedAt,
      },
    ];
  });
  return { property: { ...property, createdAt: new Date(createdAt) }, assets, requests };
}

/** Each of the first technicians has another skill, so that there is somebody for everything. */
function technicianRow(agency: Agency, index: number) {
  const { tenant, midnight } = agency;
  const random = new Random(`${tenant.key}/technician/${index}`);
  const own = ASSETS[index % ASSETS.length]?.category ?? 'Plumbing';
  const skills = [
    ...new Set([own, ...ASSETS.filter(() => random.chance(0.25)).map(({ category }) => category)]),
  ];
  return {
    tenantId: tenant.id,
    id: idOf(tenant, 'technician', index),
    name: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
    skills,
    skillKeys: skills.map(skillKey),
    ...placeAround(agency, random),
    createdAt: new Date(midnight - random.whole(100, 700) * DAY),
  };
}

function workflowRows({ tenant, midnight }: Agency) {
  const createdAt = new Date(midnight - 729 * DAY);
  return {
    workflow: READY_MADE.map(({ key }) => ({
      tenantId: tenant.id,
      id: idOf(tenant, 'workflow', key),
      key,
      version: 1,
      createdAt,
      updatedAt: createdAt,
    })),
    workflow_version: READY_MADE.map(({ key, name, steps }) => ({
      tenantId: tenant.id,
      id: idOf(tenant, 'workflow-version', key),
      workflowId: idOf(tenant, 'workflow', key),
      version: 1,
      name,
      steps,
      createdAt,
    })),
  };
}
