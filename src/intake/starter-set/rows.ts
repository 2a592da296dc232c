/** The starter set as rows of a new tenant's tables. */
import { v7 as uuidv7 } from 'uuid';
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { STARTER_BLOCKS, STARTER_PATHS, STARTER_TEMPLATES } from './index.ts';

/** The rows without their tenant; `newId` makes an id for each name, the same for the same name. */
export function starterRows(newId: (name: string) => string) {
  const blockId = (key: string) => newId(`block ${key}`);
  const pathId = (clientType: string) => newId(`path ${clientType}`);
  return {
    question_block: STARTER_BLOCKS.map(({ key, title, category, position }) => ({
      id: blockId(key),
      key,
      title,
      category,
      position,
      isActive: true,
    })),
    question: STARTER_BLOCKS.flatMap((block) =>
      block.questions.map(({ key, label, kind, required, options, unit, min, max }, position) => ({
        key,
        blockId: blockId(block.key),
        position,
        label,
        kind,
        required: required ?? false,
        options: options ?? [],
        unit: unit ?? null,
        min: min ?? null,
        max: max ?? null,
      })),
    ),
    intake_path: STARTER_PATHS.map(({ clientType, title, packetTypes }) => ({
      id: pathId(clientType),
      clientType,
      title,
      isActive: true,
      packetTypes: `{${packetTypes.join()}}`,
    })),
    intake_path_block: STARTER_PATHS.flatMap(({ clientType, blockKeys }) =>
      blockKeys.map((key, position) => ({
        pathId: pathId(clientType),
        position,
        blockId: blockId(key),
      })),
    ),
    packet_template: STARTER_TEMPLATES.map(({ packetType, name, isDefault, sections }) => ({
      id: newId(`template ${packetType} ${name}`),
      packetType,
      name,
      isDefault,
      isActive: true,
      sections: JSON.stringify(sections),
    })),
  };
}

/** Writes the starter set of a new tenant in one transaction, with one statement for each table. */
export async function seedStarterSet(database: TenantDatabase): Promise<void> {
  const ids = new Map<string, string>();
  const rows = starterRows((name) => {
    const id = ids.get(name) ?? uuidv7();
    ids.set(name, id);
    return id;
  });
  await database.transaction(async (tx) => {
    await tx.run(query.insertInto('question_block').values(rows.question_block));
    await tx.run(query.insertInto('question').values(rows.question));
    await tx.run(query.insertInto('intake_path').values(rows.intake_path));
    await tx.run(query.insertInto('intake_path_block').values(rows.intake_path_block));
    await tx.run(query.insertInto('packet_template').values(rows.packet_template));
  });
}
