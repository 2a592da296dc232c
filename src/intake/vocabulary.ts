/**
 * The words of intake as plain data: what a tenant's questionnaires, paths and packet templates
 * look like before they are stored, in the shape of the API's inputs.
 */

export const CLIENT_TYPES = ['INDIVIDUAL', 'ATHLETE', 'YOUTH', 'SENIOR', 'CORPORATE'] as const;
export type ClientType = (typeof CLIENT_TYPES)[number];

export const QUESTION_KINDS = [
  'TEXT',
  'LONG_TEXT',
  'NUMBER',
  'BOOLEAN',
  'DATE',
  'SINGLE_CHOICE',
  'MULTIPLE_CHOICE',
] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

export const PACKET_TYPES = [
  'WELCOME',
  'NUTRITION',
  'WORKOUT',
  'RECOVERY',
  'WELLNESS',
  'PERFORMANCE',
  'YOUTH',
] as const;
export type PacketType = (typeof PACKET_TYPES)[number];

export interface QuestionData {
  /** Unique over all blocks: answers are kept by it. */
  key: string;
  label: string;
  kind: QuestionKind;
  required?: boolean;
  /** Of the two choice kinds: exactly what an answer may be. */
  options?: string[];
  unit?: string;
  min?: number;
  max?: number;
}

export interface BlockData {
  key: string;
  title: string;
  category: string;
  position: number;
  questions: QuestionData[];
}

/** A block before it has its place among the others. */
export type UnplacedBlock = Omit<BlockData, 'position'>;

export interface PathData {
  clientType: ClientType;
  title: string;
  /** In the order in which they are asked. */
  blockKeys: string[];
  packetTypes: PacketType[];
}

export interface TemplateSection {
  /** Liquid; renders to one line of plain text. */
  heading: string;
  /** Liquid; renders to Markdown. */
  body: string;
}

export interface TemplateData {
  packetType: PacketType;
  name: string;
  isDefault: boolean;
  sections: TemplateSection[];
}
