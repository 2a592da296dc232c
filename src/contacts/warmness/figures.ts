/**
 * The figures that are kept with a contact: its warmness in parts, when it was last contacted and
 * last active, and when time alone will change them.
 */
import type { LeadStatus } from '../../../generated/kysely.ts';
import { NOTHING_HAPPENED, type Warmness, type WarmnessInputs, warmnessOf } from './warmness.ts';

/** The columns of `contact` that hold figures, in the order in which stored values are read. */
export const FIGURES = [
  'warmnessScore',
  'warmnessBase',
  'warmnessActivity',
  'warmnessRelationship',
  'warmnessEngagement',
  'warmnessNextChangeAt',
  'lastContactedAt',
  'lastActivityAt',
] as const;
/** A column of `contact` that holds a figure. */
export type Figure = (typeof FIGURES)[number];

/** The figures of a contact; moments in milliseconds since 1970. */
export type Figures = Record<Figure, number | null>;

/** What the figures of a contact are computed from. */
export interface FigureInputs extends WarmnessInputs {
  id: string;
  /** The moment to compute for, in milliseconds since 1970. */
  now: number;
  lastContactedAt: number | null;
  /** The figures as stored, in the order of FIGURES. */
  stored: (number | null)[];
}

/** The figures that follow from the inputs at the moment `inputs.now`. */
export function figuresOf(inputs: FigureInputs): Figures {
  const warmness = warmnessOf(inputs, inputs.now);
  return {
    ...warmnessColumns(warmness),
    warmnessNextChangeAt: warmness.nextChangeAt,
    lastContactedAt: inputs.lastContactedAt,
    lastActivityAt: inputs.lastActivityAt,
  };
}

function warmnessColumns({ score, base, activity, relationship, engagement }: Warmness) {
  return {
    warmnessScore: score,
    warmnessBase: base,
    warmnessActivity: activity,
    warmnessRelationship: relationship,
    warmnessEngagement: engagement,
  };
}

interface NewContact {
  email?: string | null;
  phone?: string | null;
  organizationId?: string | null;
  jobTitle?: string | null;
  leadStatus?: LeadStatus | null;
}

/** The figures of a new contact, which has no activities, deals or messages yet. */
export function initialFigures(contact: NewContact) {
  const inputs: WarmnessInputs = {
    ...NOTHING_HAPPENED,
    email: contact.email ?? null,
    phone: contact.phone ?? null,
    organizationId: contact.organizationId ?? null,
    jobTitle: contact.jobTitle ?? null,
    leadStatus: contact.leadStatus ?? null,
  };
  return { ...warmnessColumns(warmnessOf(inputs, 0)), warmnessNextChangeAt: null };
}
