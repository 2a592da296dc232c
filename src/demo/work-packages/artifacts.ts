/** Artifacts of the demo data: rows of the five tables, with the columns that the domain derives. */
import type { ArtifactStatus, ArtifactType } from '../../../generated/kysely.ts';
import { searchWords } from '../../platform/text.ts';
import { DAY, HOUR } from '../../platform/time.ts';
import { derivedColumns } from '../../work-packages/artifacts/bodies.ts';
import type { Agency } from '../agency.ts';
import { Random } from '../random.ts';
import { type DemoTenant, idOf } from '../tenants.ts';
import {
  personaContent,
  type Subject,
  sections,
  slides,
  templateContent,
  Writer,
} from './writing.ts';

/** An artifact as a row of the table of its type. */
export interface DemoArtifact {
  type: ArtifactType;
  id: string;
  row: Record<string, unknown>;
}

/** What an artifact is to be. */
export interface ArtifactOrder {
  type: ArtifactType;
  /** Its name among the artifacts of its tenant. */
  key: string;
  title: string;
  status: ArtifactStatus;
  subject: Subject;
  /** Milliseconds since 1970. */
  createdAt: number;
  midnight: number;
}

/** Writes an artifact with a body that fits its order. */
export function writeArtifact(tenant: DemoTenant, order: ArtifactOrder): DemoArtifact {
  const { type, title, status } = order;
  const id = idOf(tenant, 'artifact', order.key);
  const random = new Random(`${tenant.key}/artifact/${order.key}`);
  const content = contentOf(random, order);
  const createdAt = Math.min(order.createdAt, order.midnight - 2 * HOUR);
  const updatedAt = Math.min(createdAt + random.whole(1, 20 * 24) * HOUR, order.midnight - HOUR);
  const publishedAt = status === 'PUBLISHED' ? new Date(updatedAt) : null;
  // `derivedColumns` returns slides as the text of a parameter; here they are needed as a value.
  const derived = {
    ...derivedColumns(type, { title, ...content }),
    ...(type === 'DECK' ? { slides: content['slides'] } : {}),
  };
  const row = {
    tenantId: tenant.id,
    id,
    title,
    status,
    publishedAt,
    ...content,
    ...derived,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
  return { type, id, row };
}

function contentOf(
  random: Random,
  { type, title, subject }: ArtifactOrder,
): Record<string, unknown> {
  const writer = new Writer(random, subject);
  const slug = searchWords(title).join('-');
  switch (type) {
    case 'BLOG':
      return {
        slug,
        subtitle: writer.sentence(),
        content: `${writer.paragraph(3)}\n\n${sections(writer, random.whole(3, 4))}`,
      };
    case 'PERSONA':
      return personaContent(writer);
    case 'TEMPLATE':
      return templateContent(writer, title);
    case 'DECK':
      return { slides: slides(writer, title) };
    case 'PAGE':
      return {
        path: `/${searchWords(subject.topic).join('-')}/${slug}`,
        content: `# ${title}\n\n${sections(writer, random.whole(2, 4))}`,
      };
  }
}

const LIBRARY: readonly (readonly [type: ArtifactType, title: string])[] = [
  ['DECK', 'How we work'],
  ['PAGE', 'Client handbook'],
  ['TEMPLATE', 'Kick-off invitation'],
  ['PERSONA', 'Decision maker'],
  ['BLOG', 'Ten questions before a project starts'],
];

/** What the agency reuses for every client: one artifact of each type. */
export function libraryOf({ tenant, midnight }: Agency): DemoArtifact[] {
  return LIBRARY.map(([type, title], index) => {
    const subject = { company: tenant.name, topic: 'project' };
    return writeArtifact(tenant, {
      type,
      key: `library/${index}`,
      title,
      status: 'PUBLISHED',
      subject,
      createdAt: midnight - (600 - index * 7) * DAY,
      midnight,
    });
  });
}
