/**
 * The words of intake. The enums are those of the database; questionnaires, paths and templates are
 * plain data, in the shape of the API's inputs.
 */
import { ClientType, PacketType, type QuestionKind } from '../../generated/kysely.ts';

/** In the order in which lists show them. */
export const CLIENT_TYPES: readonly ClientType[] = Object.values(ClientType);
/** In the order in which lists show them. */
export const PACKET_TYPES: readonly PacketType[] = Object.values(PacketType);

/** Question key → value. Questions without an answer have no key. */
export type Answers = Readonly<Record<string, unknown>>;

/** What is left out: not required, no options, no unit, no bounds. */
export interface QuestionData {
  /** Unique over all blocks of a tenant: answers are stored by it. */
  key: string;
  label: string;
  kind: QuestionKind;
  required?: boolean;
  /** For the two choice kinds: the only values that an answer may have. */
  options?: string[];
  unit?: string;
  min?: number;
  max?: number;
}

/** A question block, with its questions in order. */
export interface BlockData {
  key: string;
  title: string;
  category: string;
  position: number;
  questions: QuestionData[];
}

/** A block that has no position yet. */
export type UnplacedBlock = Omit<BlockData, 'position'>;

/** What clients of one type are asked, and which packets they get. */
export interface PathData {
  clientType: ClientType;
  title: string;
  /** In the order in which they are asked. */
  blockKeys: string[];
  packetTypes: PacketType[];
}

/** The sources of one section of a packet; see rendering/engine.ts for what they may use. */
export interface TemplateSection {
  /** Liquid that renders to one line of plain text. */
  heading: string;
  /** Liquid that renders to Markdown. */
  body: string;
}

/** A packet template with its sections in order; its name is the title of the packets. */
export interface TemplateData {
  packetType: PacketType;
  name: string;
  isDefault: boolean;
  sections: TemplateSection[];
}
