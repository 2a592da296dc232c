/** Work packages of the demo data, with their phases, items, collateral and artifacts. */
import type { ArtifactStatus, ArtifactType } from '../../../generated/kysely.ts';
import { DAY, fromCalendarDay, HOUR, MINUTE } from '../../platform/time.ts';
import {
  type Draft,
  type DraftCollateral,
  type DraftItem,
  type DraftPhase,
  draftItem,
  draftOf,
  draftPhase,
} from '../../work-packages/editing/draft.ts';
import { packageValues, phaseRows } from '../../work-packages/editing/save-draft.ts';
import type { ItemProgress } from '../../work-packages/figures/progress.ts';
import type { Agency } from '../agency.ts';
import { type Client, clientsOf, companyOf } from '../contacts/companies.ts';
import { Random } from '../random.ts';
import { type DemoTenant, idOf } from '../tenants.ts';
import { type DemoArtifact, writeArtifact } from './artifacts.ts';
import { SITUATIONS, type Situation, STATUS_OF, scheduleFor } from './schedule.ts';
import { SERVICES, type Service, type Task } from './services.ts';

/** What all packages of an agency share. */
export interface PackageContext extends Agency {
  /** One of them is the client of a package. */
  clients: readonly Client[];
  /** The artifacts that the agency reuses for every client. */
  library: readonly DemoArtifact[];
}

/** What all packages of an agency are written with. */
export function packageContext(agency: Agency, library: readonly DemoArtifact[]): PackageContext {
  return { ...agency, clients: clientsOf(agency), library };
}

/** A package with all that it consists of, as rows of their tables. */
export interface PackageRows {
  workPackage: object;
  phases: object[];
  items: object[];
  collateral: object[];
  artifacts: DemoArtifact[];
}

/** Newcomers look at the first packages, so these are not among the smallest. */
const SHOWN_FIRST = 7;

/** The rows of work package number `index`. The first two belong to the portal user's company. */
export function writePackage(context: PackageContext, index: number): PackageRows {
  const { tenant } = context;
  const random = new Random(`${tenant.key}/package/${index}`);
  const situation = SITUATIONS[index % SITUATIONS.length] as Situation;
  const service = SERVICES[
    index < SERVICES.length ? index : random.whole(0, SERVICES.length - 1)
  ] as Service;
  const client = clientOf(context, index, random);
  const company = client ? companyOf(tenant, client.organization).name : null;
  const phases = choosePhases(service, index < SHOWN_FIRST, random);
  const work = phases.map(({ tasks }) => tasks);
  const schedule = scheduleFor(situation, work, { ...context, random });
  const draft = draftOf(
    {
      id: idOf(tenant, 'package', index),
      title: company ? `${service.title} for ${company}` : `Our own ${service.topic}`,
      description: random.chance(0.85) ? service.description : null,
      status: STATUS_OF[situation],
      contactId:
        client && (index < 2 || random.chance(0.93))
          ? idOf(tenant, 'contact', client.contact)
          : null,
      companyId: client ? idOf(tenant, 'organization', client.organization) : null,
      startDate: schedule.startDate,
    },
    draftPhases({ tenant, index, random }, phases, schedule.progress.values()),
  );
  const artifacts = attachArtifacts(context, {
    draft,
    index,
    random,
    tasks: work.flat(),
    subject: { company: company ?? tenant.name, topic: service.topic },
  });
  return { ...rowsOf(context, draft, random), artifacts };
}

/** Contact 0 uses the portal. Where it sees its company's packages, these are contact 1's. */
function clientOf(
  { tenant, clients }: PackageContext,
  index: number,
  random: Random,
): Client | null {
  if (index < 2) return { contact: tenant.clientMatch === 'CONTACT' ? 0 : 1, organization: 0 };
  const others = clients.length > 0 && random.chance(0.94);
  return others ? random.pick(clients) : null;
}

/** 2 to 6 phases with 3 to 36 tasks together, some of which are done several times. */
function choosePhases(service: Service, large: boolean, random: Random) {
  const phases = random.sample(service.phases, random.whole(large ? 3 : 2, 6));
  const chosen = phases.map((phase) => ({
    ...phase,
    tasks: random.sample(phase.tasks, random.whole(large ? 4 : 2, 6)),
  }));
  return chosen.map((phase) => ({
    ...phase,
    tasks: phase.tasks.map((task) => ({
      ...task,
      quantity: task.pieces === 1 ? 1 : random.whole(1, task.pieces),
      estimatedHoursEach: task.hours,
    })),
  }));
}

