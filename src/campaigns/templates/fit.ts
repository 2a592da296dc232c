/** Whether what a campaign gives for a template is what the template at WhatsApp needs. */
import type { CampaignTemplate } from '../inputs.ts';
import { type ListedComponent, type ListedTemplate, SENDABLE, variablesIn } from './listed.ts';

/** What is wrong with a template of a campaign. */
export interface Misfit {
  /** Within CampaignTemplateInput. */
  path: (string | number)[];
  message: string;
}

/** What a campaign gives for a template. */
export type GivenTemplate = Pick<
  CampaignTemplate,
  'templateName' | 'language' | 'fallbackLanguages' | 'parameters' | 'components'
>;

/** What of a listed template counts. */
export type Needed = Pick<
  ListedTemplate,
  'name' | 'language' | 'status' | 'reason' | 'hasNames' | 'components'
>;

/** Components that this server knows how to fill, or that need nothing. */
const KNOWN = new Set(['HEADER', 'BODY', 'FOOTER', 'BUTTONS']);
const MEDIA = ['image', 'video', 'document'] as const;

/** What is wrong with a template; `listed` are the templates of its name, in all languages. */
export function misfitsOf(given: GivenTemplate, listed: readonly Needed[]): Misfit[] {
  const { templateName: name, language, fallbackLanguages } = given;
  if (listed.length === 0)
    return [
      {
        path: ['templateName'],
        message: `The account of this WhatsApp number has no template ${name}.`,
      },
    ];
  const wanted = [language, ...fallbackLanguages].flatMap(
    (code) => listed.find((one) => one.language === code) ?? [],
  );
  const [first] = wanted;
  if (!first) {
    const codes = listed.map((one) => one.language).sort();
    return [
      {
        path: ['language'],
        message: `The template ${name} is not in ${language}; it is in ${codes.join(', ')}.`,
      },
    ];
  }
  const sendable = wanted.filter(({ status }) => SENDABLE.some((one) => one === status));
  if (sendable.length === 0) {
    const why = first.reason === null ? '' : ` (${first.reason})`;
    return [
      {
        path: ['templateName'],
        message: `The template ${name} (${first.language}) can't be sent: WhatsApp has it as ${first.status}${why}.`,
      },
    ];
  }
  return sendable.map((one) => fillingMisfits(given, one)).find(({ length }) => length > 0) ?? [];
}

function fillingMisfits(given: GivenTemplate, listed: Needed): Misfit[] {
  const unknown = listed.components.find(({ type }) => !KNOWN.has(type));
  if (unknown)
    return [
      {
        path: ['templateName'],
        message: `The template ${listed.name} can't be sent from here: it has a component ${unknown.type}.`,
      },
    ];
  const of = (type: string) => listed.components.find((one) => one.type === type);
  const what = `The template ${listed.name} (${listed.language})`;
  return [
    ...headerMisfits(given, listed, { header: of('HEADER'), what }),
    ...bodyMisfits(given, listed, { body: of('BODY'), what }),
    ...buttonMisfits(given, of('BUTTONS'), what),
  ];
}

function headerMisfits(
  { components }: GivenTemplate,
  { hasNames }: Needed,
  { header, what }: { header: ListedComponent | undefined; what: string },
): Misfit[] {
  const given = components?.header ?? {};
  const kinds = (['text', ...MEDIA] as const).filter((kind) => given[kind] != null);
  const path = ['components', 'header'];
  const media = MEDIA.find((kind) => kind.toUpperCase() === header?.format);
  if (media)
    return kinds.length === 1 && kinds[0] === media
      ? []
      : [
          {
            path,
            message: `${what} needs components.header.${media}: the link or the id of ${media === 'image' ? 'an' : 'a'} ${media}.`,
          },
        ];
  if (header?.format === 'LOCATION')
    return [{ path, message: `${what} can't be sent from here: its header is a location.` }];
  const [variable] = variablesIn(header?.text ?? null);
  if (variable === undefined)
    return kinds.length === 0
      ? []
      : [{ path, message: `${what} has nothing in its header to fill.` }];
  if (kinds[0] !== 'text')
    return [{ path, message: `${what} needs components.header.text, for {{${variable}}}.` }];
  const name = given.text?.name ?? null;
  if (name === (hasNames ? variable : null)) return [];
  return [
    {
      path: [...path, 'text', 'name'],
      message: hasNames
        ? `${what} has the variable {{${variable}}} in its header: expected the name ${variable}.`
        : `${what} has no names of variables: expected none.`,
    },
  ];
}

