/**
 * The variables of a WhatsApp template, filled for each contact by Liquid over { contact,
 * organization }. The Liquid is a small one, without loops and assignments: what it costs is
 * bounded by its source, so that it can be rendered between two sends.
 */
import type { Liquid, Template } from 'liquidjs';
import { limitedLiquid } from '../platform/liquid.ts';

/** Characters of one parameter's source. */
export const MAX_PARAMETER_LENGTH = 1_000;
/** Characters of one filled parameter: WhatsApp takes 1,024 of a whole body. */
const MAX_TEXT_LENGTH = 1_024;
const MEMORY_LIMIT = 50_000;
const RENDER_LIMIT_MS = 100;

const TAGS = new Set(['if', 'unless', 'case', 'comment', 'raw', 'echo', '#']);

/** What parameters may name. */
export const PARAMETER_VARIABLES = {
  contact: ['name', 'firstName', 'lastName', 'email', 'phone', 'jobTitle', 'leadStatus'],
  organization: ['name', 'industry', 'size', 'website', 'address', 'city', 'country'],
} as const;

/** A contact with its organization, as parameters see them. */
export interface Recipient {
  contact: {
    name: string;
    email: string | null;
    phone: string | null;
    jobTitle: string | null;
    leadStatus: string | null;
  };
  organization: Record<(typeof PARAMETER_VARIABLES)['organization'][number], string | null> | null;
}

const engine = newEngine();

function newEngine(): Liquid {
  const liquid = limitedLiquid({
    locale: 'en-GB',
    parseLimit: MAX_PARAMETER_LENGTH,
    renderLimit: RENDER_LIMIT_MS,
    memoryLimit: MEMORY_LIMIT,
  });
  for (const name of Object.keys(liquid.tags)) if (!TAGS.has(name)) delete liquid.tags[name];
  return liquid;
}

/** What is wrong with the source of a parameter, or null. */
export function parameterProblem(source: string): string | null {
  try {
    const unknown = engine
      .globalVariableSegmentsSync(engine.parse(source))
      .find((segments) => !isKnown(segments));
    if (unknown === undefined) return null;
    const names = Object.entries(PARAMETER_VARIABLES).flatMap(([of, fields]) =>
      fields.map((field) => `${of}.${field}`),
    );
    return `There is no variable ${unknown.map(String).join('.')}; expected one of ${names.join(', ')}.`;
  } catch (error) {
    return `Expected Liquid that can be read: ${reasonOf(error)}.`;
  }
}

function isKnown([of, field]: readonly unknown[]): boolean {
  if (of !== 'contact' && of !== 'organization') return false;
  return (PARAMETER_VARIABLES[of] as readonly unknown[]).includes(field);
}

/** `undefined filter: shout, line 1, column 4` */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^ParseError: /, '')
    .replace(/, line:(\d+), col:(\d+)[\s\S]*$/, ', line $1, column $2');
}

/** A parameter can't be filled for a contact; the message holds nothing of the contact. */
export class ParameterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ParameterError';
  }
}

/** The parameters of one template, read once. */
export class ParameterTemplates {
  readonly #templates: readonly Template[][];

  constructor(sources: readonly string[]) {
    this.#templates = sources.map((source) => engine.parse(source));
  }

  get isEmpty(): boolean {
    return this.#templates.length === 0;
  }

  /**
   * The texts for a recipient; throws a ParameterError. WhatsApp refuses empty ones, line breaks,
   * tabs and many spaces.
   */
  render({ contact, organization }: Recipient): string[] {
    const [firstName = '', ...others] = contact.name.split(/\s+/);
    const scope = {
      contact: { ...contact, firstName, lastName: others.at(-1) ?? '' },
      organization: organization ?? {},
    };
    return this.#templates.map((template, index) => {
      const text = rendered(template, scope, index)
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, MAX_TEXT_LENGTH)
        .toWellFormed();
      if (text === '')
        throw new ParameterError(
          `Parameter ${index + 1} of the template is empty for this contact.`,
        );
      return text;
    });
  }
}

function rendered(template: Template[], scope: object, index: number): string {
  try {
    return String(engine.renderSync(template, scope));
  } catch {
    throw new ParameterError(
      `Parameter ${index + 1} of the template can not be filled for this contact.`,
    );
  }
}