/** The phases as they are stored; each item takes the next value of `progress`. */
function draftPhases(
  { tenant, index, random }: { tenant: DemoTenant; index: number; random: Random },
  phases: ReturnType<typeof choosePhases>,
  progress: Iterator<ItemProgress>,
): DraftPhase[] {
  return phases.map(({ name, description, tasks }, position) =>
    draftPhase(
      {
        id: idOf(tenant, 'phase', `${index}/${position}`),
        name,
        description: random.chance(0.8) ? description : null,
      },
      tasks.map(({ label, quantity, estimatedHoursEach }, place) =>
        draftItem({
          id: idOf(tenant, 'item', `${index}/${position}/${place}`),
          label,
          quantity,
          estimatedHoursEach,
          ...(progress.next().value ?? { status: 'NOT_STARTED', progressCompleted: 0 }),
        }),
      ),
    ),
  );
}

interface Written {
  draft: Draft;
  index: number;
  random: Random;
  /** The task of each item, in order. */
  tasks: readonly Task[];
  subject: { company: string; topic: string };
}

/**
 * Writes the artifacts that the items ended in, and attaches them. The first item also gets some of
 * the agency's library.
 */
function attachArtifacts(
  context: PackageContext,
  { draft, index, random, tasks, subject }: Written,
): DemoArtifact[] {
  const { tenant, library, midnight } = context;
  const createdAt = createdAtOf(draft, midnight) + DAY;
  const written: DemoArtifact[] = [];
  for (const [place, item] of draft.phases.flatMap((phase) => phase.items).entries()) {
    const task = tasks[place];
    const kept = place === 0 ? random.sample(library, random.whole(1, 3)) : [];
    const pieces =
      task?.artifact && (item.status !== 'NOT_STARTED' || random.chance(0.3))
        ? random.whole(1, Math.min(item.quantity, 3))
        : 0;
    const own = Array.from({ length: pieces }, (_piece, number) => {
      const title = `${item.label}${pieces > 1 ? ` ${number + 1}` : ''} for ${subject.company}`;
      const order = {
        key: `${index}/${place}/${number}`,
        type: task?.artifact as ArtifactType,
        title,
        status: artifactStatus(item, random),
        subject,
        createdAt: createdAt + place * 7 * HOUR,
        midnight,
      };
      return writeArtifact(tenant, order);
    });
    written.push(...own);
    item.newCollateral = [...own, ...kept].map((artifact, position): DraftCollateral => {
      return {
        id: idOf(tenant, 'collateral', `${index}/${place}/${position}`),
        artifactType: artifact.type,
        artifactId: artifact.id,
      };
    });
  }
  return written;
}

function artifactStatus({ status }: DraftItem, random: Random): ArtifactStatus {
  if (status === 'COMPLETED') return random.chance(0.6) ? 'PUBLISHED' : 'APPROVED';
  if (status === 'IN_REVIEW') return 'IN_REVIEW';
  return status === 'IN_PROGRESS' && random.chance(0.3) ? 'IN_REVIEW' : 'DRAFT';
}

/** Some days before it begins; a package that has not begun was created in the last two months. */
function createdAtOf({ id, startDate }: Draft, midnight: number): number {
  const random = new Random(`${id}/created`);
  const begins = startDate === null ? midnight : fromCalendarDay(startDate).getTime();
  const days = begins < midnight ? random.whole(3, 25) : random.whole(5, 60);
  return Math.min(begins, midnight) - days * DAY - random.whole(1, 24 * 60) * MINUTE;
}

function rowsOf(
  { tenant, midnight, hoursPerWorkingDay }: PackageContext,
  draft: Draft,
  random: Random,
): Omit<PackageRows, 'artifacts'> {
  const figures = phaseRows(draft, hoursPerWorkingDay);
  const own = { tenantId: tenant.id, workPackageId: draft.id };
  const createdAt = createdAtOf(draft, midnight);
  const lastDay =
    figures.package.expectedEndDate === null
      ? midnight
      : fromCalendarDay(figures.package.expectedEndDate).getTime();
  const updatedAt = Math.max(
    createdAt,
    Math.min(midnight, lastDay) - random.whole(60, 4 * 24 * 60) * MINUTE,
  );
  const items = draft.phases.flatMap((phase) =>
    phase.items.map((item, position) => ({ phaseId: phase.id, position, item })),
  );
  return {
    workPackage: {
      tenantId: tenant.id,
      id: draft.id,
      ...packageValues(draft, figures.package),
      version: 1,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    },
    phases: figures.phases.map((phase) => ({ ...own, ...phase })),
    items: items.map(({ phaseId, position, item: { newCollateral: _collateral, ...item } }) => ({
      ...own,
      ...item,
      phaseId,
      position,
    })),
    collateral: items.flatMap(({ item }) =>
      item.newCollateral.map((collateral, position) => ({
        ...own,
        ...collateral,
        itemId: item.id,
        position,
      })),
    ),
  };
}