function bodyMisfits(
  { parameters, components }: GivenTemplate,
  { hasNames }: Needed,
  { body, what }: { body: ListedComponent | undefined; what: string },
): Misfit[] {
  const needed = variablesIn(body?.text ?? null);
  const named = components?.body ?? null;
  const isNamed = named?.some(({ name }) => name != null) ?? false;
  const path = named === null ? ['parameters'] : ['components', 'body'];
  const shown = needed.map((name) => `{{${name}}}`).join(', ');
  if (hasNames && needed.length > 0) {
    const names = (named ?? []).map(({ name }) => name ?? '');
    const missing = needed.filter((name) => !names.includes(name));
    const surplus = names.filter((name) => !needed.includes(name));
    if (missing.length === 0 && surplus.length === 0 && parameters.length === 0) return [];
    const found = isNamed
      ? [
          ...(missing.length > 0 ? [`${missing.join(', ')} missing`] : []),
          ...(surplus.length > 0 ? [`${surplus.join(', ')} unknown`] : []),
        ].join('; ')
      : 'none with a name';
    return [
      {
        path: ['components', 'body'],
        message: `${what} needs the variables ${shown} by name in components.body; found: ${found}.`,
      },
    ];
  }
  if (isNamed)
    return [
      { path, message: `${what} has no names of variables: give its variables as parameters.` },
    ];
  const count = named?.length ?? parameters.length;
  if (count === needed.length) return [];
  const expected = needed.length === 0 ? 'no parameters' : `${needed.length}, for ${shown}`;
  return [{ path, message: `${what} expects ${expected}; found ${count}.` }];
}

function buttonMisfits(
  { components }: GivenTemplate,
  listed: ListedComponent | undefined,
  what: string,
): Misfit[] {
  const buttons = listed?.buttons ?? [];
  const given = components?.buttons ?? [];
  const missing = buttons.flatMap((button, index): Misfit[] => {
    const kind = kindOf(button);
    const isNeeded = kind === 'urlSuffix' || kind === 'code';
    if (!isNeeded || given.some((one) => one.index === index)) return [];
    return [
      {
        path: ['components', 'buttons'],
        message: `${what} needs ${kind} for its button ${index}, "${button.text}".`,
      },
    ];
  });
  const wrong = given.flatMap((one, place): Misfit[] => {
    const button = buttons[one.index];
    const kind = button && kindOf(button);
    if (kind && one[kind] != null) return [];
    const expected = button
      ? kind
        ? `takes ${kind}`
        : 'takes no parameter'
      : `does not exist: there ${buttons.length === 1 ? 'is 1' : `are ${buttons.length}`}`;
    return [
      {
        path: ['components', 'buttons', place],
        message: `${what}: its button ${one.index} ${expected}.`,
      },
    ];
  });
  return [...missing, ...wrong];
}

/** What a button takes; null for nothing. */
export function kindOf({
  type,
  url,
}: ListedComponent['buttons'][number]): 'urlSuffix' | 'code' | 'payload' | null {
  if (type === 'COPY_CODE') return 'code';
  if (type === 'QUICK_REPLY') return 'payload';
  // A one-time password is the variable of an address, too.
  if (type === 'OTP') return 'urlSuffix';
  return type === 'URL' && variablesIn(url).length > 0 ? 'urlSuffix' : null;
}
