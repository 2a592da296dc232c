/** Loads an agency's work packages, and the library of artifacts that it reuses. */
import type pg from 'pg';
import { ARTIFACT_TYPES, ARTIFACTS } from '../../work-packages/artifacts/types.ts';
import type { Advance, Agency } from '../agency.ts';
import { insertRows, insertTables } from '../insert.ts';
import { ROWS_PER_PACKAGE } from '../volume.ts';
import { type DemoArtifact, libraryOf } from './artifacts.ts';
import { type PackageContext, packageContext, writePackage } from './packages.ts';

const PACKAGES_PER_BATCH = 200;

/** Inserts the library of artifacts of an agency, then its work packages in batches. */
export async function loadWorkPackages(
  client: pg.Client,
  agency: Agency,
  advance: Advance,
): Promise<void> {
  const { workPackages } = agency.volume;
  const library = libraryOf(agency);
  await insertArtifacts(client, library);
  const context = packageContext(agency, library);
  for (let first = 0; first < workPackages; first += PACKAGES_PER_BATCH) {
    const count = Math.min(PACKAGES_PER_BATCH, workPackages - first);
    await loadBatch(client, context, { first, count });
    advance(count * ROWS_PER_PACKAGE);
  }
}

async function loadBatch(
  client: pg.Client,
  context: PackageContext,
  { first, count }: { first: number; count: number },
): Promise<void> {
  const written = Array.from({ length: count }, (_, index) => writePackage(context, first + index));
  await insertTables(client, {
    work_package: written.map(({ workPackage }) => workPackage),
    work_package_phase: written.flatMap(({ phases }) => phases),
    work_package_item: written.flatMap(({ items }) => items),
    collateral: written.flatMap(({ collateral }) => collateral),
  });
  await insertArtifacts(
    client,
    written.flatMap(({ artifacts }) => artifacts),
  );
}

async function insertArtifacts(
  client: pg.Client,
  artifacts: readonly DemoArtifact[],
): Promise<void> {
  for (const type of ARTIFACT_TYPES) {
    const rows = artifacts.filter((artifact) => artifact.type === type).map(({ row }) => row);
    await insertRows(client, ARTIFACTS[type].table, rows);
  }
}
