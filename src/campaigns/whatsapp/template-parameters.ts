/**
 * The parameters of a WhatsApp template: Liquid that is rendered for each recipient, with
 * { contact, organization }. It is a small Liquid without loops and assignments, so that its cost
 * is bounded by the length of its source and it can be rendered between two messages.
 */
import type { Liquid, Template } from 'liquidjs';
import { limitedLiquid } from '../../platform/liquid.ts';

/** Characters of one parameter's source. */
export const MAX_PARAMETER_LENGTH = 1_000;
/** Characters of one rendered parameter; WhatsApp accepts 1,024 for a whole message body. */
const MAX_TEXT_LENGTH = 1_024;
const MEMORY_LIMIT = 50_000;
const RENDER_LIMIT_MS = 100;

/** The number of a variable, as templates at WhatsApp have it: Liquid would make it that number. */
const NUMBER = /\{\{-?\s*\d+\s*(?:\|[^}]*)?-?\}\}|\{%-?\s*echo\s+\d+\s*-?%\}/;

const TAGS = new Set(['if', 'unless', 'case', 'comment', 'raw', 'echo', '#']);

/** The variables of parameters. */
const VARIABLES: Record<string, readonly string[]> = {
  contact: ['name', 'firstName', 'lastName', 'email', 'phone', 'jobTitle', 'leadStatus'],
  organization: ['name', 'industry', 'size', 'website', 'address', 'city', 'country'],
};

/** A contact with its organization, as parameters see them. */
export interface Recipient {
  contact: {
    name: string;
    email: string | null;
    phone: string | null;
    jobTitle: string | null;
    leadStatus: string | null;
  };
  organization: {
    name: string;
    industry: string | null;
    size: string | null;
    website: string | null;
    address: string | null;
    city: string | null;
    country: string | null;
  } | null;
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

/** What is wrong with the source of a parameter, for the person who wrote it; null if nothing. */
export function parameterProblem(source: string): string | null {
  const [number] = NUMBER.exec(source) ?? [];
  if (number !== undefined)
    return `${number} is the place of a variable in WhatsApp's template, not what fills it. Expected text or a variable such as {{ contact.firstName }}.`;
  try {
    const unknown = engine
      .globalVariableSegmentsSync(engine.parse(source))
      .find((segments) => !isVariable(segments));
    if (unknown === undefined) return null;
    const names = Object.entries(VARIABLES).flatMap(([of, fields]) =>
      fields.map((field) => `${of}.${field}`),
    );
    return `There is no variable ${unknown.map(String).join('.')}; expected one of ${names.join(', ')}.`;
  } catch (error) {
    return `Expected valid Liquid: ${reasonOf(error)}.`;
  }
}

function isVariable([of, field]: readonly unknown[]): boolean {
  if (typeof of !== 'string' || typeof field !== 'string' || !Object.hasOwn(VARIABLES, of))
    return false;
  return VARIABLES[of]?.includes(field) ?? false;
}

/** Such as `undefined filter: shout, line 1, column 4`. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^ParseError: /, '')
    .replace(/, line:(\d+), col:(\d+)[\s\S]*$/, ', line $1, column $2');
}

/** A parameter could not be rendered for a recipient. Its message contains nothing of theirs. */
export class ParameterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ParameterError';
  }
}

/** What parameters see of a recipient. */
export function scopeOf({ contact, organization }: Recipient): object {
  const [firstName = '', ...others] = contact.name.split(/\s+/);
  return {
    contact: { ...contact, firstName, lastName: others.at(-1) ?? '' },
    organization: organization ?? {},
  };
}

/** One parameter, parsed once for all recipients. */
export class ParameterText {
  readonly #template: Template[];
  readonly #what: string;

  /** `source` is valid Liquid (see parameterProblem); `what` begins the messages of errors. */
  constructor(source: string, what: string) {
    this.#template = engine.parse(source);
    this.#what = what;
  }

  /**
   * Renders the parameter for `scopeOf` a recipient, without line breaks, tabs and runs of spaces,
   * which WhatsApp refuses. Throws a ParameterError, also if it becomes empty.
   */
  render(scope: object): string {
    const text = this.#rendered(scope)
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, MAX_TEXT_LENGTH)
      .toWellFormed();
    if (text === '') throw new ParameterError(`${this.#what} is empty for this contact.`);
    return text;
  }

  #rendered(scope: object): string {
    try {
      return String(engine.renderSync(this.#template, scope));
    } catch {
      throw new ParameterError(`${this.#what} cannot be rendered for this contact.`);
    }
  }
}
